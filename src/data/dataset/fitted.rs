//! What was fitted, when it comes from a model file: whether it can be at all, and whether new data go with it.

use super::Fitted;
use crate::data::{DataError, Embedded, Table, TimeInfo, prepare};

/// Rows that a window or a preparation looks back over, at most.
const LONGEST: usize = 1 << 24;

impl Fitted {
    /// The columns of a file that preparation begins with.
    #[must_use]
    pub fn sources(&self) -> &[String] {
        if self.sources.is_empty() {
            &self.input_names[..self.read]
        } else {
            &self.sources
        }
    }

    /// Input columns whose values are places in tables that are learned with the model, in their order.
    #[must_use]
    pub fn embedded(&self) -> Vec<Embedded> {
        prepare::embedded(&self.steps, &self.input_names)
    }

    /// Whether what a model file says can be: every place is there that it speaks of, nothing divides by 0, and
    /// no difference reaches back over less than `reach` rows.
    ///
    /// # Errors
    /// What cannot be, in words.
    pub fn check(&self, reach: usize) -> Result<(), String> {
        let inputs = self.input_names.len();
        if !(1..=LONGEST).contains(&self.lookback) || self.warm_up > LONGEST {
            return Err(format!(
                "it looks back over {} and {} rows",
                self.lookback, self.warm_up
            ));
        }
        if self.seasonal_period == Some(0) {
            return Err("its season has 0 rows".to_owned());
        }
        if self.sources.is_empty() && self.read > inputs {
            return Err(format!("it reads {} of {inputs} columns", self.read));
        }
        let sources = match self.sequences {
            Some(_) if self.sources.is_empty() => inputs,
            _ => self.sources().len(),
        };
        let targets = self.target_names.len();
        if targets == 0 || (self.sequences.is_none() && targets > sources.min(inputs)) {
            return Err(format!("it has {targets} targets of {sources} columns"));
        }
        let whole = |scaling: &crate::data::scale::Scaling| {
            scaling.factor.is_finite() && scaling.factor != 0.0 && scaling.offset.is_finite()
        };
        if self.scale.len() != inputs || !self.scale.iter().all(whole) {
            return Err(format!(
                "its {} scales do not go with {inputs} inputs, or one divides by 0",
                self.scale.len()
            ));
        }
        let left = prepare::check(&self.steps, sources, [reach, self.warm_up])?;
        if left != inputs {
            return Err(format!("its steps leave {left} of {inputs} inputs"));
        }
        Ok(())
    }

    /// Whether new data go with it: no column that the data before did not have, and the same time between
    /// rows. `whole` is the table as it was read, `arranged` with the rows that the settings ask for.
    pub(super) fn check_new(
        &self,
        whole: &Table,
        arranged: &Table,
        time: Option<&TimeInfo>,
    ) -> Result<(), DataError> {
        let tells_time = |name: &String| {
            let columns = time.map_or(&[][..], |time| &time.columns);
            columns
                .iter()
                .any(|&column| arranged.columns[column].name == *name)
        };
        let others: Vec<&str> = (whole.columns.iter().map(|column| &column.name))
            .filter(|name| !self.columns.contains(name) && !tells_time(name))
            .map(String::as_str)
            .collect();
        if !self.columns.is_empty() && !others.is_empty() {
            return Err(DataError::file(
                &whole.source,
                format!(
                    "has the column{} {}, which the model's own data did not have (they had: {}); leave out or rename",
                    if others.len() > 1 { "s" } else { "" },
                    others.join(", "),
                    self.columns.join(", ")
                ),
            ));
        }
        let frequency = time.and_then(|time| time.frequency.as_ref());
        if let (Some(new), Some(own)) = (frequency, &self.frequency)
            && new != own
        {
            return Err(DataError::file(
                &whole.source,
                format!(
                    "has a row every {new}, and the model was trained on one every {own}; resample the data, or train on such data"
                ),
            ));
        }
        Ok(())
    }
}
