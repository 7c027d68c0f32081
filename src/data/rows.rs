//! Preparation steps that change which rows there are: sorting, resampling, and those of `regroup`. They come before all others and
//! learn nothing from the data.

use super::{
    Column, DataError, Extent, Outline, Stage, Table, TimeInfo, Words, gaps, pace::shifted,
    regroup, typed::MAX_VALUES,
};
use crate::experiment::choices::prepare::{Aggregate, OnDuplicate, Resample, Sort};
use crate::experiment::{Data, Prepare};
use jiff::{Span, ToSpan, civil::DateTime};
use std::borrow::Cow;

/// The table with the rows that the settings ask for.
///
/// # Errors
/// A step that does not apply, with its key.
pub(super) fn arrange<'a>(table: &'a Table, settings: &Data) -> Result<Cow<'a, Table>, DataError> {
    arrange_seen(table, settings, &mut |_| {})
}

/// As [`arrange`]; what each step did goes to `see`.
///
/// # Errors
/// As there.
pub(super) fn arrange_seen<'a>(
    table: &'a Table,
    settings: &Data,
    see: &mut dyn FnMut(Stage),
) -> Result<Cow<'a, Table>, DataError> {
    let mut table = Cow::Borrowed(table);
    for (number, step) in settings.steps() {
        if !step.changes_rows() {
            continue;
        }
        if let Some((_, before)) = settings
            .steps()
            .find(|(place, before)| *place < number && !before.changes_rows())
        {
            return Err(DataError::setting(
                format!("data.prepare.{number}.step"),
                format!(
                    "changes the rows, and \"{}\" before it their values; move it to the front",
                    crate::experiment::Choice::kind(before)
                ),
            ));
        }
        let made = match step {
            Prepare::Sort(sort) => sorted(&table, sort, settings, number)?,
            Prepare::Resample(resample) => resampled(&table, resample, settings, number)?,
            Prepare::Group(group) => regroup::by_value(&table, group, number)?,
            Prepare::Lengths(lengths) => regroup::of_length(&table, lengths, number)?,
            _ => continue,
        };
        see(stage((number, step), &table, &made, settings));
        table = Cow::Owned(made);
    }
    Ok(table)
}

/// What a step that changes rows did.
fn stage(
    (number, step): (usize, &Prepare),
    before: &Table,
    after: &Table,
    settings: &Data,
) -> Stage {
    // Samples one after the other are no series that a drawing would show anything of.
    let target = |table: &Table| {
        let asked = settings.targets.first().map(|name| table.column(name));
        let found = asked.unwrap_or_else(|| table.default_target().ok());
        found.filter(|_| table.answers.is_none())
    };
    let outline = |table: &Table| {
        let column = target(table).map(|target| &table.columns[target]);
        column.map_or_else(Outline::default, |column| Outline::of(&column.numbers))
    };
    let kept = match step {
        // What is left stands where it stood.
        Prepare::Lengths(lengths) => target(before).map(|target| {
            let values = &before.columns[target].numbers;
            let mut left = vec![f64::NAN; values.len()];
            for (_, rows) in regroup::pieces(before, lengths) {
                left[rows.clone()].copy_from_slice(&values[rows]);
            }
            Outline::of(&left)
        }),
        _ => None,
    };
    Stage {
        step: number,
        before: outline(before),
        after: kept.unwrap_or_else(|| outline(after)),
        extents: [before, after].map(|table| Extent::of(&table.series)),
        ..Stage::default()
    }
}

/// The times of a table of one series; every row has one.
fn moments(
    table: &Table,
    settings: &Data,
    number: usize,
    what: &str,
) -> Result<(TimeInfo, Vec<DateTime>), DataError> {
    let refuse =
        |message: String| DataError::setting(format!("data.prepare.{number}.step"), message);
    let time = table.time_for(&settings.time, &[])?.ok_or_else(|| {
        refuse(format!(
            "{what} needs a time column, and {} has none; name one in data.time",
            table.source
        ))
    })?;
    if table.series.len() != 1 {
        return Err(refuse(format!(
            "{what} is for one series, and {} holds {}",
            table.source,
            table.series.len()
        )));
    }
    let moments: Option<Vec<DateTime>> = time.instants().iter().copied().collect();
    let moments = moments
        .filter(|moments| moments.len() == table.rows())
        .ok_or_else(|| {
            refuse(format!(
                "{what} needs a date in every row of \"{}\"; correct or remove the rows without",
                time.name
            ))
        })?;
    Ok((time, moments))
}

