//! Columns that become inputs: texts, embeddings, and those that say nothing.

use super::{mixed, with};
use optimizer_explorer::data::Dataset;
use optimizer_explorer::experiment::Experiment;

#[test]
fn texts_become_numbers_by_those_of_the_training_part() {
    let mut table = mixed(60);
    let known = table.columns[3].texts.clone();
    let unseen = std::iter::repeat_n("never seen", 10);
    table.columns[3].texts = known.iter().take(50).chain(unseen).collect();
    let one_hot = with(&table, &["step = 'encode'\ncolumns = ['state']"], &[]).unwrap();
    assert_eq!(
        one_hot.input_names,
        ["x", "state_idle", "state_off", "state_on"]
    );
    let row = |dataset: &Dataset, row: usize| {
        dataset.values[row * dataset.inputs()..][1..dataset.inputs()].to_vec()
    };
    assert_eq!(row(&one_hot, 0), [0.0, 0.0, 1.0]);
    assert_eq!(row(&one_hot, 1), [0.0, 1.0, 0.0]);
    assert_eq!(row(&one_hot, 2), [0.0; 3], "missing");
    assert_eq!(row(&one_hot, 55), [0.0; 3], "not in the training part");
    let ordinal = with(&table, &["step = 'encode'\nmethod = 'ordinal'"], &["state"]).unwrap();
    assert_eq!(ordinal.input_names, ["x", "state"]);
    assert_eq!(
        [0, 1, 2, 3, 55].map(|k| row(&ordinal, k)[0]),
        [2.0, 1.0, -1.0, 0.0, -1.0]
    );
    // Whatever comes later, what was learned and what stands before is the same.
    let before = with(&mixed(60), &["step = 'encode'\ncolumns = ['state']"], &[]).unwrap();
    assert_eq!(before.fitted, one_hot.fitted);
    assert_eq!(before.values[..50 * 4], one_hot.values[..50 * 4]);
    let error = with(&table, &[], &["state"]).unwrap_err();
    assert!(error.contains("add a step \"encode\""), "{error}");
    let error = with(
        &table,
        &["step = 'smooth'\ncolumns = ['state']", "step = 'encode'"],
        &["state"],
    )
    .unwrap_err();
    assert!(
        error.starts_with("`data.prepare.0.columns`: \"state\" holds text"),
        "{error}"
    );
    let error = with(
        &table,
        &["step = 'encode'\ncolumns = ['noise']"],
        &["noise"],
    )
    .unwrap_err();
    assert!(error.contains("holds numbers already"), "{error}");
    let error =
        Experiment::from_toml("[[data.prepare]]\nstep = 'group'").unwrap_err()[0].to_string();
    assert!(error.contains("name the column"), "{error}");
}

#[test]
fn inputs_that_say_nothing_are_left_out_and_later_steps_go_on() {
    for method in ["correlation", "mutual-information"] {
        let select = format!("step = 'select'\nkeep = 1\nmethod = '{method}'");
        // The feature is the target of one row later.
        let steps = [select.as_str(), "step = 'lag'\nlags = [1]"];
        let dataset = with(&mixed(80), &steps, &["noise", "before"]).unwrap();
        assert_eq!(
            dataset.input_names,
            ["x", "before", "x_lag_1", "before_lag_1"]
        );
        // Later rows change nothing of it.
        let mut later = mixed(80);
        for row in 60..80 {
            later.columns[2].numbers[row] = later.columns[0].numbers[(row + 1) % 80] * 5.0;
            later.columns[1].numbers[row] = 0.0;
        }
        let after = with(&later, &steps, &["noise", "before"]).unwrap();
        assert_eq!(after.fitted, dataset.fitted);
        assert_eq!(after.values[..60 * 4], dataset.values[..60 * 4]);
    }
}

#[test]
fn a_learned_embedding_has_places_in_its_table_and_is_left_alone_by_later_steps() {
    let mut table = mixed(60);
    let known = table.columns[3].texts.clone();
    let unseen = std::iter::repeat_n("never seen", 10);
    table.columns[3].texts = known.iter().take(50).chain(unseen).collect();
    let steps = [
        "step = 'encode'\nmethod = 'embedding'\nsize = 3",
        "step = 'difference'",
        "step = 'lag'\nlags = [1]",
    ];
    let dataset = with(&table, &steps, &["state"]).unwrap();
    assert_eq!(dataset.input_names, ["x", "state", "x_lag_1"]);
    let places: Vec<f32> = (0..59).map(|row| dataset.values[row * 3 + 1]).collect();
    // idle 1, off 2, on 3, anything else 0; the first row went to the difference.
    assert_eq!(places[..4], [2.0, 0.0, 1.0, 3.0]);
    assert_eq!(places[54], 0.0);
    let embedded = dataset.embedded();
    assert_eq!(embedded.len(), 1);
    assert_eq!(
        (
            embedded[0].column,
            embedded[0].name.as_str(),
            embedded[0].rows,
            embedded[0].size
        ),
        (1, "state", 4, 3)
    );
    // Half as many numbers as texts, where nobody says.
    let usual = with(
        &mixed(60),
        &["step = 'encode'\nmethod = 'embedding'"],
        &["state"],
    )
    .unwrap();
    assert_eq!(usual.embedded()[0].size, 2);
    let error = with(
        &table,
        &[
            "step = 'encode'\nmethod = 'embedding'",
            "step = 'smooth'\ncolumns = ['state']",
        ],
        &["state"],
    )
    .unwrap_err();
    assert!(
        error.contains("places in a table that is learned"),
        "{error}"
    );
}
