//! From a table, or from new data under an exported model's preparation, to a dataset.

use super::cut::Cut;
use super::fold::Fold;
use super::{Dataset, Fitted};
use crate::data::{
    DataError, Extent, Parts, Stage, Table, classes,
    frame::{self, Frame},
    prepare::{
        self, FittedStep, Ground,
        inverse::{self, Inverse},
    },
    rollout, rows,
    scale::{Scaling, is_constant},
    season,
    split::stretches_of,
    tokens, windows,
};
use crate::experiment::choices::prepare::EncodeMethod;
use crate::experiment::{self, Output, ScaleMethod};
use crate::numbers::count;
use std::sync::Arc;

impl Dataset {
    /// Prepares a table: everything is fitted on its training part.
    ///
    /// # Errors
    /// A setting that does not fit the table (with its dotted key), a target without values or
    /// without change, too few rows for one window.
    pub fn from_table(
        table: &Table,
        settings: &experiment::Data,
        seed: u64,
    ) -> Result<Self, DataError> {
        let tokenized = tokens::tokenized(table, settings, true)?;
        let extents = [table, &*tokenized].map(|table| Extent::of(&table.series));
        let table = &*tokenized;
        if let Some(answers) = &table.answers {
            let mut dataset = Self::from_sequences(table, answers, settings, seed)?;
            if let Some((step, _)) = tokens::step(settings) {
                dataset.stages.push(Stage {
                    step,
                    extents,
                    ..Stage::default()
                });
            }
            return Ok(dataset);
        }
        let known = table
            .columns
            .iter()
            .map(|column| column.name.clone())
            .collect();
        let mut stages = Vec::new();
        let arranged = rows::arrange_seen(table, settings, &mut |stage| stages.push(stage))?;
        let table = &*arranged;
        let targets = settings.targets.len().max(1);
        let mut notes = table.notes.clone();
        let mut frame = whole_frame(table, settings, seed, &mut notes)?;
        frame.stages.splice(0..0, stages);
        classes::check(settings, &table.source, &frame.names[0])?;
        frame.check_targets(&table.source, targets)?;

        // The first rows of a series have no changes from before: they only serve to take the others'.
        let warm = prepare::warm_up(&frame.names, settings);
        let mut cut = Cut::new(&frame, warm);
        if cut.rows == 0 {
            return Err(prepare::too_far(settings, warm));
        }
        let parts = match Fold::of(settings.split, &cut)? {
            None => Parts::cut(&cut.series, cut.rows, cut.tested, settings.split),
            Some(fold) => {
                // What comes after it is not to be known.
                frame.cut_end(warm + fold.end);
                cut = Cut::new(&frame, warm);
                fold.parts(settings.split)
            }
        };
        if parts.train.is_empty() {
            return Err(DataError::setting(
                "data.split.train",
                format!(
                    "{} of {} rows is none; make it larger",
                    settings.split.train, cut.rows
                ),
            ));
        }
        let whole = cut.whole(&parts);
        let frequency = frame.time.as_ref().and_then(|time| time.frequency.clone());
        let longest = stretches_of(&whole.train, &frame.series)
            .into_iter()
            .max_by_key(ExactSizeIterator::len);
        let seasonal_period = longest
            .and_then(|stretch| season::period(&frame.columns[0][stretch], frequency.as_deref()));
        let lookback = windows::lookback(settings.window, &parts, &cut.series)?;
        let sources = frame.names.clone();
        let stretches = whole.stretches(&frame.series);
        let ground = Ground {
            train: whole.train.clone(),
            stretches: &stretches,
            targets,
            season: seasonal_period,
            warm_up: warm,
            lookback,
            seed,
        };
        let target_names = frame.names[..targets].to_vec();
        let before = (frame.names.len() > targets
            || settings.steps().any(|(_, step)| step.makes_columns()))
        .then(|| Arc::new(frame.before_preparation()));
        let prepare::Prepared {
            steps,
            inverses,
            read,
            stages,
        } = prepare::fit(&mut frame, settings, &ground, &mut notes)?;
        if frame.classes.is_none() {
            check_reach(settings, &inverses)?;
        }
        frame.cut_beginnings(warm);
        match warm {
            0 => {}
            1 => notes.push(
                "the first row of a series has no change from before and serves the later ones alone"
                    .into(),
            ),
            _ => notes.push(format!(
                "the first {} rows of a series have no changes from before and serve the later ones alone",
                count(warm as u64)
            )),
        }
        let mut fitted = Fitted {
            target_names,
            read,
            sources: if frame.names.get(..sources.len()) == Some(&sources[..]) {
                Vec::new()
            } else {
                sources
            },
            input_names: frame.names.clone(),
            columns: known,
            scale: Vec::new(),
            steps,
            warm_up: warm,
            frequency,
            seasonal_period,
            lookback,
            seed,
            sequences: None,
        };
        let trained = stretches_of(&parts.train, &frame.series);
        let embedded = prepare::embedded(&fitted.steps, &fitted.input_names);
        for (input, values) in frame.columns.iter().enumerate() {
            // Flags, sines and cosines have a common size already.
            let made = (input >= fitted.read || is_one_hot(&fitted.steps, &frame.names[input]))
                && values.iter().all(|x| x.abs() <= 1.0);
            let method = if made || embedded.iter().any(|one| one.column == input) {
                ScaleMethod::None
            } else {
                settings.scale.method
            };
            let scaling = Scaling::fit(method, &values[parts.train.clone()]);
            if !scaling.factor.is_finite() || !scaling.offset.is_finite() {
                return Err(DataError::file(
                    &table.source,
                    "holds numbers too large to be scaled; divide them by a common factor first",
                )
                .in_column(&frame.names[input]));
            }
            fitted.scale.push(scaling);
        }
        let reach = fitted.lookback + settings.window.horizon;
        let short = trained
            .iter()
            .filter(|stretch| stretch.len() < reach)
            .count();
        if short > 0 {
            notes.push(format!(
                "{} of {} training series are shorter than a window ({} rows) and go unused",
                count(short as u64),
                count(trained.len() as u64),
                count(reach as u64)
            ));
        }
        for (name, values) in fitted.target_names.iter().zip(&frame.columns) {
            let training = &values[parts.train.clone()];
            if is_constant(training) {
                notes.push(format!("\"{name}\" does not change in the training part, so there is nothing to learn from it"));
            }
        }
        Self::finish(
            frame,
            parts,
            fitted,
            (inverses, before),
            settings,
            &table.source,
            notes,
        )
        .map(|mut dataset| {
            dataset.note_classes();
            Self { stages, ..dataset }
        })
    }

