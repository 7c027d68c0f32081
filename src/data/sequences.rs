//! Collections of sequences: each series is one sample with one answer, a number or a class, read at
//! its last step.
//!
//! In a [`Dataset`] of sequences the series stand part by part, the training part first. A sample is
//! known by its first row, as a window is; there is no time, no lookback to choose and no horizon.

use super::collected::Collected;
use super::prepare::{self, FittedStep};
use super::problem::Sequence;
use super::scale::Scaling;
use super::split::{Allotment, allot};
use super::{
    AnswerValues, Answers, Batch, DataError, Dataset, Fitted, Part, Problem, Stage, Table, fill,
    frame, generator, rows, source, tokens,
};
use crate::experiment::{self, Prepare, ScaleMethod, Split, Task};

/// The stream that stratified splits draw from.
const SPLIT: u64 = 3 << 40;

/// Batches in an epoch where training draws fresh sequences.
pub const FRESH_BATCHES: usize = 100;

/// What a dataset of sequences has besides its rows.
#[derive(Debug, Clone, PartialEq)]
pub struct Sequences {
    /// The number of each series in its source, from 0.
    pub numbers: Vec<usize>,
    /// The answer of each series: a number, or its class's number; NaN where it is not known.
    pub answers: Vec<f64>,
    /// Names of the classes; none where answers are numbers.
    pub classes: Vec<String>,
    /// Training sequences of each class; 1 each where they are drawn without end, all alike.
    pub class_counts: Vec<usize>,
    /// Mean answer of the training part: the forecast that needs no model. Of all sequences that
    /// could be drawn, where they are drawn without end.
    pub mean: f64,
    /// Where training draws sequences without end; the training part has no rows then.
    pub fresh: Option<Problem>,
}

