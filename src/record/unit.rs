//! What losses are counted in.

use serde::{Deserialize, Serialize};

/// What losses are counted in: losses of unlike units are not compared.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LossUnit {
    /// Errors of scaled series.
    #[default]
    Scaled,
    /// Errors of the numbers that go with whole sequences, which are left as they are.
    Answers,
    /// Surprise at the true class, by natural logarithms.
    Nats,
}

impl LossUnit {
    /// Of data whose sequences have one answer each: one of `classes`, or a number where there are none. `None`
    /// where the series themselves are forecast.
    #[must_use]
    pub fn of(classes: Option<&[String]>) -> Self {
        match classes {
            None => Self::Scaled,
            Some([]) => Self::Answers,
            Some(_) => Self::Nats,
        }
    }

    /// The name of an axis of losses.
    #[must_use]
    pub fn axis(self) -> &'static str {
        match self {
            Self::Scaled => "Loss (scaled units)",
            Self::Answers => "Loss (answers' units)",
            Self::Nats => "Loss (nats)",
        }
    }
}