fn sorted(table: &Table, sort: &Sort, settings: &Data, number: usize) -> Result<Table, DataError> {
    if !sort.by.is_empty() && table.time.as_ref().is_none_or(|time| time.name != sort.by) {
        let column = table.column(&sort.by).ok_or_else(|| {
            DataError::setting(
                format!("data.prepare.{number}.by"),
                format!(
                    "there is no column \"{}\"; there are {}",
                    sort.by,
                    table.names()
                ),
            )
        })?;
        let column = &table.columns[column];
        let mut order: Vec<usize> = (0..table.rows()).collect();
        if column.is_numeric() {
            order.sort_by(|&a, &b| column.numbers[a].total_cmp(&column.numbers[b]));
        } else {
            order.sort_by(|&a, &b| column.texts[a].cmp(&column.texts[b]));
        }
        let groups: Vec<Vec<usize>> = order.into_iter().map(|row| vec![row]).collect();
        return Ok(grouped(table, &groups, None, None, Aggregate::Last));
    }
    let (time, moments) = moments(table, settings, number, "sorting by time")?;
    let mut order: Vec<usize> = (0..table.rows()).collect();
    order.sort_by_key(|&row| moments[row]);
    let mut groups: Vec<Vec<usize>> = Vec::with_capacity(order.len());
    for row in order {
        match groups.last_mut() {
            Some(group) if moments[group[0]] == moments[row] => {
                if sort.on_duplicate == OnDuplicate::Error {
                    return Err(DataError::setting(
                        format!("data.prepare.{number}.on_duplicate"),
                        format!(
                            "rows {} and {} have the same time {}; take their \"mean\" or the \"last\", or correct the file",
                            group[0] + 1,
                            row + 1,
                            &time.texts[row]
                        ),
                    ));
                }
                group.push(row);
            }
            _ => groups.push(vec![row]),
        }
    }
    let texts = groups.iter().map(|group| &time.texts[group[0]]).collect();
    let times = groups.iter().map(|group| moments[group[0]]).collect();
    let how = match sort.on_duplicate {
        OnDuplicate::Mean => Aggregate::Mean,
        OnDuplicate::Error | OnDuplicate::Last => Aggregate::Last,
    };
    let mut made = grouped(
        table,
        &groups,
        Some(time.with_rows(texts, times)),
        None,
        how,
    );
    made.notes.retain(|note| !note.contains("not in order"));
    gaps::insert(&mut made);
    Ok(made)
}

