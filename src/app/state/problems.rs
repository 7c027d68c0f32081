//! What is wrong with the settings and the data, and where it is told.

use super::AppState;
use crate::app::text;
use crate::experiment::{Contender, KeyError};

impl AppState {
    /// Everything that is wrong with the settings and the data, each thing once.
    #[must_use]
    pub fn errors(&self) -> Vec<KeyError> {
        let mut errors: Vec<KeyError> = Vec::new();
        for error in self
            .problems
            .iter()
            .chain(&self.data_problems)
            .chain(&self.run_problems)
        {
            if !errors.contains(error) {
                errors.push(error.clone());
            }
        }
        errors
    }
}

/// Problems one below the other, each with the place of its setting where it has one.
pub(super) fn lines(problems: &[KeyError], contenders: &[Contender]) -> String {
    let line = |problem| text::problem(problem, contenders);
    problems.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// Problems of a file as a whole belong to the field that names it.
pub(super) fn at_the_source(mut problems: Vec<KeyError>) -> Vec<KeyError> {
    for problem in &mut problems {
        if problem.key.is_empty() {
            "data.source".clone_into(&mut problem.key);
        }
    }
    problems
}