impl Dataset {
    /// Prepares a table in which each series has an answer: chooses inputs, splits by whole series,
    /// fills and scales.
    ///
    /// # Errors
    /// A setting that does not go with such data, a part without sequences to learn from, an input
    /// without values.
    pub(super) fn from_sequences(
        table: &Table,
        answers: &Answers,
        settings: &experiment::Data,
        seed: u64,
    ) -> Result<Self, DataError> {
        if settings.split.folds > 0 {
            return Err(DataError::setting(
                "data.split.folds",
                format!(
                    "folds are origins in the time of one series, and each sequence of {} is a sample; leave it out",
                    table.source
                ),
            ));
        }
        let other = |step: &Prepare| {
            !matches!(
                step,
                Prepare::Lengths(_) | Prepare::Tokenize(_) | Prepare::Encode(_)
            )
        };
        if let Some((number, _)) = settings.steps().find(|(_, step)| other(step)) {
            return Err(DataError::setting(
                format!("data.prepare.{number}"),
                format!(
                    "each sequence of {} is one sample with one answer, which no steps but \"lengths\", \"tokenize\" and \"encode\" prepare; leave it out",
                    table.source
                ),
            ));
        }
        let mut stages = Vec::new();
        let arranged = rows::arrange_seen(table, settings, &mut |stage| stages.push(stage))?;
        let table = &*arranged;
        let answers = table.answers.as_ref().unwrap_or(answers);
        let own = table.series.len();
        let mut notes = Vec::new();
        let whole = with_test_source(table, settings, seed, &mut notes)?;
        let (table, answers) = match &whole {
            Some((whole, answers)) => (whole, answers),
            None => (table, answers),
        };
        let columns = inputs_of(table, answers, settings)?;
        let (answer_of, classes) = match &answers.values {
            AnswerValues::Numbers(numbers) => (numbers.clone(), Vec::new()),
            AnswerValues::Classes { names, of } => (
                of.iter().map(|&class| class as f64).collect(),
                names.clone(),
            ),
        };
        if classes.is_empty() != (settings.task == Task::Forecast) {
            let (has, task) = match settings.task {
                Task::Forecast => ("a class", "classify"),
                Task::Classify => ("a number", "forecast"),
            };
            return Err(DataError::setting(
                "data.task",
                format!(
                    "each sequence of {} has {has}; set data.task = \"{task}\"",
                    table.source
                ),
            ));
        }
        let allotted: Vec<Part> = if answers.fresh.is_some() {
            let half = table.series.len() / 2;
            let part = |k| {
                if k < half {
                    Part::Validation
                } else {
                    Part::Test
                }
            };
            (0..table.series.len()).map(part).collect()
        } else {
            let mut drawing = generator(seed, SPLIT);
            let how = match &answers.values {
                AnswerValues::Classes { of, .. } => Allotment::Stratified {
                    classes: &of[..own],
                    generator: &mut drawing,
                },
                AnswerValues::Numbers(_) => Allotment::InOrder(own),
            };
            let tested = table.series.len() - own;
            // Beside a test source, whatever is not trained on is the validation part.
            let split = if tested > 0 {
                Split {
                    train: settings.split.train,
                    validation: 1.0 - settings.split.train,
                    ..settings.split
                }
            } else {
                settings.split
            };
            let mut allotted = allot(how, split);
            if tested > 0 {
                for part in &mut allotted {
                    if *part == Part::Test {
                        *part = Part::Validation;
                    }
                }
            }
            allotted.extend(std::iter::repeat_n(Part::Test, tested));
            allotted
        };
        if answers.fresh.is_none() && !allotted.contains(&Part::Train) {
            return Err(DataError::setting(
                "data.split.train",
                format!(
                    "{} of {} sequences is none; make it larger",
                    settings.split.train,
                    allotted.len()
                ),
            ));
        }
        let order: Vec<usize> = Part::ALL
            .into_iter()
            .flat_map(|part| {
                let of_part = allotted
                    .iter()
                    .enumerate()
                    .filter(move |(_, own)| **own == part);
                of_part.map(|(series, _)| series)
            })
            .collect();
        let trained = allotted.iter().filter(|part| **part == Part::Train).count();
        let mut class_counts = vec![usize::from(answers.fresh.is_some()); classes.len()];
        let mut sum = 0.0;
        for &series in &order[..trained] {
            let answer = answer_of[series];
            sum += answer;
            if let Some(count) = class_counts.get_mut(answer as usize) {
                *count += 1;
            }
        }
        let sequences = Sequences {
            answers: order.iter().map(|&series| answer_of[series]).collect(),
            numbers: order,
            class_counts,
            mean: match &answers.fresh {
                Some(problem) => problem.mean_answer(),
                None => sum / trained as f64,
            },
            fresh: answers.fresh,
            classes,
        };
        let counts = Part::ALL.map(|part| allotted.iter().filter(|p| **p == part).count());
        let mut collected = Collected::new(table, &columns, &sequences.numbers)?;
        let train_rows = collected.rows_of(0..counts[0]);
        let sources = collected.names.clone();
        let steps = collected.encode_all(settings, &train_rows)?;
        let encoded = (settings.steps()).find(|(_, step)| matches!(step, Prepare::Encode(_)));
        if let Some((step, _)) = encoded {
            let made = |name: &&String| !sources.contains(name);
            stages.push(Stage {
                step,
                made: collected.names.iter().filter(made).cloned().collect(),
                ..Stage::default()
            });
        }
        let embedded = prepare::embedded(&steps, &collected.names);
        let mut fitted = Fitted {
            input_names: collected.names.clone(),
            target_names: vec![answers.name.clone()],
            read: collected.names.len(),
            sources: if sources == collected.names {
                Vec::new()
            } else {
                sources
            },
            columns: Vec::new(),
            scale: Vec::new(),
            steps,
            warm_up: 0,
            frequency: None,
            seasonal_period: None,
            lookback: collected.longest(),
            seed,
            sequences: Some(sequences.classes.clone()),
        };
        let mut means = Vec::new();
        let all = collected.names.iter().zip(&collected.columns).enumerate();
        for (input, (name, values)) in all {
            // Where training rows are drawn later, nothing is fitted.
            let rows = if train_rows.is_empty() {
                0..values.len()
            } else {
                train_rows.clone()
            };
            let training: Vec<f64> = values[rows]
                .iter()
                .copied()
                .filter(|x| !x.is_nan())
                .collect();
            if training.is_empty() {
                return Err(DataError::file(
                    &table.source,
                    "has no value in the training part; leave it out of data.features",
                )
                .in_column(name));
            }
            means.push(fill::mean(&training));
            let as_it_is = collected.is_made(name) || embedded.iter().any(|e| e.column == input);
            let method = if answers.scaled && !as_it_is {
                settings.scale.method
            } else {
                ScaleMethod::None
            };
            fitted.scale.push(Scaling::fit(method, &training));
        }
        notes.splice(0..0, table.notes.iter().cloned());
        collected.fill(&means, &mut notes);
        fitted.steps.push(FittedStep::Rest { means });
        Ok(Self {
            stages,
            ..collected.finish(counts, sequences, fitted, notes)
        })
    }

