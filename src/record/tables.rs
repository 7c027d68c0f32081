//! The two tables of a run folder that grow with each step, and how long they were at a checkpoint.

use super::folder::disk;
use super::{FolderError, StepRecord};
use serde::{Deserialize, Serialize};
use std::fs::{File, OpenOptions};
use std::io::{self, BufWriter, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

/// The columns of `history.csv`.
pub const HISTORY: &str = "step,epoch,seconds,learning_rate,train_loss,grad_norm,grad_norm_clipped,update_norm,weight_norm,validation_loss";
/// The columns of `gradients.csv`.
pub const GRADIENTS: &str = "step,tensor,norm,norm_clipped";
/// How many bytes the tables have up to one step: where they are cut back to when a run goes on from there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct TableLengths {
    /// Of `history.csv`.
    pub history: u64,
    /// Of `gradients.csv`.
    pub gradients: u64,
}

/// `history.csv` and `gradients.csv`, written in whole rows.
#[derive(Debug)]
pub struct Tables {
    history: Table,
    gradients: Table,
    /// Text of whole rows, reused.
    line: String,
}

/// One growing file.
#[derive(Debug)]
struct Table {
    path: PathBuf,
    file: BufWriter<File>,
    /// What was appended, written out or not.
    length: u64,
}

impl Table {
    fn create(path: PathBuf, columns: &str) -> Result<Self, FolderError> {
        let file = File::create(&path).map_err(disk(&path))?;
        let mut table = Self {
            file: BufWriter::with_capacity(1 << 16, file),
            path,
            length: 0,
        };
        table.append(columns)?;
        table.append("\n")?;
        Ok(table)
    }

    fn cut_back(path: PathBuf, length: u64) -> Result<Self, FolderError> {
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .open(&path)
            .map_err(disk(&path))?;
        let present = file.metadata().map_err(disk(&path))?.len();
        if present < length {
            return Err(FolderError::Short {
                path,
                length: present,
                expected: length,
            });
        }
        file.set_len(length)
            .and_then(|()| file.seek(SeekFrom::End(0)))
            .map_err(disk(&path))?;
        Ok(Self {
            file: BufWriter::with_capacity(1 << 16, file),
            path,
            length,
        })
    }

    fn append(&mut self, rows: &str) -> Result<(), FolderError> {
        self.length += rows.len() as u64;
        self.file
            .write_all(rows.as_bytes())
            .map_err(disk(&self.path))
    }

    fn flush(&mut self) -> Result<(), FolderError> {
        self.file.flush().map_err(disk(&self.path))
    }
}

impl Tables {
    /// Begins both tables in the folder at `path`.
    pub(super) fn create(path: &Path) -> Result<Self, FolderError> {
        Ok(Self {
            history: Table::create(path.join("history.csv"), HISTORY)?,
            gradients: Table::create(path.join("gradients.csv"), GRADIENTS)?,
            line: String::new(),
        })
    }

    /// Goes on with both tables in the folder at `path` from these lengths.
    pub(super) fn cut_back(path: &Path, lengths: TableLengths) -> Result<Self, FolderError> {
        Ok(Self {
            history: Table::cut_back(path.join("history.csv"), lengths.history)?,
            gradients: Table::cut_back(path.join("gradients.csv"), lengths.gradients)?,
            line: String::new(),
        })
    }

    /// What was appended so far.
    #[must_use]
    pub fn lengths(&self) -> TableLengths {
        TableLengths {
            history: self.history.length,
            gradients: self.gradients.length,
        }
    }

    /// The files, for somebody else to wait until what was handed to the file system outlasts a power cut.
    ///
    /// # Errors
    /// Whatever the system says.
    pub fn handles(&self) -> io::Result<[File; 2]> {
        Ok([
            self.history.file.get_ref().try_clone()?,
            self.gradients.file.get_ref().try_clone()?,
        ])
    }

    pub(super) fn flush(&mut self) -> Result<(), FolderError> {
        self.history.flush()?;
        self.gradients.flush()
    }

    /// Appends one step.
    pub(super) fn append(
        &mut self,
        record: &StepRecord,
        tensors: &[String],
    ) -> Result<(), FolderError> {
        use std::fmt::Write as _;
        let Self {
            history,
            gradients,
            line,
        } = self;
        line.clear();
        let StepRecord {
            step,
            epoch,
            seconds,
            learning_rate,
            train_loss,
            grad_norm,
            grad_norm_clipped,
            update_norm,
            weight_norm,
            validation_loss,
            tensor_norms,
            // Written whole, at the run's end.
            flow: _,
        } = record;
        let mut write = |text: std::fmt::Arguments<'_>| {
            line.write_fmt(text).expect("a string takes any text");
        };
        write(format_args!(
            "{step},{epoch},{seconds:.6},{}",
            Cell(*learning_rate)
        ));
        for value in [
            train_loss,
            grad_norm,
            grad_norm_clipped,
            update_norm,
            weight_norm,
        ] {
            write(format_args!(",{}", Cell(*value)));
        }
        write(format_args!(
            ",{}\n",
            Cell(validation_loss.unwrap_or(f64::NAN))
        ));
        history.append(line)?;
        if !tensor_norms.is_empty() {
            line.clear();
            for (tensor, norms) in tensors.iter().zip(tensor_norms) {
                writeln!(
                    line,
                    "{step},{tensor},{},{}",
                    Cell32(norms[0]),
                    Cell32(norms[1])
                )
                .expect("a string takes any text");
            }
            gradients.append(line)?;
        }
        Ok(())
    }
}

/// A number in a table: the shortest text that reads back as itself, nothing where it is not finite.
pub(super) struct Cell(pub(super) f64);

impl std::fmt::Display for Cell {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let size = self.0.abs();
        if !size.is_finite() {
            Ok(())
        } else if size != 0.0 && !(1e-5..1e16).contains(&size) {
            write!(f, "{:e}", self.0)
        } else {
            write!(f, "{}", self.0)
        }
    }
}

/// As [`Cell`] for numbers that were computed with 32 bits.
pub(super) struct Cell32(pub(super) f32);

impl std::fmt::Display for Cell32 {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let size = self.0.abs();
        if !size.is_finite() {
            Ok(())
        } else if size != 0.0 && !(1e-5..1e9).contains(&size) {
            write!(f, "{:e}", self.0)
        } else {
            write!(f, "{}", self.0)
        }
    }
}
