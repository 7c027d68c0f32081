//! Inputs that hold text: numbers for it.

use super::Frame;
use crate::data::prepare::Encoded;
use crate::experiment::choices::prepare::EncodeMethod;
use std::ops::Range;

impl Frame {
    /// Whether an input holds text still.
    pub fn is_text(&self, input: usize) -> bool {
        self.texts.get(input).is_some_and(Option::is_some)
    }

    /// Whether an input holds places in a table that is learned.
    pub fn is_coded(&self, input: usize) -> bool {
        self.coded.get(input) == Some(&true)
    }

    /// The different texts of an input in some rows, in alphabetical order.
    pub fn texts_of(&self, input: usize, rows: Range<usize>) -> Vec<String> {
        let Some(Some(texts)) = self.texts.get(input) else {
            return Vec::new();
        };
        let codes = self.columns[input][rows]
            .iter()
            .filter(|code| !code.is_nan());
        let seen: std::collections::BTreeSet<&String> =
            codes.map(|&code| &texts[code as usize]).collect();
        seen.into_iter().cloned().collect()
    }

    /// Makes numbers of an input's texts.
    pub fn encode(&mut self, encoded: &Encoded, method: EncodeMethod) {
        let input = encoded.input;
        let Some(texts) = self.texts.get_mut(input).and_then(Option::take) else {
            return;
        };
        // Of each text of the file, its place among those that were learned.
        let values: Vec<Vec<f64>> = texts
            .iter()
            .map(|text| encoded.values(encoded.place(text), method))
            .collect();
        let unknown = encoded.values(None, method);
        let found: Vec<&Vec<f64>> = self.columns[input]
            .iter()
            .map(|&code| {
                let known = values.get(code as usize).filter(|_| !code.is_nan());
                known.unwrap_or(&unknown)
            })
            .collect();
        let made: Vec<Vec<f64>> = (0..encoded.names.len())
            .map(|k| found.iter().map(|values| values[k]).collect())
            .collect();
        if method == EncodeMethod::Embedding {
            self.coded.resize(self.names.len(), false);
            self.coded[input] = true;
        }
        for (k, (name, column)) in encoded.names.iter().zip(made).enumerate() {
            if k == 0 {
                self.names[input].clone_from(name);
                self.columns[input] = column;
            } else {
                self.names.push(name.clone());
                self.columns.push(column);
            }
        }
        if encoded.names.is_empty() {
            // The training part has no text at all: nothing to tell apart.
            self.columns[input].fill(0.0);
        }
    }
}

/// Numbers for texts, in the order in which they first appear.
#[derive(Default)]
pub(super) struct Texts {
    pub known: Vec<String>,
    places: std::collections::HashMap<String, usize>,
}

impl Texts {
    pub fn of(known: Vec<String>) -> Self {
        let places = known.iter().cloned().zip(0..).collect();
        Self { known, places }
    }

    /// NaN of a missing text.
    pub fn code(&mut self, text: &str) -> f64 {
        if text.is_empty() {
            return f64::NAN;
        }
        let next = self.known.len();
        let place = *self.places.entry(text.to_owned()).or_insert(next);
        if place == next {
            self.known.push(text.to_owned());
        }
        place as f64
    }
}
