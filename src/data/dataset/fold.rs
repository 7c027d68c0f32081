//! Origins of a backtest: where each fold's training ends and its test part begins.

use super::cut::Cut;
use crate::data::{DataError, Parts, split::share};
use crate::experiment::Split;

/// One origin, in rows without warm-up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Fold {
    /// The first row of its test part.
    pub origin: usize,
    /// The row after it.
    pub end: usize,
}

impl Fold {
    /// The fold that `split` names, as scikit-learn's `TimeSeriesSplit` cuts it: with n rows and k folds
    /// every test part has ⌊n / (k + 1)⌋ rows, the last one ends at the last row, and each trains on all rows
    /// before its own. None where no fold is named.
    ///
    /// # Errors
    /// Folds of what has no order in time, or has its test part already, or of fewer rows than folds.
    pub fn of(split: Split, cut: &Cut) -> Result<Option<Self>, DataError> {
        if split.folds == 0 {
            return Ok(None);
        }
        let refuse = |message: String| Err(DataError::setting("data.split.folds", message));
        if cut.tested > 0 {
            return refuse(
                "the test part is a file of its own already; leave out folds, or that file".into(),
            );
        }
        if cut.series.len() != 1 {
            return refuse(format!(
                "folds are origins in the time of one series, and there are {} series; leave it out",
                cut.series.len()
            ));
        }
        let test = cut.rows / (split.folds + 1);
        if test == 0 {
            return refuse(format!(
                "{} folds need at least {} rows, and there are {}; make it smaller",
                split.folds,
                split.folds + 1,
                cut.rows
            ));
        }
        Ok((split.fold > 0).then(|| {
            let origin = cut.rows - (split.folds + 1 - split.fold) * test;
            Self {
                origin,
                end: origin + test,
            }
        }))
    }

    /// The rows before the origin are shared between training and validation as `split.train` and
    /// `split.validation` are to each other.
    pub fn parts(self, split: Split) -> Parts {
        let train = share(split.train / (split.train + split.validation), self.origin);
        Parts {
            train: 0..train,
            validation: train..self.origin,
            test: self.origin..self.end,
        }
    }
}