    /// New sequences under an exported model's own preparation: each series of the table is one, all
    /// in the test part; the answers are known where the table has them.
    ///
    /// # Errors
    /// Missing input columns, by their names.
    pub(super) fn sequences_with_fitted(
        table: &Table,
        settings: &experiment::Data,
        fitted: &Fitted,
        classes: &[String],
    ) -> Result<Self, DataError> {
        let tokenized = tokens::tokenized(table, settings, false)?;
        let arranged = rows::arrange(&tokenized, settings)?;
        let table = &*arranged;
        let columns = frame::find_all(table, fitted.sources(), settings)?;
        let count = table.series.len();
        let unknown = || vec![f64::NAN; count];
        let answers = match table.answers.as_ref().map(|answers| &answers.values) {
            Some(AnswerValues::Numbers(numbers)) if classes.is_empty() => numbers.clone(),
            Some(AnswerValues::Classes { names, of }) => of
                .iter()
                .map(|&class| {
                    let known = classes.iter().position(|name| *name == names[class]);
                    known.map_or(f64::NAN, |class| class as f64)
                })
                .collect(),
            _ => unknown(),
        };
        let sequences = Sequences {
            numbers: (0..count).collect(),
            answers,
            classes: classes.to_vec(),
            class_counts: vec![0; classes.len()],
            mean: f64::NAN,
            fresh: None,
        };
        let mut collected = Collected::new(table, &columns, &sequences.numbers)?;
        let mut notes = table.notes.clone();
        for step in &fitted.steps {
            match step {
                FittedStep::Rest { means } => collected.fill(means, &mut notes),
                FittedStep::Encode { columns, method } => {
                    for column in columns {
                        collected.encode(column, *method);
                    }
                }
                _ => {}
            }
        }
        Ok(collected.finish([0, 0, count], sequences, fitted.clone(), notes))
    }

    /// How many samples an epoch holds where a batch has so many; training draws them anew where it
    /// draws without end.
    #[must_use]
    pub fn drawn_in_epoch(&self, batch: usize) -> Option<usize> {
        self.sequences
            .as_ref()?
            .fresh
            .map(|_| FRESH_BATCHES * batch)
    }

    /// A training batch: windows or sequences by their first rows; where training draws without end,
    /// sequences by how many were drawn before them.
    ///
    /// # Panics
    /// A window reads beyond the last row.
    #[must_use]
    pub fn training_batch(&self, samples: &[usize]) -> Batch {
        let fresh = self
            .sequences
            .as_ref()
            .and_then(|sequences| sequences.fresh);
        let Some(problem) = fresh else {
            return self.batch(samples);
        };
        let mut batch = Batch {
            size: samples.len(),
            steps: problem.length,
            inputs: Vec::with_capacity(samples.len() * problem.length * self.inputs()),
            targets: Vec::with_capacity(samples.len()),
            mask: None,
            lengths: None,
        };
        for &drawn in samples {
            let Sequence { inputs, answer } =
                problem.sequence(problem.first_fresh() + drawn as u64);
            batch.inputs.extend(inputs.iter().map(|&x| x as f32));
            batch.targets.push(answer as f32);
        }
        batch
    }

    /// Sequences by their first rows, padded at their ends with 0.
    pub(super) fn sequence_batch(&self, starts: &[usize], sequences: &Sequences) -> Batch {
        let inputs = self.inputs();
        let found: Vec<usize> = starts.iter().map(|&row| self.series_index(row)).collect();
        let lengths: Vec<usize> = found.iter().map(|&k| self.series[k].len()).collect();
        let steps = lengths.iter().copied().max().unwrap_or(0);
        let mut batch = Batch {
            size: starts.len(),
            steps,
            inputs: vec![0.0; starts.len() * steps * inputs],
            targets: found.iter().map(|&k| sequences.answers[k] as f32).collect(),
            mask: None,
            lengths: None,
        };
        let into = batch.inputs.chunks_exact_mut((steps * inputs).max(1));
        for (into, &k) in into.zip(&found) {
            let rows = &self.series[k];
            into[..rows.len() * inputs]
                .copy_from_slice(&self.values[rows.start * inputs..rows.end * inputs]);
        }
        if lengths.iter().any(|&length| length < steps) {
            batch.lengths = Some(lengths);
        }
        batch
    }
}

