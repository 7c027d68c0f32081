//! A series whose target becomes classes by a `bin` step: the bins are those of scikit-learn and pandas
//! (`tests/reference/bins.py`), windows ask for them as forecasts ask for values, and a run tells them apart.
#![allow(clippy::unwrap_used, reason = "a test may panic")]
#![allow(clippy::float_cmp, reason = "numbers of classes are exact")]

mod common;

use common::{complaint, json, program, table};
use optimizer_explorer::data::prepare::{Classes, FittedStep};
use optimizer_explorer::data::{Dataset, Part};
use optimizer_explorer::experiment::{Data, Experiment, Output, Task};
use optimizer_explorer::train::Session;
use proptest::prelude::*;
use std::fs;
use std::sync::Arc;

/// `steps` of a series of one column, learned as classes with windows of 3 rows.
fn settings(steps: &str) -> Data {
    let text = format!("[data]\ntask = 'classify'\n[data.window]\nlookback = 3\n{steps}");
    Experiment::from_toml(&text)
        .unwrap_or_else(|errors| panic!("{steps}: {errors:?}"))
        .data
}

fn bin(count: usize, method: &str) -> String {
    format!("[[data.prepare]]\nstep = 'bin'\ncount = {count}\nmethod = '{method}'\n")
}

fn dataset(values: &[f64], data: &Data) -> Dataset {
    Dataset::from_table(&table(values.to_vec()), data, 7).unwrap_or_else(|error| panic!("{error}"))
}

fn refusal(values: &[f64], data: &Data) -> String {
    Dataset::from_table(&table(values.to_vec()), data, 7)
        .unwrap_err()
        .to_string()
}

fn fitted(dataset: &Dataset) -> &Classes {
    let made = dataset.fitted.steps.iter().find_map(|step| match step {
        FittedStep::Bin { classes, .. } => classes.as_ref(),
        _ => None,
    });
    made.expect("classes were fitted")
}

#[test]
fn bins_are_those_of_scikit_learn_and_pandas() {
    let reference: serde_json::Value =
        serde_json::from_str(include_str!("reference/bins.json")).unwrap();
    let numbers = |value: &serde_json::Value| -> Vec<f64> {
        let items = value.as_array().unwrap().iter();
        items.map(|x| x.as_f64().unwrap()).collect()
    };
    let (mut cases, mut exact) = (0, 0);
    for case in reference["cases"].as_array().unwrap() {
        let name = case["column"].as_str().unwrap();
        let values = numbers(&reference["columns"][name]);
        let (count, method) = (
            case["count"].as_u64().unwrap(),
            case["method"].as_str().unwrap(),
        );
        let theirs = numbers(&case["codes"]);
        let trained = (0.7 * values.len() as f64) as usize;
        let mut filled: Vec<f64> = theirs[..trained].to_vec();
        filled.sort_unstable_by(f64::total_cmp);
        filled.dedup();
        let data = settings(&bin(count as usize, method));
        let ours = dataset(&values, &data);
        let classes = ours.classes.as_ref().unwrap();
        let what = format!("{name}, {count} bins of {method}");
        let edges = numbers(&case["edges"]);
        let inner = &edges[1..edges.len() - 1];
        let borders = &fitted(&ours).borders;
        let near = |a: f64, b: f64| (a - b).abs() <= 1e-12 * edges[edges.len() - 1].abs().max(1.0);
        // A value that is an edge but for its last bit may fall on either side.
        let clear = |(row, _): &(usize, &f64)| {
            let value = values[*row];
            inner
                .iter()
                .all(|&edge| edge == value || !near(edge, value))
        };
        let parted = filled.len() == inner.len() + 1 && borders.len() == inner.len();
        if method == "equal-width" || parted {
            assert_eq!(borders.len(), inner.len(), "{what}");
            assert!(
                borders.iter().zip(inner).all(|(a, b)| near(*a, *b)),
                "{what}: {borders:?}"
            );
            exact += 1;
            for (row, code) in theirs.iter().enumerate().filter(clear) {
                assert_eq!(classes.of[row], *code, "{what}, row {row}");
            }
        }
        assert!(
            borders
                .iter()
                .all(|border| edges.iter().any(|edge| near(*border, *edge))),
            "{what}"
        );
        // Where values are alike theirs has bins that are empty, or parts less; ours lie inside theirs all the same.
        let mut inside = vec![None; classes.names.len()];
        for (row, code) in theirs[..trained].iter().enumerate().filter(clear) {
            let own = &mut inside[classes.of[row] as usize];
            assert_eq!(*own.get_or_insert(*code), *code, "{what}, row {row}");
        }
        let met: Vec<&f64> = inside.iter().flatten().collect();
        assert!(met.is_sorted(), "{what}: {inside:?}");
        cases += 1;
    }
    assert!(cases > 40 && exact > 30, "{cases} {exact}");
}

