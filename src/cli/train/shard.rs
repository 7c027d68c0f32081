//! The share of the runs that one of many machines or jobs takes: `--shard I/N`.

use std::fmt;

/// One share of the runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shard {
    /// From 1.
    number: usize,
    /// Of so many.
    of: usize,
}

impl Shard {
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let parts = text.split_once('/');
        parts
            .and_then(|(number, of)| {
                Some(Self {
                    number: number.parse().ok()?,
                    of: of.parse().ok()?,
                })
            })
            .filter(|shard| (1..=shard.of).contains(&shard.number))
            .ok_or_else(|| "give I/N with I from 1 to N, such as 2/8".to_owned())
    }

    /// Leaves only its own runs of all. Neighbours, often alike and equally long, go to different shards.
    pub(super) fn keep<Run>(self, runs: &mut Vec<Run>) {
        let mut places = 0..;
        runs.retain(|_| {
            let place: Option<usize> = places.next();
            place.is_some_and(|place| place % self.of == self.number - 1)
        });
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.number, self.of)
    }
}
