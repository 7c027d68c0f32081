//! What was read, and what preparation left of it, in words.

use super::{Text, comma, say, short_time};
use crate::app::format;
use crate::app::series::Collection;
use crate::data::{Extent, Inspection};

/// What the loader understood of the data as they were read, in one sentence.
#[must_use]
pub fn summary(inspection: &Inspection) -> String {
    let mut parts = Vec::new();
    let samples = inspection.sequences;
    if let Some(lengths) = &inspection.lengths {
        parts.push(several(
            inspection.series,
            [lengths.min, lengths.max],
            samples,
        ));
    }
    if let Some(classes) = &inspection.classes {
        let classes = classes.len();
        parts.push(say!("{classes} classes", "{classes} 类"));
    }
    // The answer is the last of the columns.
    let columns = inspection.columns.len() - usize::from(samples);
    if samples {
        parts.push(match columns {
            1 => say!("1 input", "1 个输入"),
            inputs => say!("{inputs} inputs", "{inputs} 个输入"),
        });
    } else {
        parts.push(rows(inspection.rows));
        parts.push(match columns {
            1 => say!("1 column", "1 列"),
            columns => say!("{columns} columns", "{columns} 列"),
        });
    }
    let time = inspection.time.as_ref();
    if let Some(time) = time {
        parts.push(say!(
            "{} to {}",
            "{} 至 {}",
            short_time(&time.first),
            short_time(&time.last)
        ));
    }
    if let Some(frequency) = time.and_then(|time| time.frequency.as_deref()) {
        parts.push(every(frequency));
    }
    if let Some(period) = inspection.seasonal_period {
        parts.push(season(period));
    }
    say!("As read: {}", "读入：{}", parts.join(comma()))
}

/// What rows preparation left: of how many series, `samples` where each is one; how often they come and their season,
/// where those are others than before. `joined` where those of a test file are among them.
#[must_use]
pub fn prepared(
    extent: Extent,
    [samples, joined]: [bool; 2],
    frequency: Option<&str>,
    period: Option<usize>,
) -> String {
    let mut parts = Vec::new();
    if extent.series > 1 {
        let lengths = [extent.shortest, extent.longest];
        parts.push(several(extent.series, lengths, samples));
    }
    if !samples {
        parts.push(rows(extent.rows));
    }
    parts.extend(frequency.map(every));
    parts.extend(period.map(season));
    let said = parts.join(comma());
    if joined {
        say!("With the test file: {said}", "连同测试文件：{said}")
    } else {
        say!("After preparation: {said}", "预处理后：{said}")
    }
}

/// So many series, or samples, of such lengths.
pub(super) fn several(series: usize, [least, most]: [usize; 2], samples: bool) -> String {
    let [series, least, most] = [series, least, most].map(|count| format::count(count as u64));
    match (samples, least == most) {
        (false, true) => say!(
            "{series} series of {most} rows",
            "{series} 个序列，各 {most} 行"
        ),
        (false, false) => say!(
            "{series} series of {least} to {most} rows",
            "{series} 个序列，各 {least} 到 {most} 行"
        ),
        (true, true) => say!(
            "{series} sequences of {most} steps",
            "{series} 个序列，各 {most} 步"
        ),
        (true, false) => say!(
            "{series} sequences of {least} to {most} steps",
            "{series} 个序列，各 {least} 到 {most} 步"
        ),
    }
}

/// So many rows.
pub(super) fn rows(count: usize) -> String {
    match count {
        1 => say!("1 row", "1 行"),
        count => say!("{} rows", "{} 行", format::count(count as u64)),
    }
}

fn season(period: usize) -> String {
    say!("season of {period} rows", "季节为 {period} 行")
}

/// How many series each class has: each by its name where they are few, else the fewest and the most.
#[must_use]
pub fn class_counts(classes: &[(String, usize)]) -> String {
    const NAMED: usize = 10;
    let counts = || classes.iter().map(|(_, count)| *count);
    let (least, most) = (counts().min().unwrap_or(0), counts().max().unwrap_or(0));
    let number = classes.len();
    if least == most {
        return say!(
            "{number} classes of {most} sequences each",
            "{number} 类，各 {most} 个序列"
        );
    }
    if number <= NAMED {
        let each = classes
            .iter()
            .map(|(name, count)| class_count(name, *count));
        let each = each.collect::<Vec<_>>().join(comma());
        return say!("Sequences of each class: {each}", "各类的序列数：{each}");
    }
    let named = |count: usize| {
        let found = classes.iter().find(|(_, own)| *own == count);
        found.map_or("", |(name, _)| name.as_str())
    };
    say!(
        "{number} classes of {} (\"{}\") to {} sequences (\"{}\")",
        "{number} 类，序列数从 {}（“{}”）到 {}（“{}”）",
        format::count(least as u64),
        named(least),
        format::count(most as u64),
        named(most)
    )
}

