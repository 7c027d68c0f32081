//! What each step learns from the training part.

use super::function::Function;
use super::inverse::{self, Inverse};
use super::{Bounds, Classes, FittedStep, Ground, bins, encode, season, select, statistics};
use crate::data::{
    DataError, Stop,
    fill::{self, FittedColumn, FittedFill},
    frame::{self, Frame},
    outline::{Extent, Outline, Stage},
};
use crate::experiment::choices::prepare::{Group, OutlierAction, OutlierMethod};
use crate::experiment::{Data, FillMethod, Prepare, Task};

/// What preparation has come to.
pub(in super::super) struct Prepared {
    /// The steps with what they learned.
    pub steps: Vec<FittedStep>,
    /// What undoes them.
    pub inverses: Vec<Inverse>,
    /// How many of the inputs are those that were read.
    pub read: usize,
    /// What each step made of the first target.
    pub stages: Vec<Stage>,
}

/// Of an input, without so many rows at the beginning of each series.
fn outline(frame: &Frame, input: usize, warm: usize) -> Outline {
    let Some(column) = frame.columns.get(input) else {
        return Outline::default();
    };
    if warm == 0 {
        return Outline::of(column);
    }
    let mut values = column.clone();
    for series in &frame.series {
        values[series.start..series.end.min(series.start + warm)].fill(f64::NAN);
    }
    Outline::of(&values)
}

/// Fits every step in order and applies it at once, so that the next one sees what it left.
///
/// # Errors
/// A step that does not apply, with its key.
pub(in super::super) fn fit(
    frame: &mut Frame,
    settings: &Data,
    ground: &Ground<'_>,
    notes: &mut Vec<String>,
) -> Result<Prepared, DataError> {
    let mut read = frame.names.len();
    let mut steps = Vec::new();
    let mut inverses = Vec::new();
    let mut stages = std::mem::take(&mut frame.stages);
    // Rows at the beginning of each series that differences cannot be taken of, and that no window has.
    let mut warm = 0;
    let stop = Stop::current();
    for (number, step) in settings.steps() {
        stop.check(&settings.source)?;
        let needs_all = !matches!(
            step,
            Prepare::Fill(_)
                | Prepare::Outliers(_)
                | Prepare::Calendar(_)
                | Prepare::Sort(_)
                | Prepare::Resample(_)
                | Prepare::Group(Group {
                    scale_each: false,
                    ..
                })
                | Prepare::Lengths(_)
                | Prepare::Tokenize(_)
                | Prepare::Encode(_)
        );
        if needs_all {
            let rest = rest(frame, read, ground)?;
            rest.apply(frame, ground, &mut inverses, number, notes)?;
            steps.push(rest);
        }
        let known = frame.names.len();
        let before = outline(frame, 0, warm);
        let one = fit_one(frame, (number, step), &steps, read, settings, ground, notes)?;
        if let Some(fitted) = one {
            let [touched, missing] = fitted.apply(frame, ground, &mut inverses, number, notes)?;
            if let FittedStep::Select { kept } = &fitted {
                read = kept.iter().filter(|&&input| input < read).count();
            }
            let extent = Extent::of(&frame.series);
            let (mut periods, mut parts) = (Vec::new(), Vec::new());
            if let FittedStep::Decompose { columns, .. } = &fitted
                && let Some(first) = columns.first()
            {
                periods.extend(first.season.profiles.iter().map(Vec::len));
                if first.input == 0 {
                    let made = known..known + first.names.len();
                    parts.extend(made.map(|input| outline(frame, input, warm)));
                }
            }
            steps.push(fitted);
            if matches!(step, Prepare::Difference(_)) {
                warm = ground.warm_up;
            }
            stages.push(Stage {
                step: number,
                before,
                after: outline(frame, 0, warm),
                made: frame.names.get(known..).unwrap_or_default().to_vec(),
                touched,
                missing,
                extents: [extent; 2],
                inputs: [known, frame.names.len()].map(|count| count - ground.targets),
                periods,
                parts,
            });
        }
    }
    if let Some(input) = (0..frame.names.len()).find(|&input| frame.is_text(input)) {
        return Err(DataError::setting(
            "data.prepare",
            format!(
                "\"{}\" holds text, and no step makes numbers of it; add an \"encode\" step, or leave it out of data.features",
                frame.names[input]
            ),
        ));
    }
    let rest = rest(frame, read, ground)?;
    rest.apply(frame, ground, &mut inverses, settings.prepare.len(), notes)?;
    steps.push(rest);
    Ok(Prepared {
        steps,
        inverses,
        read,
        stages,
    })
}

