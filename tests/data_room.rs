//! What must hold of every dataset: scaling can be undone, windows are those of the contract, and
//! nothing that comes later reaches anything earlier.
#![allow(
    clippy::unwrap_used,
    clippy::float_cmp,
    reason = "a test may panic, and bits must agree"
)]

use optimizer_explorer::{
    data::{self, Column, Dataset, Format, Part, Table, scale::Scaling},
    experiment::{
        Data, Fill, FillMethod, Generate, Output, Prepare, Scale, ScaleMethod, Split, Window,
    },
};
use proptest::prelude::*;
use std::ops::Range;

/// Series of these lengths, one after the other, of one or two columns.
fn table(columns: Vec<Vec<f64>>, lengths: &[usize]) -> Table {
    let mut end = 0;
    Table {
        source: "made here".into(),
        format: Format::Csv,
        delimiter: None,
        columns: ["a", "b"]
            .iter()
            .zip(columns)
            .map(|(name, numbers)| Column::of_numbers(name, numbers))
            .collect(),
        series: lengths
            .iter()
            .map(|length| {
                end += length;
                end - length..end
            })
            .collect(),
        time: None,
        notes: Vec::new(),
        answers: None,
    }
}

/// Numbers of which about one in five is missing.
fn numbers(rows: usize) -> impl Strategy<Value = Vec<f64>> {
    prop::collection::vec(prop_oneof![4 => -1e3..1e3, 1 => Just(f64::NAN)], rows)
}

fn output() -> impl Strategy<Value = Output> {
    prop_oneof![Just(Output::EveryStep), Just(Output::LastStep)]
}

fn scale_method() -> impl Strategy<Value = ScaleMethod> {
    prop::sample::select(ScaleMethod::ALL.to_vec())
}

fn fill_method() -> impl Strategy<Value = FillMethod> {
    prop::sample::select(FillMethod::ALL.to_vec())
}

fn settings(window: Window, split: Split) -> Data {
    Data {
        targets: vec!["a".into()],
        features: vec!["b".into()],
        window,
        split,
        ..Data::default()
    }
}

fn splits() -> impl Strategy<Value = Split> {
    (0.3..1.0, 0.0..1.0).prop_map(|(train, rest): (f64, f64)| Split {
        train,
        validation: (1.0 - train) * rest,
        ..Split::default()
    })
}

fn series_of(dataset: &Dataset, row: usize) -> Option<Range<usize>> {
    dataset
        .series
        .iter()
        .find(|series| series.contains(&row))
        .cloned()
}

