//! Each step does what its definition says, or says why it cannot.

use super::{mixed, settings, with};
use crate::common::table;
use optimizer_explorer::data::Dataset;
use optimizer_explorer::experiment::{
    Choice, Data, Experiment, Output, Prepare,
    choices::prepare::{Difference, OutlierAction, OutlierMethod, Outliers, Smooth, SmoothMethod},
};

#[test]
fn steps_follow_their_definitions() {
    let prepared = |prepare: Prepare, values: &[f64]| {
        let data = Data {
            scale: optimizer_explorer::experiment::Scale {
                method: optimizer_explorer::experiment::ScaleMethod::None,
            },
            ..settings(vec![prepare], 1, Output::EveryStep)
        };
        Dataset::from_table(&table(values.to_vec()), &data, 7).unwrap()
    };
    let values: Vec<f64> = (1..=40).map(|k| f64::from(k * k)).collect();
    let column = |dataset: &Dataset, k: usize| -> Vec<f32> {
        dataset
            .values
            .iter()
            .skip(k)
            .step_by(dataset.inputs())
            .copied()
            .collect()
    };
    let difference = prepared(Prepare::Difference(Difference::default()), &values);
    assert_eq!(column(&difference, 0)[..3], [3.0, 5.0, 7.0]);
    assert_eq!((difference.rows(), difference.raw_targets[0]), (39, 4.0));
    let mean = prepared(
        Prepare::Smooth(Smooth {
            window: 3,
            ..Smooth::default()
        }),
        &values,
    );
    assert_eq!(column(&mean, 0)[..4], [1.0, 2.5, 14.0 / 3.0, 29.0 / 3.0]);
    // A parabola is its own Savitzky-Golay average.
    let parabola = prepared(
        Prepare::Smooth(Smooth {
            window: 9,
            method: SmoothMethod::SavitzkyGolay,
            ..Smooth::default()
        }),
        &values,
    );
    assert!(
        column(&parabola, 0)
            .iter()
            .zip(&values)
            .all(|(a, b)| (f64::from(*a) - b).abs() < 1e-3)
    );
    let lag: Prepare = toml::from_str("step = 'lag'\nlags = [2]").unwrap();
    let lag = prepared(lag, &values);
    assert_eq!(lag.input_names, ["x", "x_lag_2"]);
    assert_eq!(column(&lag, 1)[..5], [1.0, 1.0, 1.0, 4.0, 9.0]);
    let rolling: Prepare =
        toml::from_str("step = 'rolling'\nwindow = 2\nfunctions = ['mean', 'max', 'std']").unwrap();
    let rolling = prepared(rolling, &values);
    assert_eq!(rolling.input_names, ["x", "x_mean_2", "x_max_2", "x_std_2"]);
    assert_eq!(rolling.values[4..8], [4.0, 2.5, 4.0, 1.5]);
    let mut spiked: Vec<f64> = (0..40).map(|k| f64::from(k % 5)).collect();
    spiked[10] = 100.0;
    let clipped = prepared(
        Prepare::Outliers(Outliers {
            method: OutlierMethod::Iqr,
            limit: 1.5,
            action: OutlierAction::Clip,
            ..Outliers::default()
        }),
        &spiked,
    );
    assert_eq!(column(&clipped, 0)[10], 6.0);
    assert_eq!(
        clipped.raw_targets[10], 100.0,
        "what is forecast is compared with what was"
    );
}

