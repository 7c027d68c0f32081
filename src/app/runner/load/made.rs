//! What the window shows of a table as it was read, and of a dataset that was made of it.

use super::{Known, Read, asked};
use crate::app::series::{self, Example, Overview, Samples, Series, Trace, one_of_each};
use crate::app::{format, text};
use crate::data::{
    AnswerValues, Column, ColumnKind, Dataset, Extent, Part, RowClasses, Sequences, Table, Words,
};
use crate::experiment::Data;
use std::ops::Range;
use std::panic::resume_unwind;
use std::thread;

/// Sequences that are drawn.
const EXAMPLES: usize = 6;

/// A table as the loader sees it, before any preparation; where not more is `known`, nothing but its values. Where each
/// series is one sample, these are no series that goes on, and a few of them are shown instead.
pub(super) fn raw(known: Option<&Known>, table: &Table, settings: &Data) -> Series {
    let shown = asked(table, &settings.targets).or_else(|| table.default_target().ok());
    let time = table.time.as_ref();
    let column = shown.map(|index| &table.columns[index]);
    let column = column.filter(|_| table.answers.is_none());
    let (truth, years) = thread::scope(|scope| {
        let years = scope.spawn(|| time.map(|time| series::years(time.texts.iter(), 0, None)));
        let truth = column.map(|column| Trace::whole(&column.numbers));
        let years = years.join().unwrap_or_else(|panic| resume_unwind(panic));
        (truth, years.unwrap_or_default())
    });
    let overview = known.map_or_else(Overview::default, |known| (*known.overview).clone());
    Series {
        notes: known.map_or_else(Vec::new, |known| {
            [known.inspection.sentences(), table.notes.clone()].concat()
        }),
        targets: (table.answers.as_ref())
            .map(|answers| &answers.name)
            .or(column.map(|column| &column.name))
            .cloned()
            .into_iter()
            .collect(),
        truth: truth.into_iter().collect(),
        outliers: vec![overview.outliers.clone()],
        overview,
        years,
        times: time.map_or_else(Words::default, |time| time.texts.clone()),
        tick_rows: tick_rows(time.and_then(|time| time.frequency.as_deref())),
        rows: table.rows(),
        samples: unprepared(table),
        ..of_table(known, table, settings)
    }
}

/// What was made of the table, whose preparation was `settings`.
pub(super) fn prepared(known: &Known, read: &Read, dataset: &Dataset, settings: &Data) -> Series {
    let table = &read.table;
    let targets = dataset.target_names.len().max(1);
    let values =
        |target: usize| (dataset.raw_targets.iter().skip(target).step_by(targets)).copied();
    let truth = (0..dataset.target_names.len()).map(|target| Trace::new(0, values(target)));
    let tested = dataset.sequences.is_none() && rows_from_elsewhere(table, dataset, settings);
    let shown = if dataset.raw_targets.is_empty() {
        0
    } else {
        targets
    };
    let overview = if shown == 0 {
        Overview::default()
    } else if tested {
        Overview::of(&values(0).collect::<Vec<_>>())
    } else {
        (*known.overview).clone()
    };
    Series {
        notes: [known.inspection.sentences(), dataset.notes.clone()].concat(),
        prepared: after_preparation(known, table, dataset, settings),
        targets: dataset.target_names.clone(),
        truth: truth.collect(),
        outliers: (0..shown)
            .map(|target| outliers(read, dataset, settings, target))
            .collect(),
        borders: if tested {
            borders(dataset, |border| {
                border as f32 / dataset.rows().max(1) as f32
            })
        } else {
            borders(dataset, |border| place(table, dataset, border))
        },
        overview,
        stages: dataset.stages.clone(),
        years: series::years(dataset.times.iter(), 0, None),
        times: dataset.times.clone(),
        train: dataset.parts.train.clone(),
        validation: dataset.parts.validation.clone(),
        test: dataset.parts.test.clone(),
        rows: dataset.rows(),
        sequences: dataset.sequences.as_ref().map(|_| {
            Part::ALL.map(|part| {
                let rows = dataset.parts.of(part);
                let begins = |sequence: &&Range<usize>| rows.contains(&sequence.start);
                dataset.series.iter().filter(begins).count()
            })
        }),
        tick_rows: tick_rows(dataset.frequency.as_deref()),
        lookback: dataset.lookback,
        horizon: dataset.horizon,
        training_windows: match dataset.drawn_in_epoch(1) {
            Some(_) => None,
            None => Some(dataset.train_windows().len()),
        },
        samples: match (&dataset.sequences, &dataset.classes) {
            (Some(sequences), _) => Some(samples(dataset, sequences)),
            (None, Some(classes)) => Some(windows(dataset, classes)),
            (None, None) => None,
        },
        ..of_table(Some(known), table, settings)
    }
}