/// The table with the sequences of `data.test_source`, or of the file that goes with a `…_TRAIN` one,
/// after its own; none where there is no such file.
///
/// # Errors
/// What that file cannot be, or has otherwise than the first: columns, a kind of answers, classes.
fn with_test_source(
    table: &Table,
    settings: &experiment::Data,
    seed: u64,
    notes: &mut Vec<String>,
) -> Result<Option<(Table, Answers)>, DataError> {
    let path = if settings.test_source.is_empty() {
        let Some(found) = source::test_sibling(&settings.source) else {
            return Ok(None);
        };
        notes.push(format!("{found} is the test part"));
        found
    } else {
        settings.test_source.clone()
    };
    let test = source::load(&path, &settings.generate, seed)?;
    let test = tokens::tokenized(&test, settings, true)?;
    let test = rows::arrange(&test, settings)?.into_owned();
    let names: Vec<String> = table
        .columns
        .iter()
        .map(|column| column.name.clone())
        .collect();
    let columns = frame::find_all(&test, &names, settings)?;
    let mut whole = table.clone();
    for (column, &other) in whole.columns.iter_mut().zip(&columns) {
        column
            .numbers
            .extend_from_slice(&test.columns[other].numbers);
        column.texts.extend(test.columns[other].texts.iter());
    }
    let first = table.rows();
    whole.series.extend(
        test.series
            .iter()
            .map(|series| series.start + first..series.end + first),
    );
    let refuse = |message: String| Err(DataError::file(&path, message));
    let answers = match (
        &mut whole.answers,
        test.answers.map(|answers| answers.values),
    ) {
        (Some(own), Some(theirs)) => {
            match (&mut own.values, theirs) {
                (AnswerValues::Numbers(own), AnswerValues::Numbers(theirs)) => own.extend(theirs),
                (
                    AnswerValues::Classes { names, of },
                    AnswerValues::Classes {
                        names: theirs,
                        of: found,
                    },
                ) => {
                    for class in found {
                        match names.iter().position(|name| *name == theirs[class]) {
                            Some(class) => of.push(class),
                            None => {
                                return refuse(format!(
                                    "has the class \"{}\", which {} has not (there are: {}); give a test file of the same classes",
                                    theirs[class],
                                    table.source,
                                    names.join(", ")
                                ));
                            }
                        }
                    }
                }
                _ => {
                    return refuse(format!(
                        "has other answers than {}: one has classes, one numbers; give two files of a kind",
                        table.source
                    ));
                }
            }
            own.clone()
        }
        _ => {
            return refuse(format!(
                "has no answer for each sequence, as {} has; give a test file of the same form",
                table.source
            ));
        }
    };
    Ok(Some((whole, answers)))
}

/// The inputs: the features that the settings name, all columns where they name none.
fn inputs_of(
    table: &Table,
    answers: &Answers,
    settings: &experiment::Data,
) -> Result<Vec<usize>, DataError> {
    if let Some(index) = settings
        .targets
        .iter()
        .position(|name| *name != answers.name)
    {
        return Err(DataError::setting(
            format!("data.targets.{index}"),
            format!(
                "each sequence of {} has one answer, \"{}\"; name this one or none",
                table.source, answers.name
            ),
        ));
    }
    if settings.features.is_empty() {
        return Ok((0..table.columns.len()).collect());
    }
    let mut columns = Vec::new();
    for (index, name) in settings.features.iter().enumerate() {
        let column = table.column(name).ok_or_else(|| {
            DataError::setting(
                format!("data.features.{index}"),
                format!(
                    "there is no input \"{name}\" in {}; there are {}",
                    table.source,
                    table.names()
                ),
            )
        })?;
        columns.push(column);
    }
    Ok(columns)
}
