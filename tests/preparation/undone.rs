//! What was prepared is given back, and what a step learned is read back.

use super::{positive, settings, steps};
use crate::common::table;
use optimizer_explorer::data::{Dataset, Part, prepare::function::Function};
use optimizer_explorer::experiment::{
    Output, Prepare,
    choices::prepare::{Difference, Transform, TransformMethod},
};
use proptest::prelude::*;

/// Steps that can be undone.
fn undone() -> impl Strategy<Value = Vec<Prepare>> {
    let difference = |order, season| {
        Prepare::Difference(Difference {
            order,
            season,
            ..Difference::default()
        })
    };
    let one = prop_oneof![
        prop::sample::select(&TransformMethod::ALL[..]).prop_map(|method| Prepare::Transform(
            Transform {
                method,
                ..Transform::default()
            }
        )),
        Just(difference(Some(1), 0)),
        Just(difference(Some(2), 0)),
        Just(difference(None, 5)),
        Just(difference(Some(1), 4)),
        Just(toml::from_str("step = 'decompose'\nperiod = 5").unwrap()),
        Just(toml::from_str("step = 'decompose'\nmethod = 'moving-average'\nperiod = 4").unwrap()),
    ];
    prop_oneof![
        one.clone().prop_map(|step| vec![step]),
        // Changes may be negative: only these functions take them.
        (
            one,
            Just(Prepare::Transform(Transform {
                method: TransformMethod::YeoJohnson,
                ..Transform::default()
            }))
        )
            .prop_map(|(first, then)| vec![first, then]),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn what_was_prepared_is_given_back(values in positive(), steps in undone(), horizon in 1..4_usize) {
        let dataset = Dataset::from_table(&table(values.clone()), &settings(steps, horizon, Output::LastStep), 7);
        // Functions may flatten differences to nothing; that is said, not undone.
        let Ok(dataset) = dataset else { return Ok(()) };
        let inputs = dataset.inputs();
        for part in Part::ALL {
            for start in dataset.part_windows(part) {
                let origin = start + dataset.lookback - 1;
                let mut path: Vec<(usize, f64)> = (1..=horizon)
                    .map(|ahead| (ahead, f64::from(dataset.values[(origin + ahead) * inputs])))
                    .collect();
                dataset.restore(0, origin, &mut path);
                for (ahead, value) in path {
                    let actual = dataset.raw_targets[origin + ahead];
                    let size = values.iter().fold(0.0_f64, |size, x| size.max(x.abs()));
                    prop_assert!((value - actual).abs() <= 2e-3 * size, "{value} for {actual} at {ahead}");
                }
            }
        }
    }

    #[test]
    fn functions_are_undone(values in prop::collection::vec(0.01..1e4_f64, 5..60), x in 0.01..1e4_f64) {
        for method in TransformMethod::ALL {
            let function = Function::fit(method, &values);
            if let Some(y) = function.apply(x) {
                let back = function.undo(y);
                // A steep exponent leaves few digits.
                prop_assert!((back - x).abs() <= 1e-3 * x.max(1.0), "{function:?}: {back} for {x}");
            }
        }
    }
}

#[test]
fn what_a_step_learned_is_read_back_from_a_model_as_it_was() {
    let varied: Vec<f64> = (0..60).map(|k| f64::from(k % 7) * 1.1 + 0.3).collect();
    for values in [varied, vec![3.0; 60]] {
        for step in steps() {
            let data = settings(vec![step.clone()], 1, Output::EveryStep);
            let Ok(dataset) = Dataset::from_table(&table(values.clone()), &data, 7) else {
                continue;
            };
            let text = serde_json::to_string(&dataset.fitted).unwrap();
            let back = serde_json::from_str(&text);
            assert_eq!(dataset.fitted, back.expect(&text), "{step:?}");
        }
    }
}