/// The means of what is read, over the training part.
fn rest(frame: &Frame, read: usize, ground: &Ground<'_>) -> Result<FittedStep, DataError> {
    let mut means = Vec::with_capacity(read);
    for (input, (name, column)) in frame
        .names
        .iter()
        .zip(&frame.columns)
        .take(read)
        .enumerate()
    {
        if frame.is_text(input) {
            means.push(0.0); // unused: the step that makes numbers of it knows missing texts
            continue;
        }
        let observed = observed(&column[ground.train.clone()]);
        if observed.is_empty() {
            return Err(DataError::file(
                &frame.source,
                "has no value in the training part; choose another column or a larger data.split.train",
            )
            .in_column(name));
        }
        means.push(fill::mean(&observed));
    }
    Ok(FittedStep::Rest { means })
}

fn observed(values: &[f64]) -> Vec<f64> {
    values.iter().copied().filter(|x| !x.is_nan()).collect()
}

/// One step after the `fitted` ones, fitted; none where there is nothing to do.
fn fit_one(
    frame: &mut Frame,
    (number, step): (usize, &Prepare),
    fitted: &[FittedStep],
    read: usize,
    settings: &Data,
    ground: &Ground<'_>,
    notes: &mut Vec<String>,
) -> Result<Option<FittedStep>, DataError> {
    let key = |name: &str| format!("data.prepare.{number}.{name}");
    let names = frame.names[..read].to_vec();
    let texts: Vec<bool> = (0..read).map(|input| frame.is_text(input)).collect();
    let coded: Vec<bool> = (0..read).map(|input| frame.is_coded(input)).collect();
    let classified = frame.classes.is_some();
    let check = |columns: &[String]| -> Result<Vec<usize>, DataError> {
        frame::check_columns(columns, &names, number)?;
        let mut inputs = frame::inputs_of(columns, &names);
        if classified && (inputs == [0] || !columns.is_empty()) && inputs.contains(&0) {
            return Err(DataError::setting(
                key(if columns.is_empty() {
                    "step"
                } else {
                    "columns"
                }),
                format!(
                    "\"{}\" is classes after the \"bin\" step; put this step before that one, or leave \"{}\" out here",
                    names[0], names[0]
                ),
            ));
        }
        if columns.is_empty() {
            let left_alone = |input: usize| classified && input == 0;
            inputs.retain(|&input| !(texts[input] || coded[input] || left_alone(input)));
        } else if let Some(&input) = inputs.iter().find(|&&input| coded[input]) {
            return Err(DataError::setting(
                key("columns"),
                format!(
                    "the numbers of \"{}\" are places in a table that is learned; leave it out here",
                    names[input]
                ),
            ));
        } else if let Some(&input) = inputs.iter().find(|&&input| texts[input]) {
            return Err(DataError::setting(
                key("columns"),
                format!(
                    "\"{}\" holds text; put an \"encode\" step before this one",
                    names[input]
                ),
            ));
        }
        Ok(inputs)
    };
    let training =
        |frame: &Frame, input: usize| observed(&frame.columns[input][ground.train.clone()]);
    Ok(Some(match step {
        Prepare::Group(group) if group.scale_each => {
            let mut inputs = check(&[])?;
            inputs.retain(|&input| names[input] != group.by);
            FittedStep::ScaleEach { inputs }
        }
        Prepare::Sort(_)
        | Prepare::Resample(_)
        | Prepare::Group(_)
        | Prepare::Lengths(_)
        | Prepare::Tokenize(_) => return Ok(None),
        Prepare::Encode(step) => {
            let columns = encode::fit(frame, step, &names, ground, number)?;
            if columns.is_empty() {
                return Ok(None);
            }
            FittedStep::Encode {
                columns,
                method: step.method,
            }
        }
        Prepare::Select(step) => {
            let kept = select::fit(frame, step, ground, settings.window.horizon);
            let gone: Vec<&str> = (0..frame.names.len())
                .filter(|input| !kept.contains(input))
                .map(|input| frame.names[input].as_str())
                .collect();
            if gone.is_empty() {
                return Ok(None);
            }
            notes.push(format!("left out as saying little: {}", gone.join(", ")));
            FittedStep::Select { kept }
        }
        Prepare::Decompose(step) => {
            let inputs = check(&step.columns)?;
            season::fit(frame, step, inputs, ground, number)?
        }
        Prepare::Fill(fill) => {
            if fill.method == FillMethod::Drop {
                return Ok(None);
            }
            if fill.method == FillMethod::Seasonal && ground.season.is_none() {
                notes.push(
                    "no seasonal period stands out in the training part; gaps are filled on a line"
                        .into(),
                );
            }
            let mut columns = Vec::new();
            let mut made = frame.columns.len();
            for input in check(&fill.columns)? {
                let flag = fill.flag.then(|| {
                    made += 1;
                    made - 1
                });
                let training = &frame.columns[input][ground.train.clone()];
                columns.push(FittedColumn::fit(fill.method, input, flag, training));
            }
            FittedStep::Fill(FittedFill {
                fill: fill.clone(),
                step: number,
                columns,
                period: ground.season,
            })
        }
        Prepare::Outliers(outliers) => {
            let mut columns = Vec::new();
            let mut taken = frame.names.clone();
            for input in check(&outliers.columns)? {
                let (low, high) =
                    statistics::bounds(outliers.method, outliers.limit, training(frame, input));
                let flag = (outliers.action == OutlierAction::Flag)
                    .then(|| free_name(&format!("{}_outlier", names[input]), &mut taken));
                columns.push(Bounds {
                    input,
                    low,
                    high,
                    hampel: (outliers.method == OutlierMethod::Hampel)
                        .then_some((outliers.window, outliers.limit)),
                    flag,
                });
            }
            FittedStep::Outliers {
                columns,
                action: outliers.action,
            }
        }
        Prepare::Smooth(smooth) => {
            let total: f64 = smooth.kernel.iter().sum();
            if smooth.kernel.is_empty() || total == 0.0 {
                return Err(DataError::setting(
                    key("kernel"),
                    "the weights add up to nothing; give some such as [0.5, 0.3, 0.2]",
                ));
            }
            FittedStep::Smooth {
                smooth: smooth.clone(),
                inputs: check(&smooth.columns)?,
            }
        }
        Prepare::Difference(difference) => {
            let inputs = check(&difference.columns)?;
            let reach = difference.season + difference.times();
            if reach == 0 {
                return Ok(None);
            }
            FittedStep::Difference {
                inputs,
                weights: inverse::weights(difference.season, difference.times()),
            }
        }
        Prepare::Transform(transform) => {
            let mut functions = Vec::new();
            for input in check(&transform.columns)? {
                // What is no change at the beginning of a series is cut off later, and nothing is learned from it.
                let mut changes = frame.columns[input].clone();
                for rows in frame.unchanged(input) {
                    changes[rows].fill(f64::NAN);
                }
                let known = observed(&changes[ground.train.clone()]);
                let function = Function::fit(transform.method, &known);
                if let Some(row) = changes
                    .iter()
                    .position(|&x| !x.is_nan() && function.apply(x).is_none())
                {
                    return Err(DataError::setting(
                        key("method"),
                        format!(
                            "{}, and \"{}\" is {} at {}; choose another method, such as yeo-johnson, or other columns",
                            function.domain(),
                            names[input],
                            frame.columns[input][row],
                            &frame.times[row]
                        ),
                    ));
                }
                functions.push((input, function));
            }
            FittedStep::Transform { functions }
        }
        Prepare::Bin(bin) => {
            let mut classes = None;
            let mut bins = Vec::new();
            for input in check(&bin.columns)? {
                if settings.task == Task::Classify && input == 0 {
                    classes = Some(Classes::of_target(frame, (number, bin), fitted, ground)?);
                    continue;
                }
                let mut values = training(frame, input);
                values.sort_unstable_by(f64::total_cmp);
                let borders = bins::borders(bin, &values);
                let medians = bins::medians(&borders, &values);
                bins.push((input, borders, medians));
            }
            FittedStep::Bin { bins, classes }
        }
        Prepare::Lag(lag) => {
            let mut taken = frame.names.clone();
            let mut made = Vec::new();
            for input in check(&lag.columns)? {
                for &rows in &lag.lags {
                    made.push((
                        input,
                        rows,
                        free_name(&format!("{}_lag_{rows}", names[input]), &mut taken),
                    ));
                }
            }
            FittedStep::Lag { made }
        }
        Prepare::Rolling(rolling) => {
            let mut taken = frame.names.clone();
            let mut made = Vec::new();
            for input in check(&rolling.columns)? {
                for &function in &rolling.functions {
                    let name = format!(
                        "{}_{}_{}",
                        names[input],
                        statistics::name(function),
                        rolling.window
                    );
                    made.push((input, function, free_name(&name, &mut taken)));
                }
            }
            FittedStep::Rolling {
                window: rolling.window,
                made,
            }
        }
        Prepare::Calendar(calendar) => {
            if frame.moments.is_empty() {
                return Err(DataError::setting(
                    key("parts"),
                    "the rows have no times that are dates; name the time column in data.time, or leave the step out",
                ));
            }
            let mut taken = frame.names.clone();
            let made = calendar
                .parts
                .iter()
                .map(|&part| {
                    let name = statistics::place_name(part);
                    (
                        part,
                        free_name(&format!("{name}_sin"), &mut taken),
                        free_name(&format!("{name}_cos"), &mut taken),
                    )
                })
                .collect();
            FittedStep::Calendar { made }
        }
    }))
}

/// A name that is not taken yet, and is from now on.
pub(super) fn free_name(wanted: &str, taken: &mut Vec<String>) -> String {
    let mut name = wanted.to_owned();
    while taken.contains(&name) {
        name.push('_');
    }
    taken.push(name.clone());
    name
}