    /// New data under an exported model's own preparation: columns are found by name, nothing is
    /// fitted anew, and the whole table is one test part.
    ///
    /// # Errors
    /// Missing columns, by their names; fewer rows than one window looks back.
    pub fn with_fitted(
        table: &Table,
        settings: &experiment::Data,
        fitted: &Fitted,
    ) -> Result<Self, DataError> {
        if let Some(classes) = &fitted.sequences {
            return Self::sequences_with_fitted(table, settings, fitted, classes);
        }
        let whole = table;
        let arranged = rows::arrange(table, settings)?;
        let table = &*arranged;
        let columns = frame::find_all(table, fitted.sources(), settings)?;
        let mut notes = table.notes.clone();
        let mut frame = Frame::new(table, &columns, &settings.time).or_else(|error| {
            // A new file may tell its time otherwise; only the columns must be the same.
            if settings.time.is_empty() {
                Err(error)
            } else {
                Frame::new(table, &columns, "")
            }
        })?;
        fitted.check_new(whole, table, frame.time.as_ref())?;
        let drops = frame::drops(&frame.names, settings)?;
        frame.drop_rows(&drops, &mut notes)?;
        let targets = fitted.target_names.len();
        frame.note_targets(targets);
        let needed = fitted.lookback + fitted.warm_up;
        let longest = frame.series.last().map_or(0, ExactSizeIterator::len);
        if longest < needed {
            return Err(DataError::file(
                &table.source,
                format!(
                    "has {longest} rows, and the model looks back over {needed}; give at least as many"
                ),
            ));
        }
        let all = |rows: usize| Parts {
            train: 0..0,
            validation: 0..0,
            test: 0..rows,
        };
        let stretches = all(frame.rows()).stretches(&frame.series);
        let ground = Ground {
            train: 0..0,
            stretches: &stretches,
            targets,
            season: fitted.seasonal_period,
            warm_up: fitted.warm_up,
            lookback: fitted.lookback,
            seed: fitted.seed,
        };
        let before =
            (fitted.input_names.len() > targets).then(|| Arc::new(frame.before_preparation()));
        let mut inverses = Vec::new();
        for (number, step) in fitted.steps.iter().enumerate() {
            step.apply(&mut frame, &ground, &mut inverses, number, &mut notes)?;
        }
        frame.cut_beginnings(fitted.warm_up);
        if frame.columns.len() != fitted.input_names.len() {
            return Err(DataError::file(
                &table.source,
                format!(
                    "has {} columns after the model's own preparation, and the model reads {}; a column of texts holds numbers here, or the other way round",
                    frame.columns.len(),
                    fitted.input_names.len()
                ),
            ));
        }
        frame.names.clone_from(&fitted.input_names);
        let parts = all(frame.rows());
        Self::finish(
            frame,
            parts,
            fitted.clone(),
            (inverses, before),
            settings,
            &table.source,
            notes,
        )
    }