fn resampled(
    table: &Table,
    resample: &Resample,
    settings: &Data,
    number: usize,
) -> Result<Table, DataError> {
    let key = || format!("data.prepare.{number}.every");
    let span: Span = resample
        .every
        .parse()
        .ok()
        .filter(|span: &Span| span.is_positive())
        .ok_or_else(|| {
            DataError::setting(
                key(),
                format!(
                    "\"{}\" is no duration; write one such as P1M, P7D or PT1H",
                    resample.every
                ),
            )
        })?;
    let (time, moments) = moments(table, settings, number, "resampling")?;
    if !moments.is_sorted() {
        return Err(DataError::setting(
            format!("data.prepare.{number}.step"),
            "the times are not in order; put a step \"sort\" before it",
        ));
    }
    let first = floor(moments[0], &span);
    let last = moments[moments.len() - 1];
    let mut groups: Vec<Vec<usize>> = Vec::new();
    let mut starts = Vec::new();
    let mut row = 0;
    while let Some(start) = shifted(first, span, groups.len()) {
        if start > last {
            break;
        }
        let end = shifted(first, span, groups.len() + 1).unwrap_or(DateTime::MAX);
        let from = row;
        while row < moments.len() && moments[row] < end {
            row += 1;
        }
        groups.push((from..row).collect());
        starts.push(start);
        if groups.len().saturating_mul(table.columns.len())
            > MAX_VALUES.min(table.rows().saturating_mul(1000).max(10_000_000))
        {
            return Err(DataError::setting(
                key(),
                format!(
                    "\"{}\" makes more rows than are loaded; make it longer",
                    resample.every
                ),
            ));
        }
    }
    if groups.len() < 2 {
        return Err(DataError::setting(
            key(),
            format!(
                "\"{}\" leaves fewer than two rows; make it shorter",
                resample.every
            ),
        ));
    }
    let texts = starts
        .iter()
        .map(|&start| time.write(start).unwrap_or_else(|| start.to_string()))
        .collect();
    let time = time.with_rows(texts, starts);
    Ok(grouped(
        table,
        &groups,
        Some(time),
        Some(&resample.every),
        resample.aggregate,
    ))
}

/// Where the first of the new rows begins: at a year's, month's or day's beginning.
fn floor(time: DateTime, span: &Span) -> DateTime {
    if span.get_years() > 0 {
        time.date().first_of_year().at(0, 0, 0, 0)
    } else if span.get_months() > 0 {
        let month = time.date().first_of_month();
        let every = i32::from(month.month() - 1) % span.get_months().max(1);
        month
            .checked_sub(every.months())
            .unwrap_or(month)
            .at(0, 0, 0, 0)
    } else {
        time.date().at(0, 0, 0, 0)
    }
}

/// A row for each group of rows: numbers brought together, of texts the last.
fn grouped(
    table: &Table,
    groups: &[Vec<usize>],
    time: Option<TimeInfo>,
    frequency: Option<&str>,
    how: Aggregate,
) -> Table {
    let of_time: &[usize] = time.as_ref().map_or(&[], |time| &time.columns);
    let columns = table
        .columns
        .iter()
        .enumerate()
        .map(|(index, column)| {
            if of_time == [index] && !column.is_numeric() {
                let texts = time
                    .as_ref()
                    .map(|time| time.texts.clone())
                    .unwrap_or_default();
                return Column {
                    texts,
                    ..column.clone()
                };
            }
            let numbers = if column.is_numeric() {
                groups
                    .iter()
                    .map(|group| aggregate(how, group.iter().map(|&row| column.numbers[row])))
                    .collect()
            } else {
                Vec::new()
            };
            let texts = if column.is_numeric() {
                Words::default()
            } else {
                let last = |group: &Vec<usize>| Some(&column.texts[*group.last()?]);
                (groups.iter())
                    .map(|group| last(group).unwrap_or_default())
                    .collect()
            };
            Column {
                numbers,
                texts,
                ..column.clone()
            }
        })
        .collect();
    let mut time = time;
    if let (Some(time), Some(frequency)) = (&mut time, frequency) {
        time.frequency = Some(frequency.to_owned());
    }
    Table {
        columns,
        series: std::iter::once(0..groups.len()).collect(),
        time: time
            .or_else(|| table.time.clone())
            .filter(|time| time.texts.len() == groups.len()),
        ..table.clone()
    }
}

/// What several values become; NaN where there is none.
fn aggregate(how: Aggregate, values: impl Iterator<Item = f64>) -> f64 {
    let values: Vec<f64> = values.filter(|x| !x.is_nan()).collect();
    if values.is_empty() {
        return f64::NAN;
    }
    match how {
        Aggregate::Mean => values.iter().sum::<f64>() / values.len() as f64,
        Aggregate::Sum => values.iter().sum(),
        Aggregate::Last => values[values.len() - 1],
        Aggregate::Max => values.iter().copied().fold(f64::NEG_INFINITY, f64::max),
        Aggregate::Min => values.iter().copied().fold(f64::INFINITY, f64::min),
    }
}
