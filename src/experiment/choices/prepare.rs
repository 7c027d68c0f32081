//! Preparation steps, each with its keys. What a step needs to know of the data it learns from the training part
//! alone; `data` does that.

mod change;
mod clean;
mod columns;
mod made;
mod rows;
mod series;

pub use change::{Bin, BinMethod, Difference, Transform, TransformMethod};
pub use clean::{Fill, FillMethod, OutlierAction, OutlierMethod, Outliers, Smooth, SmoothMethod};
pub use columns::{
    Decompose, DecomposeKeep, DecomposeMethod, Encode, EncodeMethod, Select, SelectMethod,
};
pub use made::{Calendar, CalendarPart, Lag, Rolling, RollingFunction};
pub use rows::{Aggregate, OnDuplicate, Resample, Sort};
pub use series::{Group, Lengths, Long, Short, TokenBy, Tokenize};

use super::Choice;
use serde::{Deserialize, Serialize};

/// A preparation step.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "step", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Prepare {
    /// Missing values get values.
    Fill(Fill),
    /// Values far from the others are clipped, taken for missing, or flagged.
    Outliers(Outliers),
    /// Values become averages of themselves and those before.
    Smooth(Smooth),
    /// Values become their changes.
    Difference(Difference),
    /// Values are bent by a function.
    Transform(Transform),
    /// Values become their bin's training median.
    Bin(Bin),
    /// Rows become rows of another frequency.
    Resample(Resample),
    /// Earlier values become further inputs.
    Lag(Lag),
    /// Statistics of the last values become further inputs.
    Rolling(Rolling),
    /// The time becomes further inputs.
    Calendar(Calendar),
    /// Rows are put in order.
    Sort(Sort),
    /// Values are parted into season, trend and rest.
    Decompose(Decompose),
    /// Texts become numbers.
    Encode(Encode),
    /// Some inputs stay.
    Select(Select),
    /// A series for each value of a column.
    Group(Group),
    /// Series of a length.
    Lengths(Lengths),
    /// Each text is a sequence of tokens.
    Tokenize(Tokenize),
}

impl Choice for Prepare {
    const TAG: &'static str = "step";

    fn all() -> Vec<Self> {
        vec![
            Self::Fill(Fill::default()),
            Self::Outliers(Outliers::default()),
            Self::Smooth(Smooth::default()),
            Self::Difference(Difference::default()),
            Self::Transform(Transform::default()),
            Self::Bin(Bin::default()),
            Self::Resample(Resample::default()),
            Self::Lag(Lag::default()),
            Self::Rolling(Rolling::default()),
            Self::Calendar(Calendar::default()),
            Self::Sort(Sort::default()),
            Self::Decompose(Decompose::default()),
            Self::Encode(Encode::default()),
            Self::Select(Select::default()),
            Self::Group(Group::default()),
            Self::Lengths(Lengths::default()),
            Self::Tokenize(Tokenize::default()),
        ]
    }
}

/// What every kind of step has.
macro_rules! of_every_kind {
    ($self:expr, $step:ident => $what:expr) => {
        match $self {
            Prepare::Fill($step) => $what,
            Prepare::Outliers($step) => $what,
            Prepare::Smooth($step) => $what,
            Prepare::Difference($step) => $what,
            Prepare::Transform($step) => $what,
            Prepare::Bin($step) => $what,
            Prepare::Resample($step) => $what,
            Prepare::Lag($step) => $what,
            Prepare::Rolling($step) => $what,
            Prepare::Calendar($step) => $what,
            Prepare::Sort($step) => $what,
            Prepare::Decompose($step) => $what,
            Prepare::Encode($step) => $what,
            Prepare::Select($step) => $what,
            Prepare::Group($step) => $what,
            Prepare::Lengths($step) => $what,
            Prepare::Tokenize($step) => $what,
        }
    };
}

impl Prepare {
    /// Whether the step is left out for now.
    #[must_use]
    pub fn is_off(&self) -> bool {
        of_every_kind!(self, step => step.off)
    }

    /// Leaves the step out, or takes it in again.
    pub fn set_off(&mut self, off: bool) {
        of_every_kind!(self, step => step.off = off);
    }

    /// Whether the step changes which rows there are.
    #[must_use]
    pub fn changes_rows(&self) -> bool {
        matches!(
            self,
            Self::Resample(_)
                | Self::Sort(_)
                | Self::Group(_)
                | Self::Lengths(_)
                | Self::Tokenize(_)
        )
    }

    /// Whether the step may make columns that were not there.
    #[must_use]
    pub fn makes_columns(&self) -> bool {
        match self {
            Self::Fill(fill) => fill.flag,
            Self::Outliers(outliers) => outliers.action == OutlierAction::Flag,
            Self::Decompose(decompose) => decompose.keep == DecomposeKeep::Components,
            Self::Lag(_) | Self::Rolling(_) | Self::Calendar(_) | Self::Encode(_) => true,
            _ => false,
        }
    }

    /// Whether a changed value depends on later ones (of its own part).
    #[must_use]
    pub fn looks_ahead(&self) -> bool {
        matches!(self, Self::Fill(fill) if fill.method.looks_ahead())
    }
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde passes by reference"
)]
fn is_false(value: &bool) -> bool {
    !value
}