proptest! {
    /// Whatever the values: classes are intervals without a gap, each training value lies in one, names are unlike, and
    /// those of equal frequency differ by no more than what is alike.
    #[test]
    fn each_training_value_lies_in_one_class(
        values in prop::collection::vec(prop_oneof![-50.0..50.0_f64, (-3..3_i32).prop_map(f64::from), 1e6..1.000_001e6_f64], 20..120),
        count in 2..12_usize, equal_width in any::<bool>(),
    ) {
        let method = if equal_width { "equal-width" } else { "equal-frequency" };
        let mut data = settings(&bin(count, method));
        data.split.train = 1.0;
        data.split.validation = 0.0;
        let mut sorted = values.clone();
        sorted.sort_unstable_by(f64::total_cmp);
        let alike = sorted.chunk_by(|a, b| a == b).map(<[f64]>::len).max().unwrap();
        let Ok(made) = Dataset::from_table(&table(values.clone()), &data, 7) else {
            // As many as half of the values must be alike for that.
            prop_assert!(alike * 2 >= values.len() / count);
            return Ok(());
        };
        let classes = fitted(&made);
        prop_assert!(classes.borders.is_sorted_by(|a, b| a < b));
        prop_assert_eq!(classes.names.len(), classes.borders.len() + 1);
        let mut names = classes.names.clone();
        names.sort();
        names.dedup();
        prop_assert_eq!(names.len(), classes.names.len());
        let mut counts = vec![0_usize; classes.names.len()];
        for (value, class) in values.iter().zip(&made.classes.as_ref().unwrap().of) {
            let class = *class as usize;
            let below = class.checked_sub(1).map_or(f64::NEG_INFINITY, |k| classes.borders[k]);
            let above = classes.borders.get(class).copied().unwrap_or(f64::INFINITY);
            prop_assert!(below <= *value && *value < above);
            counts[class] += 1;
        }
        if equal_width {
            prop_assert_eq!(counts.len(), if sorted[0] == sorted[sorted.len() - 1] { 1 } else { count });
        } else {
            prop_assert!(counts.iter().all(|&n| n > 0), "{:?}", counts);
            let share = (values.len() - 1) as f64 / count as f64;
            for n in &counts {
                prop_assert!((*n as f64) < share + 2.0 * alike as f64, "{:?}", counts);
            }
            if alike == 1 {
                let (least, most) = (counts.iter().min().unwrap(), counts.iter().max().unwrap());
                prop_assert!(counts.len() == count && most - least <= 1, "{:?}", counts);
            }
        }
        // What a name says of a border is true of every training value.
        for (k, &border) in classes.borders.iter().enumerate() {
            let said: f64 = classes.names[k].rsplit(' ').next().unwrap().parse().unwrap();
            prop_assert!(values.iter().all(|&value| (value < border) == (value < said)), "{border} {said}");
        }
    }
}

#[test]
fn names_are_intervals_in_the_units_of_the_data() {
    let airline: Vec<f64> =
        optimizer_explorer::data::load("builtin:airline", &Data::default().generate, 7)
            .unwrap()
            .columns[1]
            .numbers
            .clone();
    let names = |steps: &str| dataset(&airline, &settings(steps)).class_names().to_vec();
    let bins = bin(3, "equal-frequency");
    let plain = names(&bins);
    assert_eq!(plain, ["under 178", "178 to 242", "242 and more"]);
    // A function of each value alone is undone.
    let step = |step: &str| format!("[[data.prepare]]\n{step}\n");
    for method in ["log", "sqrt", "box-cox", "yeo-johnson", "quantile"] {
        let transform = step(&format!("step = 'transform'\nmethod = '{method}'"));
        let undone = names(&(transform + &bins));
        assert_eq!(undone, plain, "{method}");
    }
    // What fills or clips leaves the units as they are; another quantity says its name.
    let clip = step("step = 'outliers'\naction = 'clip'");
    assert_eq!(names(&(clip + &bins)), plain);
    let difference = step("step = 'difference'\nseason = 12");
    let of_changes = names(&(difference.clone() + &bins));
    assert!(
        of_changes
            .iter()
            .all(|name| name.starts_with("difference ")),
        "{of_changes:?}"
    );
    let log = step("step = 'transform'\nmethod = 'log'");
    let smooth = step("step = 'smooth'");
    let of_all = names(&(log + &smooth + &difference + &bins));
    assert!(
        of_all[0].starts_with("log smooth difference under "),
        "{of_all:?}"
    );
    let season = step("step = 'decompose'\nperiod = 12");
    assert!(names(&(season + &bins))[2].starts_with("decompose "));
    // Borders that are close together stay apart, and large ones readable.
    let close: Vec<f64> = (0..60).map(|k| 1e9 + f64::from(k % 30) * 1e-6).collect();
    let close = dataset(&close, &settings(&bin(3, "equal-width")));
    assert_eq!(close.class_names()[0], "under 1000000000.0000097");
    let wide: Vec<f64> = (0..60).map(|k| f64::from(k % 30) * 1e20).collect();
    let wide = dataset(&wide, &settings(&bin(2, "equal-width")));
    assert_eq!(wide.class_names(), ["under 1.45e21", "1.45e21 and more"]);
}

