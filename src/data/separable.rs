//! The set on which adaptive methods go wrong (Wilson et al. 2017, section 3.3): linearly separable, and the
//! solution that they find takes every unseen example for the more frequent class.

use super::{AnswerValues, Answers, Column, DataError, Format, Table, generator};
use crate::experiment::Generate;
use rand::RngExt;

/// Probability of the positive class.
const POSITIVE: f64 = 0.6;

/// Inputs of an example's own, of which a positive one has only the first.
const OWN: usize = 5;

/// Values that the set may have at most.
const MAX_VALUES: usize = 20_000_000;

/// A stream of its own.
const STREAM: u64 = 3 << 40;

/// `count` examples of one step each. The first input is the label, −1 or 1; the second and third are
/// always 1; then each example has five inputs that are 0 in all others: a positive one's first is 1, all
/// five of a negative one are.
///
/// # Errors
/// More values than memory should hold.
pub fn table(source: &str, parameters: &Generate, seed: u64) -> Result<Table, DataError> {
    let count = (parameters.count)
        .or(Generate::for_source(source).count)
        .unwrap_or(1)
        .max(1);
    let width = 3 + OWN * count;
    if width.saturating_mul(count) > MAX_VALUES {
        return Err(DataError::setting(
            "data.generate.count",
            format!(
                "{count} examples have {width} inputs each, which is too much; keep to {}",
                ((MAX_VALUES / OWN) as f64).sqrt() as usize
            ),
        ));
    }
    let mut rng = generator(seed, STREAM);
    let positive: Vec<bool> = (0..count).map(|_| rng.random_bool(POSITIVE)).collect();
    let mut columns = vec![
        Column::of_numbers(
            "label",
            positive
                .iter()
                .map(|&p| if p { 1.0 } else { -1.0 })
                .collect(),
        ),
        Column::of_numbers("one", vec![1.0; count]),
        Column::of_numbers("also one", vec![1.0; count]),
    ];
    for (example, &positive) in positive.iter().enumerate() {
        for part in 0..OWN {
            let mut values = vec![0.0; count];
            values[example] = f64::from(u8::from(part == 0 || !positive));
            columns.push(Column::of_numbers(&format!("own {example}.{part}"), values));
        }
    }
    Ok(Table {
        source: source.to_owned(),
        format: Format::Generated,
        delimiter: None,
        series: (0..count).map(|k| k..k + 1).collect(),
        columns,
        time: None,
        notes: Vec::new(),
        answers: Some(Answers {
            name: "class".to_owned(),
            values: AnswerValues::Classes {
                names: ["negative", "positive"].map(str::to_owned).to_vec(),
                of: positive.iter().map(|&p| usize::from(p)).collect(),
            },
            fresh: None,
            scaled: false,
        }),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_example_is_as_wilson_defines_it() {
        let parameters = Generate {
            count: Some(300),
            ..Generate::default()
        };
        let table = table("generate:separable", &parameters, 7).expect("a table");
        assert_eq!(table.columns.len(), 3 + 5 * 300);
        let Some(Answers {
            values: AnswerValues::Classes { of, .. },
            ..
        }) = &table.answers
        else {
            panic!("it has classes");
        };
        let positive = of.iter().sum::<usize>();
        assert!((150..210).contains(&positive), "{positive}");
        for (example, &class) in of.iter().enumerate() {
            let row: Vec<f64> = table.columns.iter().map(|c| c.numbers[example]).collect();
            assert_eq!(row[..3], [2.0 * class as f64 - 1.0, 1.0, 1.0]);
            let own = 3 + 5 * example;
            let ones = if class == 1 { 1 } else { 5 };
            assert_eq!(row[own..own + ones], vec![1.0; ones]);
            assert_eq!(row[3..].iter().sum::<f64>(), ones as f64);
        }
        let too_many = Generate {
            count: Some(100_000),
            ..Generate::default()
        };
        assert!(super::table("generate:separable", &too_many, 7).is_err());
    }
}
