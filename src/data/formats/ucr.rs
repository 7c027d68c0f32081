//! The UCR archive's files: one case a line, its class first, then its values; shorter ones end in NaN.

use super::{
    super::{Answers, Column, ColumnKind, Format, Table},
    classes,
};

/// Whether a table without a header is really a collection of cases with their classes first: its
/// file says so by its name (`…_TRAIN`, `…_TEST`), and its first column holds a few whole numbers.
pub fn is_one(stem: &str, table: &Table) -> bool {
    let paired = ["_TRAIN", "_TEST", "_train", "_test"]
        .iter()
        .any(|end| stem.ends_with(end));
    let first = &table.columns[0];
    paired
        && table.columns.len() >= 4
        && table.columns.iter().enumerate().all(|(place, column)| {
            column.name == format!("column_{}", place + 1)
                && (column.is_numeric() || column.is_empty())
        })
        && matches!(
            first.kind,
            ColumnKind::Integer | ColumnKind::Number | ColumnKind::Label
        )
        && first.numbers.iter().all(|x| x.fract() == 0.0)
        && {
            let mut labels: Vec<i64> = first.numbers.iter().map(|&x| x as i64).collect();
            labels.sort_unstable();
            labels.dedup();
            labels.len() > 1 && labels.len() * 2 <= first.rows().max(4)
        }
}

/// The cases of such a table, each a series of its own.
pub fn cases(table: Table) -> Table {
    let rows = table.rows();
    let labels: Vec<String> = table.columns[0]
        .numbers
        .iter()
        .map(f64::to_string)
        .collect();
    let mut values = Vec::new();
    let mut series = Vec::new();
    for row in 0..rows {
        let start = values.len();
        values.extend(
            table.columns[1..]
                .iter()
                .map(|column| column.numbers.get(row).copied().unwrap_or(f64::NAN)),
        );
        while values.len() > start + 1 && values.last().is_some_and(|x| x.is_nan()) {
            values.pop();
        }
        series.push(start..values.len());
    }
    Table {
        format: Format::Ucr,
        columns: vec![Column::of_numbers("value", values)],
        series,
        time: None,
        notes: vec![
            "read as a collection of the UCR archive: a case a line, its class first".into(),
        ],
        answers: Some(Answers {
            name: "class".into(),
            values: classes(&labels, Vec::new()),
            fresh: None,
            scaled: true,
        }),
        ..table
    }
}