#[test]
fn windows_ask_for_the_class_at_the_horizon() {
    let values: Vec<f64> = (0..40).map(|k| f64::from((k * 7) % 10)).collect();
    for (horizon, output) in [
        (1, Output::EveryStep),
        (3, Output::EveryStep),
        (1, Output::LastStep),
        (3, Output::LastStep),
    ] {
        let mut data = settings(&bin(5, "equal-width"));
        data.window.horizon = horizon;
        data.window.output = output;
        let classified = dataset(&values, &data);
        let mut numbers = data.clone();
        numbers.task = Task::Forecast;
        numbers.prepare.clear();
        let forecast = dataset(&values, &numbers);
        assert_eq!(classified.train_windows(), forecast.train_windows());
        assert_eq!(classified.outputs(), 5);
        for part in Part::ALL {
            assert_eq!(classified.part_windows(part), forecast.part_windows(part));
        }
        // The past goes in as numbers.
        assert_eq!(classified.values, forecast.values);
        let starts = classified.train_windows();
        let batch = classified.batch(&starts);
        assert_eq!(batch.mask, None);
        let steps = if output == Output::EveryStep { 3 } else { 1 };
        let asked: Vec<f32> = starts
            .iter()
            .flat_map(|start| (3 - steps..3).map(move |step| start + step + horizon))
            .map(|row| (values[row] / 1.8).floor().min(4.0) as f32)
            .collect();
        assert_eq!(batch.targets, asked);
        let told = classified.forecasts_from(4);
        assert_eq!(told, [(4 + 3 - 1 + horizon, horizon)]);
        // One window for each row beyond the end that the horizon reaches.
        assert_eq!(classified.windows_beyond().len(), horizon);
        let counts = classified.class_counts();
        let asked: usize = counts.iter().sum();
        assert_eq!(asked, classified.parts.train.len() - (3 - steps) - horizon);
    }
}

#[test]
fn nothing_is_asked_of_rows_without_a_value() {
    let mut values: Vec<f64> = (0..60).map(|k| f64::from(k % 9)).collect();
    for row in [10, 11, 20, 45, 55] {
        values[row] = f64::NAN;
    }
    let mut data = settings(&format!(
        "[[data.prepare]]\nstep = 'fill'\nmethod = 'mean'\n{}",
        bin(3, "equal-width")
    ));
    data.window.output = Output::LastStep;
    let made = dataset(&values, &data);
    assert!(made.values.iter().all(|value| value.is_finite()));
    let known = |row: usize| !values[row].is_nan();
    let asked: Vec<usize> = made.train_windows().iter().map(|start| start + 3).collect();
    let expected: Vec<usize> = (3..42).filter(|&row| known(row)).collect();
    assert_eq!(asked, expected);
    let test = made.part_windows(Part::Test);
    let batch = made.part_batch(&test, Part::Test);
    let counted: Vec<f32> = test
        .iter()
        .map(|start| f32::from(u8::from(known(start + 3))))
        .collect();
    assert_eq!(batch.mask, Some(counted));
    // Every step is asked for what is known there.
    data.window.output = Output::EveryStep;
    let made = dataset(&values, &data);
    let windows = made.train_windows();
    assert_eq!(windows.len(), 39);
    let batch = made.batch(&windows);
    let counted: Vec<f32> = (windows.iter())
        .flat_map(|start| (1..=3).map(move |step| start + step))
        .map(|row| f32::from(u8::from(known(row))))
        .collect();
    assert_eq!(batch.mask, Some(counted));
    // A fill's value belongs to no class, so it moves no border either.
    let without: Vec<f64> = values[..42]
        .iter()
        .copied()
        .filter(|x| !x.is_nan())
        .collect();
    data.prepare.remove(0);
    data.split.train = 1.0;
    data.split.validation = 0.0;
    assert_eq!(fitted(&made), fitted(&dataset(&without, &data)));
}