    /// Scales, and puts the rest together.
    fn finish(
        frame: Frame,
        parts: Parts,
        fitted: Fitted,
        (inverses, before): (Vec<Inverse>, Option<Arc<Frame>>),
        settings: &experiment::Data,
        source: &str,
        notes: Vec<String>,
    ) -> Result<Self, DataError> {
        let rows = frame.rows();
        let classes = frame.classes;
        let mut values = Vec::with_capacity(rows * frame.columns.len());
        for row in 0..rows {
            for (input, column) in frame.columns.iter().enumerate() {
                let value = fitted.scale[input].scale(column[row]) as f32;
                if !value.is_finite() {
                    return Err(DataError::file(
                        source,
                        format!(
                            "{:e} is beyond single precision after scaling by \"{}\"; correct it, or set another data.scale.method",
                            column[row],
                            experiment_name(settings.scale.method)
                        ),
                    )
                    .in_column(&frame.names[input]));
                }
                values.push(value);
            }
        }
        let mut dataset = Self {
            target_names: fitted.target_names.clone(),
            lookback: fitted.lookback,
            horizon: settings.window.horizon,
            stride: settings.window.stride.max(1),
            output: settings.window.output,
            frequency: frame
                .time
                .as_ref()
                .map_or(fitted.frequency.clone(), |time| time.frequency.clone()),
            seasonal_period: fitted.seasonal_period,
            input_names: frame.names,
            values,
            raw_targets: frame.raw_targets,
            times: frame.times,
            series: frame.series,
            beginnings: frame.beginnings,
            stages: Vec::new(),
            roll: (settings.window.roll).unwrap_or_else(|| rollout::automatic(&parts.test)),
            before,
            parts,
            fitted,
            notes,
            hash: String::new(),
            inverses,
            clock: frame.time,
            rows_read: frame.rows_read,
            sequences: None,
            classes: None,
        };
        if let Some(of) = classes {
            return dataset.classified(of, source);
        }
        dataset.hash = dataset.fingerprint();
        Ok(dataset)
    }
}

/// The columns that `settings` choose of an arranged table, test source included, without dropped rows.
pub(super) fn whole_frame(
    table: &Table,
    settings: &experiment::Data,
    seed: u64,
    notes: &mut Vec<String>,
) -> Result<Frame, DataError> {
    let columns = frame::choose(table, settings)?;
    let mut frame = Frame::new(table, &columns, &settings.time)?;
    frame.add_test_source(settings, seed, notes)?;
    let drops = frame::drops(&frame.names, settings)?;
    frame.drop_rows(&drops, notes)?;
    Ok(frame)
}

/// Whether a step made column `name` of a text.
fn is_one_hot(steps: &[FittedStep], name: &String) -> bool {
    steps.iter().any(|step| match step {
        FittedStep::Encode {
            columns,
            method: EncodeMethod::OneHot,
        } => columns.iter().any(|column| column.names.contains(name)),
        _ => false,
    })
}

/// Refuses differences that a forecast could not be undone from: each step of `every-step` forecasts one
/// row alone, so what it builds on must have been observed.
fn check_reach(settings: &experiment::Data, inverses: &[Inverse]) -> Result<(), DataError> {
    let horizon = settings.window.horizon;
    match inverse::shortest_lag(inverses) {
        Some(lag) if settings.window.output == Output::EveryStep && lag < horizon => {
            Err(DataError::setting(
                "data.window.output",
                format!(
                    "\"every-step\" forecasts the row {horizon} ahead alone, and a step whose changes reach back over {lag} needs those between; set data.window.output = \"last-step\""
                ),
            ))
        }
        _ => Ok(()),
    }
}

/// The method's name in experiment files.
fn experiment_name(method: ScaleMethod) -> String {
    match method {
        ScaleMethod::Standard => "standard",
        ScaleMethod::MinMax => "min-max",
        ScaleMethod::Robust => "robust",
        ScaleMethod::None => "none",
    }
    .to_owned()
}
