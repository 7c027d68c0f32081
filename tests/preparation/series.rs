//! Seasons, groups of series, and their sizes.

use super::{mixed, settings, with};
use optimizer_explorer::data::Dataset;
use optimizer_explorer::experiment::{Data, Experiment, Output};

#[test]
fn seasons_go_on_by_the_time_of_rows_and_add_up_again() {
    let airline =
        optimizer_explorer::data::load("builtin:airline", &Data::default().generate, 7).unwrap();
    let decompose = |keep: &str| format!("step = 'decompose'\nkeep = '{keep}'");
    let parts = with(&airline, &[&decompose("components")], &[]).unwrap();
    assert_eq!(
        parts.input_names,
        ["Passengers", "Passengers_seasonal", "Passengers_trend"]
    );
    // The same month has the same season, highest in summer.
    let season = |row: usize| parts.values[row * 3 + 1];
    assert_eq!(season(0), season(132));
    assert!((0..12).all(|month| season(month) <= season(6).max(season(7))));
    let rest = with(&airline, &[&decompose("residual")], &[]).unwrap();
    let mut path = vec![(1, f64::from(rest.values[100]))];
    rest.restore(0, 99, &mut path);
    assert!((path[0].1 - rest.raw_targets[100]).abs() < 1e-3);
    // A file that begins in another month has its seasons all the same.
    let text = include_str!("../../assets/data/airline.csv");
    let tail: Vec<&str> = (text.lines().enumerate())
        .filter(|(k, _)| *k == 0 || *k > 8)
        .map(|(_, line)| line)
        .collect();
    let tail = tail.join("\n");
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("tail.csv");
    std::fs::write(&path, tail).unwrap();
    let tail = optimizer_explorer::data::load(path.to_str().unwrap(), &Data::default().generate, 7)
        .unwrap();
    let data = settings(
        vec![toml::from_str(&decompose("components")).unwrap()],
        1,
        Output::EveryStep,
    );
    let again = Dataset::with_fitted(&tail, &data, &parts.fitted).unwrap();
    assert_eq!(again.values[1], season(8));
    let error = with(&mixed(60), &["step = 'decompose'\nperiod = 30"], &[]).unwrap_err();
    assert!(
        error.starts_with(
            "`data.prepare.0.period`: a season of 30 rows is learned from at least 60"
        ),
        "{error}"
    );
}

#[test]
fn groups_are_series_of_their_own_and_series_get_a_length() {
    let mut table = mixed(90);
    table.columns[3].texts = (0..90).map(|row| format!("shop {}", row % 9)).collect();
    let dataset = with(&table, &["step = 'group'\nby = 'state'"], &[]).unwrap();
    assert_eq!(dataset.series.len(), 9);
    assert_eq!(dataset.values[..2], [0.0, ((9 * 7) % 11) as f32]);
    let cut = |long: &str| {
        let lengths = format!("step = 'lengths'\nto = 6\nlong = '{long}'");
        with(&table, &["step = 'group'\nby = 'state'", &lengths], &[]).unwrap()
    };
    assert_eq!(cut("truncate-end").values[..2], dataset.values[..2]);
    assert_eq!(cut("truncate-start").values[..2], dataset.values[4..6]);
    assert_eq!(cut("truncate-start").rows(), 54);
    let error = with(
        &table,
        &["step = 'lengths'\nto = 1000\nshort = 'drop'"],
        &[],
    )
    .unwrap_err();
    assert!(
        error.starts_with("`data.prepare.0.to`: no series has 1000 rows"),
        "{error}"
    );
    let error = with(&table, &["step = 'group'\nby = 'nothing'"], &[]).unwrap_err();
    assert!(error.contains("there is no column \"nothing\""), "{error}");
}

/// As Salinas et al. 2020 (DeepAR): by the mean distance from 0 of what is known before the first forecast, also in
/// series that nothing was learned from.
#[test]
fn each_series_is_divided_by_its_own_size_and_forecasts_are_given_it_back() {
    let mut table = mixed(120);
    let shop = |row: usize| row % 6;
    table.columns[3].texts = (0..120).map(|row| format!("shop {}", shop(row))).collect();
    let sizes = [1.0, -10.0, 1e3, 1e6, 0.01, 0.0];
    let numbers = &mut table.columns[0].numbers;
    for (row, value) in numbers.iter_mut().enumerate() {
        *value = (*value + 1.0) * sizes[shop(row)];
    }
    let group = "step = 'group'\nby = 'state'\nscale_each = true";
    for more in [&[][..], &["step = 'difference'"], &["step = 'smooth'"]] {
        let dataset = with(&table, &[&[group], more].concat(), &["before"]).unwrap();
        let warm = dataset.fitted.warm_up;
        assert_eq!(dataset.series.len(), 6);
        for (number, rows) in dataset.series.iter().enumerate() {
            let own: Vec<f64> = (0..20)
                .map(|k| table.columns[0].numbers[number + 6 * k])
                .collect();
            // Four rows of a window, behind those that a difference takes.
            let first = &own[..4 + warm];
            let mean = first.iter().map(|x| x.abs()).sum::<f64>() / first.len() as f64;
            let size = if mean > 0.0 { mean } else { 1.0 };
            if more.is_empty() {
                for (k, row) in rows.clone().enumerate() {
                    let value = f64::from(dataset.values[2 * row]);
                    assert!((value - own[k] / size).abs() < 1e-6, "{value}, {}", own[k]);
                }
                // Other columns have sizes of their own.
                assert!(rows.clone().any(|row| dataset.values[2 * row + 1] != 0.0));
            }
            if more == ["step = 'smooth'"] {
                continue; // What is smoothed is not to be had back.
            }
            for origin in rows.start + 4..rows.end - 1 {
                let next = f64::from(dataset.values[2 * (origin + 1)]);
                let mut path = [(1, next)];
                dataset.restore(0, origin, &mut path);
                let truth = own[origin + 1 - rows.start + warm];
                assert!(
                    (path[0].1 - truth).abs() <= 1e-5 * (1.0 + truth.abs() + size),
                    "{path:?}, {truth}"
                );
            }
        }
    }
    // As a file of an experiment says it.
    let read = Experiment::from_toml(&format!("[[data.prepare]]\n{group}")).unwrap();
    assert_eq!(read.data.prepare, [toml::from_str(group).unwrap()]);
    // What comes after a series' first window does not touch its size.
    let before = with(&table, &[group], &[]).unwrap();
    for row in (5 * 6)..120 {
        table.columns[0].numbers[row] *= 7.0;
    }
    let after = with(&table, &[group], &[]).unwrap();
    for rows in &before.series {
        let first = rows.start..rows.start + 5;
        assert_eq!(before.values[first.clone()], after.values[first]);
    }
    assert_ne!(before.values, after.values);
}
