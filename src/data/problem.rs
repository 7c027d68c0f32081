//! Problems of long memory: sequences with one answer each, drawn one by one without end
//! (Hochreiter & Schmidhuber 1997).
//!
//! Sequence number n of a seed is a function of both alone: it draws from a stream of its own. So the
//! fresh sequences of a training run need no state, and every contender of a seed gets the same ones.

use super::{AnswerValues, Answers, Column, DataError, Format, Table, generator};
use crate::experiment::Generate;
use rand::RngExt;

/// Sequences that are validated on, and as many that are tested on, where training ones are fresh.
const HELD_BACK: usize = 1000;

/// Values that a fixed set may have at most, all steps and inputs counted.
const MAX_VALUES: usize = 100_000_000;

/// x₀ of the cliff, and the level that is asked for.
const CLIFF_START: f64 = 0.5;
const CLIFF_LEVEL: f64 = 0.7;

/// What the sequences are about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    /// Inputs u ~ U[−1, 1] and a marker that is 1 at one step of each half, else 0; the answer is the
    /// sum of the two marked u.
    Adding,
    /// One of six symbols at each step, one-hot: X or Y at one step of each half, one of four
    /// distractors elsewhere; the class is which of XX, XY, YX, YY came.
    TemporalOrder,
    /// The input x₀ = 0.5 at the first step and 0 after it, and 0.7 as the answer of every sequence: what
    /// the one-unit recurrence of Pascanu et al. 2013, fig. 6, is asked for.
    Cliff,
}

/// A problem of a given length under a given seed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Problem {
    /// What the sequences are about.
    pub subject: Subject,
    /// Steps in each, at least 2.
    pub length: usize,
    /// Seed of the run.
    pub seed: u64,
}

/// One sequence.
#[derive(Debug, Clone, PartialEq)]
pub struct Sequence {
    /// Steps × inputs, row-major.
    pub inputs: Vec<f64>,
    /// The number that goes with it, or its class's number.
    pub answer: f64,
}

impl Subject {
    /// The generator's name after `generate:`.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Some(match name {
            "adding" => Self::Adding,
            "temporal-order" => Self::TemporalOrder,
            "cliff" => Self::Cliff,
            _ => return None,
        })
    }

    /// Names of the inputs.
    #[must_use]
    pub fn inputs(self) -> &'static [&'static str] {
        match self {
            Self::Adding => &["value", "marker"],
            Self::TemporalOrder => &["a", "b", "c", "d", "X", "Y"],
            Self::Cliff => &["start"],
        }
    }

    /// What is asked for.
    #[must_use]
    pub fn answer(self) -> &'static str {
        match self {
            Self::Adding => "sum",
            Self::TemporalOrder => "order",
            Self::Cliff => "level",
        }
    }

    /// Names of the classes; none where the answer is a number.
    #[must_use]
    pub fn classes(self) -> &'static [&'static str] {
        match self {
            Self::Adding | Self::Cliff => &[],
            Self::TemporalOrder => &["XX", "XY", "YX", "YY"],
        }
    }

    /// A number of its own in the choice of streams.
    fn stream(self) -> u64 {
        match self {
            Self::Adding => 1 << 40,
            Self::TemporalOrder => 2 << 40,
            Self::Cliff => 4 << 40,
        }
    }
}

