//! Nothing of the future reaches the past.

use super::{mixed, positive, settings, steps, with};
use crate::common::table;
use optimizer_explorer::data::{Dataset, Part};
use optimizer_explorer::experiment::Output;
use proptest::prelude::*;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_later_value_changes_an_earlier_feature(values in positive(), at in 0..1000_usize, factor in 0.1..10.0_f64) {
        for step in steps() {
            let data = settings(vec![step.clone()], 1, Output::EveryStep);
            let Ok(before) = Dataset::from_table(&table(values.clone()), &data, 7) else { continue };
            let warm = before.fitted.warm_up;
            // From a row at or behind the end of the training part on.
            let first = before.parts.train.end + warm;
            let row = first + at % (values.len() - first);
            let mut later = values.clone();
            for value in &mut later[row..] {
                *value *= factor;
            }
            let after = Dataset::from_table(&table(later), &data, 7).unwrap();
            prop_assert_eq!(&before.fitted, &after.fitted, "{:?}", step);
            let inputs = before.inputs();
            let end = if step.looks_ahead() {
                // Within its own part alone.
                Part::ALL.iter().map(|&part| before.parts.of(part)).find(|rows| rows.contains(&(row - warm))).unwrap().start
            } else {
                row - warm
            };
            prop_assert_eq!(&before.values[..end * inputs], &after.values[..end * inputs], "{:?}", step);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// Series are cut between parts: whatever stands in later series changes nothing of earlier ones.
    #[test]
    fn no_later_series_changes_an_earlier_one(
        rows in 90..150_usize, shops in 5..9_usize, to in 5..12_usize, short in 0..2_usize,
        more in prop::sample::select(vec!["step = 'smooth'", "step = 'transform'\nmethod = 'yeo-johnson'", "step = 'outliers'",
            "step = 'fill'\nmethod = 'mean'", "step = 'bin'", "step = 'lag'", "step = 'encode'\nmethod = 'embedding'"]),
        shift in 1.0..90.0_f64, scale_each in any::<bool>(),
    ) {
        let shop = |row: usize| row % shops;
        let mut table = mixed(rows);
        table.columns[3].texts = (0..rows).map(|row| format!("shop {}", shop(row))).collect();
        let lengths = format!("step = 'lengths'\nto = {to}\nshort = '{}'", ["pad", "drop"][short]);
        let group = format!("step = 'group'\nby = 'state'\nscale_each = {scale_each}");
        let steps = [&*group, &lengths, more];
        let features: &[&str] = if more.contains("encode") { &["state"] } else { &[] };
        let Ok(before) = with(&table, &steps, features) else { return Ok(()) };
        let trained = before.series.iter().filter(|series| series.end <= before.parts.train.end).count();
        prop_assert!(trained > 0);
        for row in 0..rows {
            if shop(row) >= trained {
                table.columns[0].numbers[row] = table.columns[0].numbers[row] * 3.0 + shift;
            }
        }
        let after = with(&table, &steps, features).unwrap();
        prop_assert_eq!(&before.fitted, &after.fitted);
        let known = before.parts.train.end * before.inputs();
        prop_assert_eq!(&before.values[..known], &after.values[..known]);
        prop_assert_ne!(&before.hash, &after.hash);
    }
}