/// What is told of the table whatever becomes of it.
fn of_table(known: Option<&Known>, table: &Table, settings: &Data) -> Series {
    let (time, telling) = time(table, settings);
    let names = |wanted: fn(&Column) -> bool| {
        let columns = table.columns.iter().enumerate();
        columns
            .filter(|(index, column)| !telling.contains(index) && wanted(column))
            .map(|(_, column)| column.name.clone())
            .collect()
    };
    Series {
        summary: known.map_or_else(String::new, |known| text::summary(&known.inspection)),
        numeric_columns: names(Column::is_numeric),
        text_columns: names(|column| !column.is_numeric() && column.kind != ColumnKind::Time),
        columns: (table.columns.iter())
            .map(|column| column.name.clone())
            .collect(),
        time,
        collection: known.and_then(|known| known.collection.clone()),
        labelled: known.map_or(0, |known| {
            known.inspection.classes.as_ref().map_or(0, Vec::len)
        }),
        ..Series::default()
    }
}

/// The time under the settings, and the columns that tell it.
fn time(table: &Table, settings: &Data) -> (Option<String>, Vec<usize>) {
    let own = &settings.time;
    let named = |index: &usize| table.columns[*index].name == *own;
    let detected = (table.time.as_ref())
        .filter(|time| own.is_empty() || time.name == *own || time.columns.iter().any(named));
    if let Some(time) = detected {
        // What is a target or a feature is never taken for the time.
        let mut asked = settings.targets.iter().chain(&settings.features);
        let taken = asked.any(|name| {
            let column = table.column(name);
            column.is_some_and(|column| time.columns.contains(&column))
        });
        if taken {
            return (None, Vec::new());
        }
        return (Some(time.name.clone()), time.columns.clone());
    }
    match table.column(own) {
        Some(column) => (Some(own.clone()), vec![column]),
        None => (None, Vec::new()),
    }
}

/// Whether rows of another file follow those of the table.
fn rows_from_elsewhere(table: &Table, dataset: &Dataset, settings: &Data) -> bool {
    !settings.test_source.is_empty()
        || dataset.rows() > table.rows() && !settings.steps().any(|(_, step)| step.changes_rows())
}

/// The rows that preparation left, in words, where they are others than those that were read.
fn after_preparation(known: &Known, table: &Table, dataset: &Dataset, settings: &Data) -> String {
    let frequency = |of: Option<&String>| of.filter(|_| dataset.sequences.is_none()).cloned();
    let read = (table.time.as_ref()).and_then(|time| frequency(time.frequency.as_ref()));
    let made = frequency(dataset.frequency.as_ref());
    let extents = [&table.series, &dataset.series].map(|series| Extent::of(series));
    if extents[0] == extents[1] && (read == made || read.is_none()) {
        return String::new();
    }
    text::prepared(
        extents[1],
        [
            dataset.sequences.is_some(),
            rows_from_elsewhere(table, dataset, settings),
        ],
        made.as_deref().filter(|_| read != made),
        (dataset.seasonal_period).filter(|&rows| known.inspection.seasonal_period != Some(rows)),
    )
}

/// The outliers of one target among the prepared rows.
fn outliers(read: &Read, dataset: &Dataset, settings: &Data, target: usize) -> Vec<(usize, f32)> {
    let table = &read.table;
    // Rows that differences used up at the beginning are all that is gone.
    let gone = dataset.fitted.warm_up;
    let same = table.series.len() == 1
        && dataset.rows() + gone == table.rows()
        && settings.test_source.is_empty()
        && !settings.steps().any(|(_, step)| step.changes_rows());
    let column = table.column(&dataset.target_names[target]);
    if let Some(column) = column.filter(|_| same) {
        let overview = read.overview(column);
        let left = |&(row, value): &(usize, f32)| Some((usize::checked_sub(row, gone)?, value));
        return overview.outliers.iter().filter_map(left).collect();
    }
    let targets = dataset.target_names.len().max(1);
    let values = dataset.raw_targets.iter().skip(target).step_by(targets);
    Overview::of(&values.copied().collect::<Vec<_>>()).outliers
}

/// Where parts begin, by the `place` of a prepared row; those alone that lie between rows.
fn borders(dataset: &Dataset, place: impl Fn(usize) -> f32) -> Vec<f32> {
    let rows = dataset.rows();
    [dataset.parts.train.end, dataset.parts.validation.end]
        .into_iter()
        .filter(|border| (1..rows).contains(border))
        .map(place)
        .collect()
}