impl Problem {
    /// Sequence `number`. Each half has one marked step, drawn uniformly; where the length is odd, the
    /// second half is the longer one.
    ///
    /// # Panics
    /// A length below 2 has no halves.
    #[must_use]
    pub fn sequence(&self, number: u64) -> Sequence {
        let mut rng = generator(self.seed, self.subject.stream() + number);
        let middle = self.length / 2;
        let marked = [
            rng.random_range(0..middle),
            rng.random_range(middle..self.length),
        ];
        let width = self.subject.inputs().len();
        let mut inputs = vec![0.0; self.length * width];
        let answer = match self.subject {
            Subject::Adding => {
                for step in inputs.chunks_exact_mut(width) {
                    step[0] = rng.random::<f64>() * 2.0 - 1.0;
                }
                marked
                    .map(|step| {
                        inputs[step * width + 1] = 1.0;
                        inputs[step * width]
                    })
                    .iter()
                    .sum()
            }
            Subject::TemporalOrder => {
                let symbols: Vec<usize> =
                    (0..self.length).map(|_| rng.random_range(0..4)).collect();
                for (step, symbol) in inputs.chunks_exact_mut(width).zip(symbols) {
                    step[symbol] = 1.0;
                }
                let [first, second] = marked.map(|step| {
                    let which = rng.random_range(0..2_usize);
                    let symbols = &mut inputs[step * width..(step + 1) * width];
                    symbols.fill(0.0);
                    symbols[4 + which] = 1.0;
                    which
                });
                (2 * first + second) as f64
            }
            Subject::Cliff => {
                inputs[0] = CLIFF_START;
                CLIFF_LEVEL
            }
        };
        Sequence { inputs, answer }
    }

    /// Number of the first sequence that training draws: those before it are held back.
    #[must_use]
    pub fn first_fresh(&self) -> u64 {
        2 * HELD_BACK as u64
    }

    /// The mean answer over all sequences there could be.
    #[must_use]
    pub fn mean_answer(&self) -> f64 {
        match self.subject {
            Subject::Cliff => CLIFF_LEVEL,
            Subject::Adding | Subject::TemporalOrder => 0.0,
        }
    }