proptest! {
    // No file of failures: what fails is printed, and worth a test of its own.
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn scaling_is_undone(method in scale_method(), values in prop::collection::vec(-1e6..1e6, 1..50)) {
        let scaling = Scaling::fit(method, &values);
        for x in values {
            let back = scaling.unscale(scaling.scale(x));
            prop_assert!((back - x).abs() <= 1e-9 * x.abs().max(scaling.offset.abs()), "{x} became {back}");
        }
    }

    #[test]
    fn datasets_give_their_own_units_back(
        method in scale_method(),
        columns in prop::collection::vec(numbers(60), 2),
    ) {
        let mut settings = settings(Window::default(), Split::default());
        settings.scale = Scale { method };
        let Ok(dataset) = Dataset::from_table(&table(columns.clone(), &[60]), &settings, 7) else {
            return Err(TestCaseError::reject("no values in the training part"));
        };
        for (row, raw) in columns[0].iter().enumerate() {
            let value = dataset.values[row * dataset.inputs()];
            prop_assert!(value.is_finite());
            if raw.is_nan() {
                prop_assert!(dataset.raw_targets[row].is_nan());
            } else {
                prop_assert_eq!(dataset.raw_targets[row], *raw);
                let back = dataset.unscale(0, f64::from(value));
                let size = raw.abs().max(dataset.fitted.scale[0].offset.abs()).max(1.0);
                prop_assert!((back - raw).abs() < 1e-6 * size, "{raw} became {back}");
            }
        }
    }

    #[test]
    fn windows_are_those_of_the_contract(
        lengths in prop::collection::vec(15_usize..60, 1..5),
        lookback in 1_usize..9,
        horizon in 1_usize..6,
        stride in 1_usize..5,
        output in output(),
        split in splits(),
    ) {
        let rows: usize = lengths.iter().sum();
        let wave = |shift: usize| (0..rows).map(|row| ((row * row + shift) % 37) as f64).collect();
        let window = Window { lookback: Some(lookback), horizon, stride, output, roll: None };
        let made = Dataset::from_table(&table(vec![wave(0), wave(5)], &lengths), &settings(window, split), 7);
        let Ok(dataset) = made else {
            return Err(TestCaseError::reject("a part is too short"));
        };
        prop_assert_eq!(dataset.parts.validation.start, dataset.parts.train.end);
        prop_assert_eq!(dataset.parts.test.start, dataset.parts.validation.end);
        prop_assert_eq!((dataset.parts.train.start, dataset.parts.test.end), (0, rows));

        let last_target = |start: usize| start + lookback - 1 + horizon;
        let within = |start: usize| {
            series_of(&dataset, start).is_some_and(|series| series.contains(&last_target(start)))
        };
        let trained = |start: &usize| within(*start) && dataset.parts.train.contains(&last_target(*start));
        let every: Vec<usize> = (0..rows).filter(trained).collect();
        prop_assert_eq!(dataset.part_windows(Part::Train), every.clone());
        let strided: Vec<usize> = every
            .iter()
            .copied()
            .filter(|&start| (start - series_of(&dataset, start).unwrap().start).is_multiple_of(stride))
            .collect();
        prop_assert_eq!(dataset.train_windows(), strided);

        for part in [Part::Validation, Part::Test] {
            let part_rows = dataset.parts.of(part);
            let starts = dataset.part_windows(part);
            let expected: Vec<usize> = (0..rows)
                .filter(|&start| within(start) && part_rows.contains(&last_target(start)))
                .collect();
            prop_assert_eq!(&starts, &expected);

            let mut forecasts = vec![0; rows];
            for &start in &starts {
                for (row, ahead) in dataset.forecasts_of(start, part) {
                    prop_assert!(part_rows.contains(&row));
                    prop_assert_eq!(row + 1, start + lookback + ahead);
                    forecasts[row] += 1;
                }
            }
            for row in part_rows.clone() {
                // A series of its own has no past for its first rows.
                if row + 1 >= series_of(&dataset, row).unwrap().start + lookback + horizon {
                    prop_assert!(forecasts[row] >= 1, "row {} goes unforecast", row);
                    prop_assert!(output == Output::LastStep || forecasts[row] == 1);
                }
            }

            let batch = dataset.part_batch(&starts, part);
            let mask = batch.mask.as_ref().unwrap();
            prop_assert_eq!((batch.size, mask.len()), (starts.len(), batch.targets.len()));
            let steps = if output == Output::EveryStep { lookback } else { horizon };
            for (k, &start) in starts.iter().enumerate() {
                let inputs = &batch.inputs[k * lookback * 2..(k + 1) * lookback * 2];
                prop_assert_eq!(inputs, &dataset.values[start * 2..(start + lookback) * 2]);
                for step in 0..steps {
                    let row = start + step + if output == Output::EveryStep { horizon } else { lookback };
                    prop_assert_eq!(batch.targets[k * steps + step], dataset.values[row * 2]);
                    prop_assert_eq!(mask[k * steps + step], f32::from(u8::from(part_rows.contains(&row))));
                }
            }
        }
        let batch = dataset.batch(&dataset.train_windows());
        prop_assert!(batch.mask.is_none());
        prop_assert_eq!(batch.targets.len(), batch.size * if output == Output::EveryStep { lookback } else { dataset.outputs() });
    }

    #[test]
    fn what_comes_later_reaches_nothing_earlier(
        columns in prop::collection::vec(numbers(90), 2),
        later in prop::collection::vec(numbers(90), 2),
        method in fill_method(),
        max_gap in 0_usize..3,
        scale in scale_method(),
        border in 0_usize..2,
        also_missing in any::<bool>(),
    ) {
        let window = Window { lookback: Some(4), horizon: 2, ..Window::default() };
        let mut settings = settings(window, Split::default());
        settings.scale = Scale { method: scale };
        let flag = method != FillMethod::Drop;
        let max_gap = if flag { max_gap } else { 0 };
        settings.prepare = vec![Prepare::Fill(Fill { columns: Vec::new(), method, max_gap, flag, off: false })];
        let Ok(one) = Dataset::from_table(&table(columns.clone(), &[90]), &settings, 7) else {
            return Err(TestCaseError::reject("no values in the training part"));
        };
        // Row numbers from here on are those of the table; dropping rows shifts those of the dataset.
        let first_row = [one.parts.train.end, one.parts.validation.end][border];
        let first = one.times[first_row].parse::<usize>().unwrap();
        let mut changed = columns.clone();
        for (column, later) in changed.iter_mut().zip(&later) {
            for row in first..90 {
                // Which rows are dropped decides where the parts are; then only values may change.
                let keeps_gaps = method == FillMethod::Drop || !also_missing;
                if keeps_gaps && (column[row].is_nan() || later[row].is_nan()) {
                    continue;
                }
                column[row] = later[row];
            }
        }
        let other = Dataset::from_table(&table(changed, &[90]), &settings, 7).unwrap();
        prop_assert_eq!(&one.fitted, &other.fitted);
        prop_assert_eq!(&one.parts, &other.parts);
        let earlier = first_row * one.inputs();
        prop_assert_eq!(&one.values[..earlier], &other.values[..earlier]);
        let windows = |dataset: &Dataset| -> Vec<usize> {
            Part::ALL
                .into_iter()
                .flat_map(|part| dataset.part_windows(part))
                .filter(|start| start + 4 - 1 + 2 < first_row)
                .collect()
        };
        prop_assert!(!windows(&one).is_empty());
        prop_assert_eq!(one.batch(&windows(&one)), other.batch(&windows(&other)));
    }

    #[test]
    fn causal_fills_do_not_look_ahead_within_a_part_either(
        column in numbers(90),
        later in prop::collection::vec(-1e3..1e3, 90),
        method in prop::sample::select(vec![FillMethod::Forward, FillMethod::Mean, FillMethod::Median, FillMethod::Random]),
        first in 63_usize..90,
    ) {
        let mut column = column;
        column[0] = 1.0; // otherwise the first gap is nobody's to fill forward
        let mut settings = settings(Window::default(), Split::default());
        settings.features.clear();
        settings.prepare = vec![Prepare::Fill(Fill { method, ..Fill::default() })];
        let one = Dataset::from_table(&table(vec![column.clone()], &[90]), &settings, 7).unwrap();
        column[first..].copy_from_slice(&later[first..]);
        let other = Dataset::from_table(&table(vec![column], &[90]), &settings, 7).unwrap();
        prop_assert_eq!(&one.values[..first], &other.values[..first]);
        prop_assert_eq!(one.fitted, other.fitted);
    }

    #[test]
    fn fills_keep_what_was_observed_and_say_what_was_not(
        column in numbers(80),
        method in fill_method(),
    ) {
        prop_assume!(column[..56].iter().filter(|x| !x.is_nan()).count() > 1);
        let mut settings = settings(Window::default(), Split::default());
        settings.features.clear();
        settings.scale = Scale { method: ScaleMethod::None };
        let flag = method != FillMethod::Drop;
        settings.prepare = vec![Prepare::Fill(Fill { method, flag, ..Fill::default() })];
        let dataset = Dataset::from_table(&table(vec![column.clone()], &[80]), &settings, 7).unwrap();
        let inputs = dataset.inputs();
        prop_assert_eq!(inputs, 1 + usize::from(flag));
        if method == FillMethod::Drop {
            let left: Vec<f32> = column.iter().filter(|x| !x.is_nan()).map(|&x| x as f32).collect();
            prop_assert_eq!(&dataset.values, &left);
            prop_assert_eq!(dataset.parts.train.len(), left.len() * 7 / 10);
            return Ok(());
        }
        let training: Vec<f64> = column[..56].iter().copied().filter(|x| !x.is_nan()).collect();
        let mean = (training.iter().sum::<f64>() / training.len() as f64) as f32;
        for (row, raw) in column.iter().enumerate() {
            let value = dataset.values[row * inputs];
            prop_assert_eq!(dataset.values[row * inputs + 1], f32::from(u8::from(raw.is_nan())));
            if !raw.is_nan() {
                prop_assert_eq!(value, *raw as f32);
                continue;
            }
            match method {
                FillMethod::Mean => prop_assert_eq!(value, mean),
                FillMethod::Random => prop_assert!(training.iter().any(|&x| x as f32 == value)),
                FillMethod::Forward if row > 0 && !column[..row].iter().all(|x| x.is_nan()) => {
                    prop_assert_eq!(value, dataset.values[(row - 1) * inputs]);
                }
                _ => prop_assert!(value.is_finite()),
            }
        }
    }

    #[test]
    fn no_text_makes_it_panic(
        text in "([0-9a-cN,; \\t\"'.\\-]{0,12}\\n){0,12}|[ -~\\n]{0,80}|(19[0-9]{2}-[01][0-9],-?[0-9]{1,3}(\\.[0-9])?\\n){2,30}",
        lookback in prop::option::of(1_usize..20),
        horizon in 1_usize..5,
        output in output(),
        method in fill_method(),
        source in prop::option::of("[a-c]"),
    ) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("any.csv");
        std::fs::write(&path, &text).unwrap();
        let mut settings = Data {
            source: path.to_str().unwrap().to_owned(),
            window: Window { lookback, horizon, output, stride: 2, roll: None },
            prepare: vec![Prepare::Fill(Fill { method, ..Fill::default() })],
            ..Data::default()
        };
        settings.targets.extend(source);
        if let Ok(table) = data::load(&settings.source, &Generate::default(), 7) {
            prop_assert!(!data::inspect(&table).to_string().is_empty());
        }
        match Dataset::new(&settings, 7) {
            Ok(dataset) => {
                prop_assert!(!dataset.train_windows().is_empty());
                prop_assert!(!dataset.time_after_end(1).is_empty());
                for part in Part::ALL {
                    let windows = dataset.part_windows(part);
                    prop_assert_eq!(windows.is_empty(), dataset.parts.of(part).is_empty());
                    prop_assert_eq!(dataset.part_batch(&windows, part).size, windows.len());
                }
                let beyond = dataset.windows_beyond();
                prop_assert_eq!(dataset.batch(&beyond).size, beyond.len());
            }
            Err(error) => prop_assert!(!error.to_string().contains('\n')),
        }
    }
}