#[test]
fn a_step_that_cannot_apply_says_so_at_that_step() {
    let refused = |text: &str, values: Vec<f64>, horizon: usize| {
        let prepare: Prepare = toml::from_str(text).unwrap();
        let data = settings(vec![prepare], horizon, Output::EveryStep);
        Dataset::from_table(&table(values), &data, 7)
            .unwrap_err()
            .to_string()
    };
    let values: Vec<f64> = (-5..50).map(f64::from).collect();
    for (text, horizon, expected) in [
        (
            "step = 'transform'",
            1,
            "`data.prepare.0.method`: the logarithm needs values above 0, and \"x\" is -5 at 0",
        ),
        (
            "step = 'difference'\nseason = 100",
            1,
            "`data.prepare.0.season`: the changes reach back over 100 rows",
        ),
        (
            "step = 'calendar'",
            1,
            "`data.prepare.0.parts`: the rows have no times",
        ),
        (
            "step = 'resample'",
            1,
            "`data.prepare.0.step`: resampling needs a time column",
        ),
        (
            "step = 'lag'\ncolumns = ['y']",
            1,
            "`data.prepare.0.columns.0`: \"y\" is neither",
        ),
        (
            "step = 'difference'",
            3,
            "`data.window.output`: \"every-step\" forecasts the row 3 ahead alone",
        ),
    ] {
        let error = refused(text, values.clone(), horizon);
        assert!(error.starts_with(expected), "{error}");
    }
    for (text, expected) in [
        (
            "[[data.prepare]]\nstep = 'smooth'\nmethod = 'linear'",
            "there is no \"linear\"; use one of moving-average",
        ),
        (
            "[[data.prepare]]\nstep = 'bin'\ncount = 1",
            "`data.prepare.0.count`: 1 is not between 2",
        ),
        (
            "[[data.prepare]]\nstep = 'lag'\nlags = [0]",
            "`data.prepare.0.lags.0`: 0 is not between 1",
        ),
        (
            "[[data.prepare]]\nstep = 'calendar'\nparts = 'month'",
            "is not an array",
        ),
        (
            "[[data.prepare]]\nstep = 'fill'\norder = 1",
            "`data.prepare.0.order`: \"fill\" has no such key; there are",
        ),
    ] {
        let error = Experiment::from_toml(text).unwrap_err()[0].to_string();
        assert!(error.contains(expected), "{error}");
    }
    let text = "[[data.prepare]]\nstep = 'difference'\nseason = 12\n[[data.prepare]]\nstep = 'rolling'\nfunctions = ['max']\n";
    let experiment = Experiment::from_toml(text).unwrap();
    assert_eq!(
        Experiment::from_toml(&experiment.to_toml()).unwrap(),
        experiment
    );
    let Prepare::Difference(difference) = &experiment.data.prepare[0] else {
        panic!()
    };
    assert_eq!(difference.times(), 0);
}

#[test]
fn a_step_that_is_switched_off_stays_and_does_nothing() {
    let on = with(&mixed(60), &["step = 'lag'\nlags = [2]"], &[]).unwrap();
    let off = with(&mixed(60), &["step = 'lag'\nlags = [2]\noff = true"], &[]).unwrap();
    let none = with(&mixed(60), &[], &[]).unwrap();
    assert_ne!(on.hash, off.hash);
    assert_eq!(off.hash, none.hash);
    for step in Prepare::all() {
        let mut step = step;
        assert!(!step.is_off());
        let text = toml::to_string(&step).unwrap();
        assert!(!text.contains("off ="), "{text}");
        step.set_off(true);
        let text = toml::to_string(&step).unwrap();
        let read = Experiment::from_toml(&format!("[[data.prepare]]\n{text}")).unwrap();
        assert_eq!(read.data.prepare, [step]);
        assert_eq!(read.data.steps().count(), 0);
    }
}

/// The first row is no change, and what it holds is cut off: no step after the difference may stumble over it.
#[test]
fn a_function_after_a_difference_does_not_look_at_rows_that_are_no_changes() {
    for method in ["log", "box-cox", "sqrt"] {
        let values: Vec<f64> = (0..60_i32).map(|t| f64::from(t * t) - 50.0).collect();
        let transform = format!("step = 'transform'\nmethod = '{method}'");
        let steps = ["step = 'difference'", transform.as_str()];
        let made = with(&table(values.clone()), &steps, &[]);
        let made = made.unwrap_or_else(|error| panic!("{method}: {error}"));
        assert_eq!(made.rows(), 59);
        // The forecast finds its way back.
        let mut path = vec![(1, f64::from(made.values[30]))];
        made.restore(0, 29, &mut path);
        assert!((path[0].1 - values[31]).abs() < 1e-2, "{method}");
    }
    // A change that has no logarithm is refused at its own row.
    let mut values: Vec<f64> = (0..60_i32).map(f64::from).collect();
    values[7] = 3.0;
    let steps = ["step = 'difference'", "step = 'transform'\nmethod = 'log'"];
    let error = with(&table(values), &steps, &[]).unwrap_err();
    assert!(error.contains("is -3 at"), "{error}");
}
