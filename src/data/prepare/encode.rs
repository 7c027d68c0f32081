//! Texts as numbers: which ones, by those of the training part.

use super::fit::free_name;
use super::{FittedStep, Ground};
use crate::data::{
    DataError,
    frame::{self, Frame},
};
use crate::experiment::choices::prepare::{Encode, EncodeMethod};
use serde::{Deserialize, Serialize};

/// Columns that one text may become.
pub(in super::super) const MOST_TEXTS: usize = 256;

/// A column of text that becomes numbers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Encoded {
    /// Index among the inputs.
    pub input: usize,
    /// Texts of the training part, in order.
    pub texts: Vec<String>,
    /// Names of the columns made, the first in the place of the text.
    pub names: Vec<String>,
    /// Of an embedding: numbers in a row of its table.
    #[serde(default, skip_serializing_if = "crate::experiment::is_zero")]
    pub size: usize,
}

impl Encoded {
    /// As `step` asks for, of a column with these texts in the training part.
    pub(in super::super) fn new(
        step: &Encode,
        (input, column): (usize, &str),
        texts: Vec<String>,
        name: impl FnMut(&String) -> String,
    ) -> Self {
        let embedding = step.method == EncodeMethod::Embedding;
        // Half the number of texts, at most 50: fast.ai's rule.
        let usual = (texts.len() + 2).div_euclid(2).clamp(1, 50);
        Self {
            input,
            names: match step.method {
                EncodeMethod::OneHot => texts.iter().map(name).collect(),
                EncodeMethod::Ordinal | EncodeMethod::Embedding => vec![column.to_owned()],
            },
            size: match step.size {
                _ if !embedding => 0,
                0 => usual,
                size => size,
            },
            texts,
        }
    }

    /// The values that stand for a text, or for one that is not known: one for each of the columns made.
    pub(in super::super) fn values(&self, place: Option<usize>, method: EncodeMethod) -> Vec<f64> {
        match method {
            EncodeMethod::OneHot => (0..self.names.len())
                .map(|k| f64::from(u8::from(place == Some(k))))
                .collect(),
            EncodeMethod::Ordinal => vec![place.map_or(-1.0, |place| place as f64)],
            EncodeMethod::Embedding => vec![place.map_or(0.0, |place| place as f64 + 1.0)],
        }
    }

    /// The place of a text among those that were learned.
    pub(in super::super) fn place(&self, text: &String) -> Option<usize> {
        self.texts.binary_search(text).ok()
    }
}

/// A column whose values are places in a table that is learned with the model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Embedded {
    /// Index among the inputs.
    pub column: usize,
    /// The column's name, fit for a tensor's.
    pub name: String,
    /// Rows of the table: the first for texts that the training part has not.
    pub rows: usize,
    /// Numbers in a row.
    pub size: usize,
}

/// The columns among `inputs` that `steps` leave to be embedded.
pub(in super::super) fn embedded(steps: &[FittedStep], inputs: &[String]) -> Vec<Embedded> {
    let mut found: Vec<Embedded> = Vec::new();
    for step in steps {
        let FittedStep::Encode {
            columns,
            method: EncodeMethod::Embedding,
        } = step
        else {
            continue;
        };
        for encoded in columns {
            let Some(column) = inputs.iter().position(|name| *name == encoded.names[0]) else {
                continue; // a later step left it out
            };
            // A dot parts the names of PyTorch's modules.
            let mut name = inputs[column].replace('.', "_");
            while found.iter().any(|other| other.name == name) {
                name.push('_');
            }
            found.push(Embedded {
                column,
                name,
                rows: encoded.texts.len() + 1,
                size: encoded.size,
            });
        }
    }
    found.sort_by_key(|embedded| embedded.column);
    found
}

/// The columns that `encode` makes numbers of, with the texts of the training part; none where there is no text.
///
/// # Errors
/// A column of numbers, or of too many texts, with its key.
pub(super) fn fit(
    frame: &Frame,
    encode: &Encode,
    names: &[String],
    ground: &Ground<'_>,
    number: usize,
) -> Result<Vec<Encoded>, DataError> {
    let inputs = encoded(encode, names, frame, number)?;
    let mut taken = frame.names.clone();
    let mut columns = Vec::new();
    for input in inputs {
        let known = frame.texts_of(input, ground.train.clone());
        if known.len() > MOST_TEXTS && encode.method == EncodeMethod::OneHot {
            return Err(DataError::setting(
                format!("data.prepare.{number}.method"),
                format!(
                    "\"{}\" has {} different texts in the training part, more than {MOST_TEXTS} columns are made of; use \"embedding\" or \"ordinal\", or leave it out",
                    names[input],
                    known.len()
                ),
            ));
        }
        let column = (input, names[input].as_str());
        columns.push(Encoded::new(encode, column, known, |text| {
            free_name(&format!("{}_{text}", names[input]), &mut taken)
        }));
    }
    Ok(columns)
}

/// The texts that an `encode` step treats.
fn encoded(
    encode: &Encode,
    names: &[String],
    frame: &Frame,
    number: usize,
) -> Result<Vec<usize>, DataError> {
    frame::check_columns(&encode.columns, names, number)?;
    let mut inputs = frame::inputs_of(&encode.columns, names);
    if encode.columns.is_empty() {
        inputs.retain(|&input| frame.is_text(input));
    } else if let Some(&input) = inputs.iter().find(|&&input| !frame.is_text(input)) {
        return Err(DataError::setting(
            format!("data.prepare.{number}.columns"),
            format!(
                "\"{}\" holds numbers already; leave it out here",
                names[input]
            ),
        ));
    }
    Ok(inputs)
}