/// How many series a class has.
#[must_use]
pub fn class_count(name: &str, count: usize) -> String {
    format!("{name}{}{}", super::colon(), format::count(count as u64))
}

/// The smallest and the largest answer of samples whose answers are numbers.
#[must_use]
pub fn answers([low, high]: [f64; 2]) -> String {
    let [low, high] = [low, high].map(|value| format::significant(value, 3));
    say!("Answers from {low} to {high}", "答案从 {low} 到 {high}")
}

/// What is missing or far from the others in all of several series; nothing where nothing is.
#[must_use]
pub fn flaws([missing, far]: [usize; 2]) -> String {
    let [missing, far] =
        [missing, far].map(|count| (count > 0).then(|| format::count(count as u64)));
    let parts = [
        missing.map(|count| say!("{count} missing (gaps)", "缺失 {count} 个（断开处）")),
        far.map(|count| say!("{count} far from the others", "离群 {count} 个")),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    if parts.is_empty() {
        return String::new();
    }
    say!("Values: {}", "数值：{}", parts.join(comma()))
}

/// The drawing of one of several series.
#[must_use]
pub fn sketch(
    collection: &Collection,
    number: usize,
    rows: usize,
    answer: &str,
    [low, high]: [f32; 2],
) -> String {
    let [low, high] = [low, high].map(|value| format::significant(f64::from(value), 3));
    let mut said = say!(
        "Series {number}: {rows} rows, {low} to {high}",
        "第 {number} 个序列：{rows} 行，{low} 到 {high}"
    );
    if !collection.classes.is_empty() {
        said += &say!("; class {answer}", "；类别 {answer}");
    } else if !answer.is_empty() {
        said += &say!("; answer {answer}", "；答案 {answer}");
    }
    let drawn = collection
        .sketches
        .first()
        .map_or(0, |one| one.inputs.len());
    if drawn < collection.dimensions {
        let all = collection.dimensions;
        said += &say!(
            "; {drawn} of {all} columns drawn",
            "；画出 {all} 列中的 {drawn} 列"
        );
    }
    said
}

/// An ISO 8601 duration in words, where it is a common one.
fn every(frequency: &str) -> String {
    match frequency {
        "P1Y" => Text::new("yearly", "每年"),
        "P3M" => Text::new("quarterly", "每季"),
        "P1M" => Text::new("monthly", "每月"),
        "P7D" | "P1W" => Text::new("weekly", "每周"),
        "P1D" => Text::new("daily", "每日"),
        "PT1H" => Text::new("hourly", "每小时"),
        other => return say!("every {other}", "每 {other}"),
    }
    .into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_are_counted_one_by_one_while_they_are_few() {
        let classes = |count: usize, of: fn(usize) -> usize| -> Vec<(String, usize)> {
            (1..=count)
                .map(|class| (class.to_string(), of(class)))
                .collect()
        };
        assert_eq!(
            class_counts(&classes(3, |class| 10 * class)),
            "Sequences of each class: 1: 10, 2: 20, 3: 30"
        );
        assert_eq!(
            class_counts(&classes(25, |_| 40)),
            "25 classes of 40 sequences each"
        );
        assert_eq!(
            class_counts(&classes(100, |class| class)),
            "100 classes of 1 (\"1\") to 100 sequences (\"100\")"
        );
    }

    #[test]
    fn what_preparation_left_is_told_once() {
        let one = Extent {
            rows: 48,
            series: 1,
            shortest: 48,
            longest: 48,
        };
        assert_eq!(
            prepared(one, [false; 2], Some("P3M"), Some(4)),
            "After preparation: 48 rows, quarterly, season of 4 rows"
        );
        let several = Extent {
            rows: 90,
            series: 5,
            shortest: 10,
            longest: 20,
        };
        assert_eq!(
            prepared(several, [true; 2], None, None),
            "With the test file: 5 sequences of 10 to 20 steps"
        );
    }
}