/// Where the prepared row `row` stands among those that were read, from 0 to 1.
fn place(table: &Table, dataset: &Dataset, row: usize) -> f32 {
    let (rows, read) = (dataset.rows().max(1), table.rows().max(1));
    let alone = table.series.len() == 1 && rows != read;
    let time = dataset.times.get(row).filter(|time| !time.is_empty());
    let found = time.filter(|_| alone).and_then(|own| match &table.time {
        Some(time) => time.texts.iter().position(|other| other == own),
        // Without a time each row has its number.
        None => own.parse().ok().filter(|&row| row < read),
    });
    let gone = dataset.fitted.warm_up;
    match found {
        Some(row) => row as f32 / read as f32,
        None => (gone + row) as f32 / (gone + rows) as f32,
    }
}

/// A few of the sequences of a table, as they are; none where they are no samples.
fn unprepared(table: &Table) -> Option<Samples> {
    let answers = table.answers.as_ref()?;
    let (classes, of) = match &answers.values {
        AnswerValues::Numbers(_) => (&[][..], &[][..]),
        AnswerValues::Classes { names, of } => (&names[..], &of[..]),
    };
    let measured = || table.columns.iter().filter(|column| column.is_numeric());
    let example = |series: usize| {
        let rows = &table.series[series];
        let values = |column: &Column| {
            column.numbers[rows.clone()]
                .iter()
                .map(|&x| x as f32)
                .collect()
        };
        Example {
            inputs: measured().map(values).collect(),
            answer: match &answers.values {
                AnswerValues::Numbers(numbers) => format::significant(numbers[series], 3),
                AnswerValues::Classes { names, of } => names[of[series]].clone(),
            },
        }
    };
    let chosen = one_of_each(classes.len(), of, table.series.len(), EXAMPLES);
    Some(Samples {
        inputs: measured().map(|column| column.name.clone()).collect(),
        classes: classes.to_vec(),
        examples: chosen.into_iter().map(example).collect(),
        windows: false,
    })
}

/// A few of the sequences; of classes one of each first.
fn samples(dataset: &Dataset, sequences: &Sequences) -> Samples {
    let answers = &sequences.answers;
    let example = |series: usize| Example {
        inputs: inputs(dataset, dataset.series[series].clone()),
        answer: match sequences.classes.get(answers[series] as usize) {
            Some(class) => class.clone(),
            None => format::significant(answers[series], 3),
        },
    };
    let chosen = one_of_each(
        sequences.classes.len(),
        &numbers_of(answers),
        answers.len(),
        EXAMPLES,
    );
    Samples {
        inputs: dataset.input_names.clone(),
        classes: sequences.classes.clone(),
        examples: chosen.into_iter().map(example).collect(),
        windows: false,
    }
}

/// A few of the training windows, one of each class first.
fn windows(dataset: &Dataset, classes: &RowClasses) -> Samples {
    let starts = dataset.train_windows();
    let answer = |start: &usize| {
        let asked = dataset.forecasts_from(*start);
        let row = asked.first().map_or(usize::MAX, |(row, _)| *row);
        classes.of.get(row).copied().unwrap_or(f64::NAN)
    };
    let answers: Vec<f64> = starts.iter().map(answer).collect();
    let example = |window: usize| Example {
        inputs: inputs(dataset, starts[window]..starts[window] + dataset.lookback),
        answer: (classes.names.get(answers[window] as usize))
            .filter(|_| !answers[window].is_nan())
            .map_or_else(|| text::NOTHING_YET.into(), Clone::clone),
    };
    let chosen = one_of_each(
        classes.names.len(),
        &numbers_of(&answers),
        answers.len(),
        EXAMPLES,
    );
    Samples {
        inputs: dataset.input_names.clone(),
        classes: classes.names.clone(),
        examples: chosen.into_iter().map(example).collect(),
        windows: true,
    }
}

/// Classes as whole numbers; what has none has one beyond all.
fn numbers_of(answers: &[f64]) -> Vec<usize> {
    let number = |answer: &f64| Some(*answer as usize).filter(|_| answer.is_finite());
    (answers.iter())
        .map(|answer| number(answer).unwrap_or(usize::MAX))
        .collect()
}

/// Each input over some rows.
fn inputs(dataset: &Dataset, rows: Range<usize>) -> Vec<Vec<f32>> {
    let inputs = dataset.inputs();
    let values = &dataset.values[rows.start * inputs..rows.end * inputs];
    (0..inputs)
        .map(|input| values.iter().skip(input).step_by(inputs).copied().collect())
        .collect()
}

/// Rows in the next larger unit of the calendar.
fn tick_rows(frequency: Option<&str>) -> usize {
    match frequency {
        Some("P1M") => 12,
        Some("P3M") => 4,
        Some("P1D") => 7,
        Some("PT1H") => 24,
        _ => 1,
    }
}