    /// Sequences as a table: `count` of them, or those that are held back where it is 0.
    ///
    /// # Errors
    /// More values than memory should hold.
    pub fn table(
        subject: Subject,
        source: &str,
        parameters: &Generate,
        seed: u64,
    ) -> Result<Table, DataError> {
        let defaults = Generate::for_source(source);
        let length = parameters.length.or(defaults.length).unwrap_or(0).max(2);
        let count = parameters.count.or(defaults.count).unwrap_or(0);
        let fresh = count == 0;
        let count = if fresh { 2 * HELD_BACK } else { count };
        let names = subject.inputs();
        let values = length.saturating_mul(count).saturating_mul(names.len());
        if values > MAX_VALUES {
            return Err(DataError::setting(
                "data.generate.length",
                format!(
                    "{count} sequences of {length} steps with {} inputs are too many; keep to {MAX_VALUES} values in all",
                    names.len()
                ),
            ));
        }
        let problem = Self {
            subject,
            length,
            seed,
        };
        let mut columns = vec![Vec::with_capacity(length * count); names.len()];
        let mut answers = Vec::with_capacity(count);
        for number in 0..count as u64 {
            let sequence = problem.sequence(number);
            for step in sequence.inputs.chunks_exact(names.len()) {
                for (column, value) in columns.iter_mut().zip(step) {
                    column.push(*value);
                }
            }
            answers.push(sequence.answer);
        }
        let classes = subject.classes();
        Ok(Table {
            source: source.to_owned(),
            format: Format::Generated,
            delimiter: None,
            series: (0..count).map(|k| k * length..(k + 1) * length).collect(),
            columns: names
                .iter()
                .zip(columns)
                .map(|(name, values)| Column::of_numbers(name, values))
                .collect(),
            time: None,
            notes: if fresh {
                vec![format!(
                    "training draws fresh sequences for every batch; of these {count} it validates on the first {HELD_BACK} and tests on the others"
                )]
            } else {
                Vec::new()
            },
            answers: Some(Answers {
                name: subject.answer().to_owned(),
                values: if classes.is_empty() {
                    AnswerValues::Numbers(answers)
                } else {
                    AnswerValues::Classes {
                        names: classes.iter().map(|&name| name.to_owned()).collect(),
                        of: answers.iter().map(|&class| class as usize).collect(),
                    }
                },
                fresh: fresh.then_some(problem),
                scaled: false,
            }),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(subject: Subject, length: usize) -> Problem {
        Problem {
            subject,
            length,
            seed: 7,
        }
    }

    #[test]
    fn each_half_has_one_marked_step_anywhere_in_it_and_the_answer_is_theirs() {
        for length in [2, 3, 4, 5, 11, 100] {
            for subject in [Subject::Adding, Subject::TemporalOrder] {
                let width = subject.inputs().len();
                let problem = problem(subject, length);
                let mut seen = vec![false; length];
                for number in 0..20 * length as u64 {
                    let Sequence { inputs, answer } = problem.sequence(number);
                    let steps: Vec<&[f64]> = inputs.chunks_exact(width).collect();
                    assert_eq!(steps.len(), length);
                    let marked: Vec<usize> = (0..length)
                        .filter(|&t| match subject {
                            Subject::Adding => steps[t][1] == 1.0,
                            Subject::Cliff => false,
                            Subject::TemporalOrder => steps[t][4] + steps[t][5] == 1.0,
                        })
                        .collect();
                    let [first, second] = marked[..] else {
                        panic!("{length}: {marked:?}");
                    };
                    assert!(first < length / 2 && second >= length / 2);
                    seen[first] = true;
                    seen[second] = true;
                    let expected = match subject {
                        Subject::Adding => steps[first][0] + steps[second][0],
                        Subject::Cliff => unreachable!("it has no marks"),
                        Subject::TemporalOrder => {
                            assert!(steps.iter().all(|s| s.iter().sum::<f64>() == 1.0));
                            2.0 * steps[first][5] + steps[second][5]
                        }
                    };
                    assert_eq!(answer, expected);
                }
                assert!(seen.iter().all(|&seen| seen), "every step can be marked");
            }
        }
    }

    #[test]
    fn the_cliff_has_one_start_and_one_level() {
        let Sequence { inputs, answer } = problem(Subject::Cliff, 50).sequence(3);
        assert_eq!((inputs.len(), inputs[0], answer), (50, 0.5, 0.7));
        assert!(inputs[1..].iter().all(|&x| x == 0.0));
    }

    #[test]
    fn sequences_have_the_moments_of_their_definition() {
        let adding = problem(Subject::Adding, 10);
        let sums: Vec<f64> = (0..20_000).map(|n| adding.sequence(n).answer).collect();
        let mean = sums.iter().sum::<f64>() / 2e4;
        let variance = sums.iter().map(|s| s * s).sum::<f64>() / 2e4;
        assert!((mean - adding.mean_answer()).abs() < 0.02, "{mean}");
        assert!((variance - 2.0 / 3.0).abs() < 0.02, "{variance}");
        let order = problem(Subject::TemporalOrder, 10);
        let mut classes = [0; 4];
        let mut symbols = [0.0; 6];
        for n in 0..20_000 {
            let sequence = order.sequence(n);
            classes[sequence.answer as usize] += 1;
            for step in sequence.inputs.chunks_exact(6) {
                for (sum, x) in symbols.iter_mut().zip(step) {
                    *sum += x;
                }
            }
        }
        assert!(
            classes.iter().all(|&n: &i32| (n - 5000).abs() < 250),
            "{classes:?}"
        );
        // Eight of ten steps are distractors, a quarter of them each.
        assert!(
            symbols[..4].iter().all(|&n| (n - 4e4_f64).abs() < 800.0),
            "{symbols:?}"
        );
        assert!(
            symbols[4..].iter().all(|&n| (n - 2e4_f64).abs() < 500.0),
            "{symbols:?}"
        );
        assert_ne!(adding.sequence(1), adding.sequence(2));
        let other = Problem { seed: 8, ..adding };
        assert_ne!(adding.sequence(1), other.sequence(1));
    }
}