#[test]
fn what_cannot_be_is_said_where_it_stands() {
    let values: Vec<f64> = (0..60).map(|k| f64::from(k % 9) + 1.0).collect();
    let bins = bin(3, "equal-frequency");
    let step = |step: &str| format!("[[data.prepare]]\n{step}\n");
    for (steps, expected) in [
        (
            String::new(),
            "`data.task`: made has no classes to learn; add a \"bin\" step that makes classes of \"x\"",
        ),
        (
            bins.clone() + &step("step = 'difference'"),
            "`data.prepare.1.step`: \"x\" is classes after the \"bin\" step",
        ),
        (
            bins.clone() + &step("step = 'lag'\ncolumns = ['x']"),
            "`data.prepare.1.columns`: \"x\" is classes after the \"bin\" step",
        ),
        (
            bins.clone() + &bins,
            "`data.prepare.1.step`: \"x\" is classes after",
        ),
        (
            bins.clone() + "[data.window]\nroll = 3\n",
            "`data.window.roll`: a class is no number",
        ),
    ] {
        let steps = steps.replace("[data.window]\n", "[data.window]\nlookback = 3\n");
        let text = if steps.contains("[data.window]") {
            format!("[data]\ntask = 'classify'\n{steps}")
        } else {
            format!("[data]\ntask = 'classify'\n[data.window]\nlookback = 3\n{steps}")
        };
        let data = Experiment::from_toml(&text).unwrap().data;
        let said = refusal(&values, &data);
        assert!(said.starts_with(expected), "{said}");
    }
    // What never changes where it is learned from, but does later.
    let late: Vec<f64> = (0..60).map(|k| f64::from(u8::from(k > 50))).collect();
    let said = refusal(&late, &settings(&bins));
    assert!(
        said.starts_with("`data.prepare.0.step`: \"x\" does not change in the training part"),
        "{said}"
    );
    // A generated series has classes by its bins alone.
    let text = "[data]\nsource = 'generate:noisy-sine'\ntask = 'classify'\n";
    let errors = Experiment::from_toml(text).unwrap_err();
    assert!(
        errors[0]
            .to_string()
            .contains("unless a \"bin\" step makes some"),
        "{}",
        errors[0]
    );
    let made = Experiment::from_toml(&format!("{text}{bins}")).unwrap();
    assert_eq!(Dataset::new(&made.data, 7).unwrap().class_names().len(), 3);
}

#[test]
fn other_columns_become_medians_and_later_steps_leave_the_target_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("two.csv");
    let rows: Vec<String> = (0..60)
        .map(|k| format!("{},{}", (k * 7) % 10, (k * 3) % 8))
        .collect();
    fs::write(&path, format!("y,z\n{}\n", rows.join("\n"))).unwrap();
    let text = format!(
        "[data]\nsource = '{}'\ntask = 'classify'\ntargets = ['y']\nfeatures = ['z']\n[data.window]\nlookback = 3\n[data.scale]\nmethod = 'none'\n{}[[data.prepare]]\nstep = 'transform'\nmethod = 'sqrt'\n",
        path.display(),
        bin(4, "equal-width")
    );
    let made = Dataset::new(&Experiment::from_toml(&text).unwrap().data, 7).unwrap();
    let column = |input: usize| {
        made.values
            .iter()
            .skip(input)
            .step_by(2)
            .map(|x| f64::from(*x))
    };
    assert!(
        column(0)
            .enumerate()
            .all(|(k, y)| y == ((k * 7) % 10) as f64)
    );
    // In the 42 training rows there is one 0 and one 3 more than the others: medians of {0, 1}, {2, 3}, {4, 5}, {6, 7},
    // and their roots.
    let mut roots: Vec<f64> = column(1).collect();
    roots.sort_unstable_by(f64::total_cmp);
    roots.dedup();
    let expected = [0.0_f64, 3.0, 4.5, 6.5].map(f64::sqrt);
    assert!(
        roots
            .iter()
            .zip(expected)
            .all(|(a, b)| (a - b).abs() < 1e-6),
        "{roots:?}"
    );
}

