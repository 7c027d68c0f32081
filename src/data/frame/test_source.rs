//! A further file as the test part.

use super::texts::Texts;
use super::{Frame, find_all};
use crate::data::{DataError, join, rows, source};
use crate::experiment::Data;

impl Frame {
    /// Appends the rows of `data.test_source`, or of the file that goes with a `…_TRAIN` one. They
    /// continue the last series where their times do; otherwise they are series of their own.
    pub fn add_test_source(
        &mut self,
        settings: &Data,
        seed: u64,
        notes: &mut Vec<String>,
    ) -> Result<(), DataError> {
        let path = if settings.test_source.is_empty() {
            let Some(found) = source::test_sibling(&settings.source) else {
                return Ok(());
            };
            notes.push(format!("{found} is the test part"));
            found
        } else {
            settings.test_source.clone()
        };
        let table = source::load(&path, &settings.generate, seed)?;
        let table = join::all(table, settings, seed)?;
        let table = rows::arrange(&table, settings)?;
        let columns = find_all(&table, &self.names, settings).map_err(|error| match error {
            DataError::File { path, message, .. } if !settings.test_source.is_empty() => {
                DataError::setting("data.test_source", format!("{path} {message}"))
            }
            error => error,
        })?;
        let test = Self::new(&table, &columns, &settings.time)?;
        let first = self.rows();
        let goes_on = match (&self.time, &test.time) {
            (Some(time), Some(later)) => time.continues_in(later),
            _ => true,
        };
        let alone = self.series.len() == 1 && test.series.len() == 1;
        let end = first + test.rows();
        if let Some(last) = self.series.last_mut()
            && alone
            && goes_on
        {
            last.end = end;
        } else {
            self.series
                .extend(test.series.iter().map(|s| s.start + first..s.end + first));
            notes.push(format!(
                "the rows of {path} do not follow on the others; windows do not cross between them"
            ));
        }
        for (input, (more, theirs)) in test.columns.into_iter().zip(test.texts).enumerate() {
            match (&mut self.texts[input], theirs) {
                (Some(known), Some(theirs)) => {
                    let mut texts = Texts::of(std::mem::take(known));
                    let codes: Vec<f64> = theirs.iter().map(|text| texts.code(text)).collect();
                    *known = texts.known;
                    self.columns[input].extend(more.into_iter().map(|code| {
                        if code.is_nan() {
                            code
                        } else {
                            codes[code as usize]
                        }
                    }));
                }
                (None, None) => self.columns[input].extend(more),
                _ => {
                    return Err(DataError::file(
                        &path,
                        "holds text where the first file holds numbers, or the other way round; make both alike",
                    )
                    .in_column(&self.names[input]));
                }
            }
        }
        if test.time.is_some() {
            self.times.extend(test.times.iter());
            if self.moments.len() == first && test.moments.len() == end - first {
                self.moments.extend(test.moments);
            } else {
                self.moments.clear();
            }
            self.time = test.time;
        } else {
            self.times.extend((first..end).map(|row| row.to_string()));
            self.moments.clear();
        }
        self.tested = end - first;
        self.rows_read = end;
        Ok(())
    }
}
