//! What each fitted step does to rows.

use super::inverse::{self, Inverse};
use super::{FittedStep, Ground, bins, season, statistics};
use crate::data::{DataError, frame::Frame};
use crate::experiment::choices::prepare::OutlierAction;

impl FittedStep {
    /// Treats all rows of `frame`; what undoes it for targets goes into `inverses`. Gives how many values a fill filled
    /// and left, or how many were found too far.
    ///
    /// # Errors
    /// New data that the step does not apply to.
    pub(in super::super) fn apply(
        &self,
        frame: &mut Frame,
        ground: &Ground<'_>,
        inverses: &mut Vec<Inverse>,
        number: usize,
        notes: &mut Vec<String>,
    ) -> Result<[usize; 2], DataError> {
        let mut counts = [0, 0];
        match self {
            Self::Fill(fill) => {
                for column in &fill.columns {
                    if column.flag.is_some() {
                        frame.add_flag(column.input);
                    }
                }
                counts = frame.fill(fill, ground.stretches, ground.seed);
            }
            Self::Rest { means } => frame.fill_rest(means, ground.stretches, notes),
            Self::Outliers { columns, action } => {
                for bounds in columns {
                    let found =
                        statistics::outliers(&frame.columns[bounds.input], bounds, &frame.series);
                    counts[0] += found.iter().filter(|found| found.is_some()).count();
                    let values = &mut frame.columns[bounds.input];
                    match action {
                        OutlierAction::Flag => {
                            let flags = found
                                .iter()
                                .map(|found| f64::from(u8::from(found.is_some())))
                                .collect();
                            frame.names.push(bounds.flag.clone().unwrap_or_default());
                            frame.columns.push(flags);
                        }
                        OutlierAction::Clip | OutlierAction::Missing => {
                            for (value, found) in values.iter_mut().zip(found) {
                                if let Some(nearest) = found {
                                    *value = if *action == OutlierAction::Clip {
                                        nearest
                                    } else {
                                        f64::NAN
                                    };
                                }
                            }
                        }
                    }
                }
            }
            Self::ScaleEach { inputs } => {
                let rows = ground.lookback.saturating_add(ground.warm_up);
                for &input in inputs {
                    let mut sizes = Vec::with_capacity(frame.series.len());
                    for series in &frame.series {
                        let values = &mut frame.columns[input][series.clone()];
                        let size = statistics::size(&values[..rows.min(values.len())]);
                        for value in values {
                            *value /= size;
                        }
                        sizes.push((series.start, size));
                    }
                    if input < ground.targets {
                        inverses.push(Inverse::Size {
                            target: input,
                            sizes,
                        });
                    }
                }
            }
            Self::Smooth { smooth, inputs } => {
                for &input in inputs {
                    for series in &frame.series {
                        statistics::smooth(smooth, &mut frame.columns[input][series.clone()]);
                    }
                }
            }
            Self::Difference { inputs, weights } => {
                for &input in inputs {
                    let before = frame.columns[input].clone();
                    for series in &frame.series {
                        for row in series.clone() {
                            frame.columns[input][row] =
                                before[row] - inverse::earlier(&before, weights, row, series.start);
                        }
                    }
                    let furthest = weights.last().map_or(0, |(rows, _)| *rows);
                    frame.reach_back(input, furthest);
                    if input < ground.targets {
                        inverses.push(Inverse::Difference {
                            target: input,
                            weights: weights.clone(),
                            history: before,
                        });
                    }
                }
            }
            Self::Transform { functions } => {
                for (input, function) in functions {
                    frame.mend_unchanged(*input, &|x| function.apply(x).is_some());
                    for (row, value) in frame.columns[*input].iter_mut().enumerate() {
                        if value.is_nan() {
                            continue;
                        }
                        *value = function.apply(*value).ok_or_else(|| {
                            DataError::setting(
                                format!("data.prepare.{number}.method"),
                                format!(
                                    "{}, and \"{}\" is {value} at {}",
                                    function.domain(),
                                    frame.names[*input],
                                    &frame.times[row]
                                ),
                            )
                        })?;
                    }
                    if *input < ground.targets {
                        inverses.push(Inverse::Transform {
                            target: *input,
                            function: function.clone(),
                        });
                    }
                }
            }
            Self::Bin { bins, classes } => {
                for (input, borders, medians) in bins {
                    for value in frame.columns[*input].iter_mut().filter(|x| !x.is_nan()) {
                        *value = medians[bins::place(borders, *value)];
                    }
                }
                if let Some(classes) = classes {
                    frame.classify(classes);
                }
            }
            Self::Lag { made } => {
                for (input, rows, name) in made {
                    let mut column = frame.columns[*input].clone();
                    for series in &frame.series {
                        for row in series.clone() {
                            let from = row.saturating_sub(*rows).max(series.start);
                            column[row] = frame.columns[*input][from];
                        }
                    }
                    frame.names.push(name.clone());
                    frame.columns.push(column);
                }
            }
            Self::Rolling { window, made } => {
                for (input, function, name) in made {
                    let mut column = frame.columns[*input].clone();
                    for series in &frame.series {
                        statistics::rolling(*function, *window, &mut column[series.clone()]);
                    }
                    frame.names.push(name.clone());
                    frame.columns.push(column);
                }
            }
            Self::Decompose {
                columns,
                keep,
                phases,
            } => {
                for column in columns {
                    season::apply(column, *keep, phases, frame, ground.targets, inverses);
                }
            }
            Self::Encode { columns, method } => {
                for column in columns {
                    frame.encode(column, *method);
                }
            }
            Self::Select { kept } => frame.keep(kept),
            Self::Calendar { made } => {
                for (part, sine, cosine) in made {
                    let angles: Vec<f64> = (0..frame.rows())
                        .map(|row| {
                            statistics::angle(*part, frame.moments.get(row).copied().flatten())
                        })
                        .collect();
                    frame.names.push(sine.clone());
                    frame
                        .columns
                        .push(angles.iter().map(|angle| angle.sin()).collect());
                    frame.names.push(cosine.clone());
                    frame
                        .columns
                        .push(angles.iter().map(|angle| angle.cos()).collect());
                }
            }
        }
        Ok(counts)
    }
}
