//! Rows that only serve to take the others' changes.

use crate::data::{Parts, frame::Frame};
use std::ops::Range;

/// The rows of a frame without the beginnings of its series.
pub(super) struct Cut {
    warm: usize,
    /// Of the rows that are left.
    pub series: Vec<Range<usize>>,
    /// How many are left.
    pub rows: usize,
    /// How many of them come from a test source.
    pub tested: usize,
    /// Of each series that is left: its rows in the frame.
    pub origins: Vec<Range<usize>>,
}

impl Cut {
    /// Without the first `warm` rows of each series.
    pub fn new(frame: &Frame, warm: usize) -> Self {
        let own = frame.rows() - frame.tested;
        let mut cut = Self {
            warm,
            series: Vec::new(),
            rows: 0,
            tested: 0,
            origins: Vec::new(),
        };
        for series in frame.series.iter().filter(|series| series.len() > warm) {
            let length = series.len() - warm;
            cut.series.push(cut.rows..cut.rows + length);
            cut.origins.push(series.clone());
            cut.rows += length;
            cut.tested += series.end.saturating_sub(own.max(series.start + warm));
        }
        cut
    }

    /// The parts with the rows that were cut off: those belong to the part of the row after them.
    pub fn whole(&self, parts: &Parts) -> Parts {
        let end = self.origins.last().map_or(0, |series| series.end);
        let place = |border: usize| {
            if border == 0 {
                return 0;
            }
            match self
                .series
                .iter()
                .position(|series| series.contains(&border))
            {
                None => end,
                // A border between series is the next one's beginning.
                Some(k) if self.series[k].start == border => self.origins[k].start,
                Some(k) => self.origins[k].start + self.warm + border - self.series[k].start,
            }
        };
        let (train, validation) = (place(parts.train.end), place(parts.validation.end));
        Parts {
            train: 0..train,
            validation: train..validation,
            test: validation..end,
        }
    }
}