/// The classes of the airline's monthly changes, as a person would ask for them.
const AIRLINE: &str = "[data]\nsource = 'builtin:airline'\ntask = 'classify'\nprepare = [{ step = 'transform', method = 'log' }, { step = 'difference' }, { step = 'bin', count = 3, method = 'equal-frequency' }]\n[data.window]\nlookback = 18\n[schedule]\nlearning_rate = 0.01\n[training]\nepochs = 60\n";

#[test]
fn an_lstm_learns_to_tell_the_bins() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("airline.toml"), AIRLINE).unwrap();
    let output = program(
        folder.path(),
        &["train", "airline.toml", "--out", "runs", "--quiet"],
    );
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let run = folder.path().join("runs/adam/seed-7");
    let metrics = json(&run.join("metrics.json"));
    let names = metrics["validation"]["classes"].as_array().unwrap();
    assert_eq!(names.len(), 3);
    for part in ["train", "validation", "test"] {
        let scores = &metrics[part];
        let of = |name: &str| scores["baselines"][name].as_f64().unwrap();
        let right = scores["accuracy"].as_f64().unwrap();
        assert!(
            right > of("majority") + 0.25 && right > of("naive") + 0.25,
            "{scores}"
        );
        let confusion: Vec<Vec<u64>> = serde_json::from_value(scores["confusion"].clone()).unwrap();
        let all: u64 = confusion.iter().flatten().sum();
        assert_eq!(Some(all), scores["count"].as_u64());
    }
    let said = json(&run.join("run.json"))["diagnosis"].to_string();
    assert!(said.contains("of the rows are given their class"), "{said}");
    assert!(said.contains("saying the last known one again"), "{said}");
    // The forecast names classes, and its known rows are those of the metrics.
    let forecast = fs::read_to_string(run.join("forecast.csv")).unwrap();
    let test = forecast.lines().filter(|line| line.starts_with("test,"));
    let hits: Vec<bool> = test
        .map(|line| {
            let cells: Vec<&str> = line.split(',').collect();
            assert!(names.iter().any(|name| name == cells[6]), "{line}");
            cells[5] == cells[6]
        })
        .collect();
    let right = hits.iter().filter(|hit| **hit).count() as f64 / hits.len() as f64;
    assert!((right - metrics["test"]["accuracy"].as_f64().unwrap()).abs() < 1e-9);
    // What the run forecast of its test part, the model file says of the same rows, and of one row more.
    let model = run.join("model.safetensors");
    let predict = |more: &[&str]| {
        let model = model.to_str().unwrap();
        let own = [
            "predict",
            model,
            "--data",
            "builtin:airline",
            "--out",
            "new.csv",
        ];
        program(folder.path(), &[&own, more].concat())
    };
    let output = predict(&[]);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let new = fs::read_to_string(folder.path().join("new.csv")).unwrap();
    for line in forecast.lines().filter(|line| line.starts_with("test,")) {
        assert!(new.contains(line), "{line}");
    }
    let beyond = new.lines().last().unwrap();
    assert!(
        beyond.starts_with("test,143,1961-01,Passengers,1,,log difference "),
        "{beyond}"
    );
    let rolled = predict(&["--roll", "3"]);
    let said = complaint(&rolled, 2);
    assert!(
        said.contains("--roll: what this model says is no number"),
        "{said}"
    );
}

#[test]
fn the_loss_weighs_and_smooths_as_it_is_told() {
    // One step of each form of the loss goes on from the same weights and gives another loss.
    let mut losses = Vec::new();
    for loss in [
        "",
        "label_smoothing = 0.2",
        "class_weights = 'balanced'",
        "focal_gamma = 2.0",
    ] {
        let text = format!(
            "{}[loss]\nkind = 'cross-entropy'\n{loss}\n",
            AIRLINE.replace("equal-frequency", "equal-width")
        );
        let experiment = Experiment::from_toml(&text).unwrap();
        let dataset = Arc::new(Dataset::new(&experiment.data, 7).unwrap());
        let mut session = Session::new(&experiment, "one", dataset, 1).unwrap();
        let record = session.step().unwrap();
        assert!(record.train_loss > 0.0);
        losses.push(record.train_loss);
    }
    for (k, loss) in losses.iter().enumerate() {
        assert!(
            losses[k + 1..]
                .iter()
                .all(|other| (other - loss).abs() > 1e-6),
            "{losses:?}"
        );
    }
}
