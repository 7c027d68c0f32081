//! What the command line itself sets, and errors named by the words or the line that they come from.

use super::TrainArguments;
use crate::cli::Ending;
use crate::data::DataError;
use crate::experiment::Document;
use crate::experiment::document::DocumentError;
use crate::train::TrainError;

/// What the command line itself sets: keys with their values, each with the words that gave it.
pub(super) struct Given {
    pub(super) assignments: Vec<(String, toml::Value)>,
    words: Vec<String>,
}

impl Given {
    pub(super) fn new(arguments: &TrainArguments) -> Result<Self, Ending> {
        let mut given = Self {
            assignments: Vec::new(),
            words: Vec::new(),
        };
        for text in &arguments.set {
            let assignment =
                Document::assignment(text).map_err(|error| Ending::Usage(error.to_string()))?;
            given.assignments.push(assignment);
            given.words.push(format!("--set {text}"));
        }
        if let Some(steps) = arguments.steps {
            let steps = i64::try_from(steps)
                .map_err(|_| Ending::Usage(format!("--steps {steps} is too large")))?;
            given
                .assignments
                .push(("training.steps".into(), steps.into()));
            given.words.push(format!("--steps {steps}"));
        }
        if let Some(model) = &arguments.init {
            let words = format!("--init {}", model.display());
            let model = std::path::absolute(model)
                .map_err(|error| Ending::Usage(format!("{words}: {error}")))?;
            let model = model.to_string_lossy().into_owned();
            given
                .assignments
                .push(("model.start_from".into(), model.into()));
            given.words.push(words);
        }
        Ok(given)
    }

    /// The error with its place: the words that set its key, where the command line did, otherwise
    /// file and line.
    pub(super) fn name(&self, error: DocumentError) -> String {
        let within = |key: &str, table: &str| {
            key.strip_prefix(table)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        };
        let set = self
            .assignments
            .iter()
            .rposition(|(key, _)| within(&error.key, key) || within(key, &error.key));
        match set {
            None => error.to_string(),
            Some(index) => {
                let DocumentError { key, message, .. } = error;
                format!("{}: `{key}`: {message}", self.words[index])
            }
        }
    }

    pub(super) fn name_all(&self, errors: Vec<DocumentError>) -> Vec<String> {
        errors.into_iter().map(|error| self.name(error)).collect()
    }
}

/// An error with its place in the experiment file or on the command line.
pub(super) struct Located {
    message: String,
    pub(super) usage: bool,
}

impl Located {
    pub(super) fn new(error: TrainError, document: &Document, given: &Given) -> Self {
        match error {
            TrainError::Setting(error) | TrainError::Data(DataError::Setting(error)) => Self {
                message: given.name(document.locate(&error)),
                usage: true,
            },
            other => Self {
                message: other.to_string(),
                usage: false,
            },
        }
    }
}

impl std::fmt::Display for Located {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)
    }
}

/// The first error, and how many more there are.
pub(super) fn first_of(errors: &[impl ToString]) -> String {
    let first = errors.first().map(ToString::to_string).unwrap_or_default();
    match errors.len() {
        0 | 1 => first,
        more => format!("{first} (and {} more)", more - 1),
    }
}
