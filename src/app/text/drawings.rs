//! The small drawings of the setup in words.

use super::{TEST_PART, VALIDATION_PART, WINDOWS_DRAWING, and_next, say};
use crate::app::format;

/// The drawing of the first target as it was read, and which parts begin in it, of validation and test.
#[must_use]
pub fn overview(
    name: &str,
    [low, high]: [f32; 2],
    [missing, outliers]: [usize; 2],
    [validated, tested]: [bool; 2],
) -> String {
    let (low, high) = (
        format::significant(f64::from(low), 3),
        format::significant(f64::from(high), 3),
    );
    let mut said = say!("{name}, {low} to {high}", "{name}，{low} 到 {high}");
    if missing > 0 {
        let missing = format::count(missing as u64);
        said += &say!(
            "; {missing} missing (shaded)",
            "；缺失 {missing} 个（阴影）"
        );
    }
    if outliers > 0 {
        let outliers = format::count(outliers as u64);
        said += &say!(
            "; {outliers} far from the others (dots)",
            "；离群 {outliers} 个（圆点）"
        );
    }
    let parts = [(VALIDATION_PART, validated), (TEST_PART, tested)];
    let parts: Vec<String> = (parts.into_iter())
        .filter(|(_, there)| *there)
        .map(|(part, _)| part.to_lowercase())
        .collect();
    if !parts.is_empty() {
        let parts = parts.join(and_next());
        said += &say!("; dashed: {parts}", "；虚线：{parts}");
    }
    said
}

/// The drawing of what a step made of the first target.
#[must_use]
pub fn stage([a, b]: [f32; 2], [c, d]: [f32; 2]) -> String {
    let [a, b, c, d] = [a, b, c, d].map(|value| format::significant(f64::from(value), 3));
    say!(
        "{a} to {b} before (grey), {c} to {d} after",
        "之前 {a} 到 {b}（灰），之后 {c} 到 {d}"
    )
}

/// The drawing of a part that a step made a column of.
#[must_use]
pub fn component(name: &str, [low, high]: [f32; 2]) -> String {
    let [low, high] = [low, high].map(|value| format::significant(f64::from(value), 3));
    say!("{name}, {low} to {high}", "{name}，{low} 到 {high}")
}

/// The columns that a step made.
#[must_use]
pub fn step_adds(made: &[String]) -> String {
    const NAMED: usize = 6;
    let names = made[..made.len().min(NAMED)].join(and_next());
    let all = made.len();
    match all.saturating_sub(NAMED) {
        0 => say!("Adds {names}", "添加 {names}"),
        more => say!("Adds {names} and {more} more", "添加 {names} 等 {all} 列"),
    }
}

/// The drawing of the windows over the series, for those who hear it.
#[must_use]
pub fn windows(shown: usize, lookback: usize, horizon: usize, stride: usize) -> String {
    say!(
        "{}: the first {shown}, each of {lookback} steps (grey) and {horizon} ahead (coloured), {stride} apart",
        "{}：前 {shown} 个，各 {lookback} 步（灰），向前 {horizon} 步（彩），间隔 {stride}",
        WINDOWS_DRAWING
    )
}
