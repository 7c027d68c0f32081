//! What a preparation step did, and what a 0 in its fields stands for, in words.

use super::read::{rows, several};
use super::{Text, say};
use crate::app::format;
use crate::data::{Extent, Stage};
use crate::experiment::choices::prepare::OutlierAction;
use crate::experiment::{FillMethod, Prepare};

/// What `step` did, in one short line; none where its drawing or the columns that it made say all.
#[must_use]
pub fn effect(step: &Prepare, stage: &Stage) -> Option<String> {
    let [before, after] = stage.extents;
    let count = |count: usize| format::count(count as u64);
    let touched = stage.touched;
    Some(match step {
        Prepare::Fill(fill) if fill.method == FillMethod::Drop => say!(
            "Drops {} of {}",
            "去掉 {} 行，原有 {}",
            count(touched),
            rows(before.rows)
        ),
        Prepare::Fill(_) => match (touched, stage.missing) {
            (0, 0) => say!("Nothing is missing", "没有缺失值"),
            (filled, 0) => say!("Fills {}", "填充{}", values(filled)),
            (filled, left) => say!(
                "Fills {}; {} stay missing",
                "填充{}；仍缺失 {} 个",
                values(filled),
                count(left)
            ),
        },
        Prepare::Outliers(outliers) => match outliers.action {
            _ if touched == 0 => say!("No value is too far", "没有离群值"),
            OutlierAction::Clip => say!("Clips {}", "截断{}", values(touched)),
            OutlierAction::Missing => {
                say!("Takes {} for missing", "把{}视为缺失", values(touched))
            }
            OutlierAction::Flag => say!("Flags {}", "标记{}", values(touched)),
        },
        Prepare::Resample(_) | Prepare::Sort(_) if before.rows != after.rows => {
            say!(
                "{} become {}",
                "{}变为 {}",
                rows(before.rows),
                count(after.rows)
            )
        }
        Prepare::Sort(_) => say!("{} in order", "{}已按顺序", rows(after.rows)),
        Prepare::Group(_) if after != Extent::default() => say!(
            "{} become {}",
            "{}变为{}",
            rows(before.rows),
            of_series(after, false)
        ),
        Prepare::Lengths(_) if after.series == 1 => {
            say!(
                "{} become {}",
                "{}变为 {}",
                rows(before.rows),
                count(after.rows)
            )
        }
        Prepare::Lengths(_) if before.series == after.series => say!(
            "{} series: {} rows become {}",
            "{} 个序列：{} 行变为 {}",
            count(after.series),
            span(before),
            span(after)
        ),
        Prepare::Lengths(_) => say!(
            "{} become {}",
            "{}变为{}",
            of_series(before, false),
            of_series(after, false)
        ),
        Prepare::Tokenize(_) => say!(
            "{} of text become {}",
            "{}文字变为{}",
            rows(before.rows),
            of_series(after, true)
        ),
        Prepare::Select(_) => say!(
            "Keeps {} of {} inputs besides the targets",
            "目标以外的输入保留 {} 个，原有 {} 个",
            stage.inputs[1],
            stage.inputs[0]
        ),
        Prepare::Decompose(_) => match &stage.periods[..] {
            [] => return None,
            [period] => say!("Season of {period} rows", "季节为 {period} 行"),
            [first, second, ..] => say!(
                "Seasons of {first} and {second} rows",
                "季节为 {first} 行和 {second} 行"
            ),
        },
        _ => return None,
    })
}

/// From the shortest to the longest.
fn span(extent: Extent) -> String {
    let [least, most] = [extent.shortest, extent.longest].map(|rows| format::count(rows as u64));
    if least == most {
        return most;
    }
    say!("{least} to {most}", "{least} 到 {most}")
}

fn of_series(extent: Extent, samples: bool) -> String {
    several(extent.series, [extent.shortest, extent.longest], samples)
}

/// So many values.
fn values(count: usize) -> String {
    match count {
        1 => say!("1 value", " 1 个值"),
        count => say!("{} values", " {} 个值", format::count(count as u64)),
    }
}

/// What 0 stands for in the field at a dotted key, where it is no number like others.
#[must_use]
pub fn zero(key: &str) -> Option<Text> {
    let preparing = key.starts_with("data.prepare.");
    Some(match key.rsplit('.').next().unwrap_or_default() {
        "max_gap" if preparing => Text::new("no limit", "不限"),
        "season" if preparing => super::NONE,
        "period" if preparing => Text::new("found in the data", "从数据中检测"),
        "size" if preparing => Text::new("by the texts", "按文字种数"),
        "folds" if key == "data.split.folds" => super::NONE,
        "roll" if key == "data.window.roll" => super::NONE,
        "count" if key == "data.generate.count" => Text::new("drawn anew", "每次新抽取"),
        "stop_early" => Text::new("never", "从不"),
        "max_eval" => Text::new("by iterations", "按迭代次数"),
        _ => return None,
    })
}

/// What 0 stands for where a season was found.
#[must_use]
pub fn found_period(period: usize) -> String {
    say!("found: {period}", "检测到：{period}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::text::tests::check;
    use crate::experiment::Choice as _;

    fn said(step: &str, stage: &Stage) -> Option<String> {
        effect(&Prepare::named(step).expect("there is such a step"), stage)
    }

    #[test]
    fn a_step_says_how_much_it_did() {
        let of = |touched, missing| Stage {
            touched,
            missing,
            ..Stage::default()
        };
        let fill = |touched, missing| said("fill", &of(touched, missing)).expect("a line");
        assert_eq!(fill(59, 0), "Fills 59 values");
        assert_eq!(fill(1, 2), "Fills 1 value; 2 stay missing");
        assert_eq!(fill(0, 0), "Nothing is missing");
        assert_eq!(
            said("outliers", &of(3, 0)).as_deref(),
            Some("Clips 3 values")
        );
        let one = |rows| Extent {
            rows,
            series: 1,
            shortest: rows,
            longest: rows,
        };
        let stage = Stage {
            extents: [one(132), one(44)],
            ..Stage::default()
        };
        assert_eq!(
            said("resample", &stage).as_deref(),
            Some("132 rows become 44")
        );
        assert_eq!(
            said("lengths", &stage).as_deref(),
            Some("132 rows become 44")
        );
        let several = |longest| Extent {
            rows: 9 * longest,
            series: 10,
            shortest: 7,
            longest,
        };
        let stage = Stage {
            extents: [several(26), several(12)],
            ..Stage::default()
        };
        assert_eq!(
            said("lengths", &stage).as_deref(),
            Some("10 series: 7 to 26 rows become 7 to 12")
        );
        assert_eq!(said("lag", &stage), None);
    }

    #[test]
    fn a_zero_that_is_no_number_has_its_word() {
        for key in [
            "data.prepare.0.max_gap",
            "data.prepare.3.period",
            "data.prepare.3.size",
            "data.generate.count",
            "training.stop_early",
            "optimizer.max_eval",
        ] {
            check(key, zero(key).expect(key));
        }
        assert_eq!(zero("schedule.warmup_steps"), None);
        assert_eq!(zero("data.prepare.0.window"), None);
    }
}
