//! The numbers behind a figure.

use super::Figure;
use std::collections::BTreeMap;

/// One row for each x that any line has, one column for each line with a name; empty where a line has nothing
/// there, or nothing that is finite.
///
/// # Panics
/// Never: writing into memory does not fail.
pub fn csv(figure: &Figure) -> Vec<u8> {
    let lines: Vec<_> = (figure.lines.iter())
        .filter_map(|line| Some((line.name.as_ref()?, line)))
        .collect();
    let mut rows: BTreeMap<i64, Vec<String>> = BTreeMap::new();
    for (column, (_, line)) in lines.iter().enumerate() {
        for &(x, y) in line.points.iter().filter(|point| point.1.is_finite()) {
            // Steps and rows are whole numbers.
            let row = rows
                .entry(x as i64)
                .or_insert_with(|| vec![String::new(); lines.len()]);
            // What was single precision is written with as many digits as it had.
            let single = y as f32;
            row[column] = if f64::from(single) == y {
                single.to_string()
            } else {
                y.to_string()
            };
        }
    }
    let mut writer = csv::Writer::from_writer(Vec::new());
    let head = std::iter::once(figure.x).chain(lines.iter().map(|(name, _)| name.as_str()));
    writer.write_record(head).expect("writing into memory");
    for (x, row) in rows {
        let cells = std::iter::once(x.to_string()).chain(row);
        writer.write_record(cells).expect("writing into memory");
    }
    writer.into_inner().expect("writing into memory")
}
