//! A run as a TensorBoard event file.
//!
//! An event file is a row of records: the length of an event (8 bytes), a checksum of these, the event as a
//! protocol-buffer message, a checksum of that. Checksums are CRC-32C, turned and shifted ("masked") as
//! TensorFlow does.

use super::model::ExportError;
use super::runs::ReadRun;
use crate::files::write_whole;
use crate::record::StepRecord;
use prost::Message;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

/// `tensorflow.Event`, as far as it is used here.
#[derive(Clone, PartialEq, Message)]
struct Event {
    /// Seconds since 1970.
    #[prost(double, tag = "1")]
    wall_time: f64,
    #[prost(int64, tag = "2")]
    step: i64,
    #[prost(string, optional, tag = "3")]
    file_version: Option<String>,
    #[prost(message, optional, tag = "5")]
    summary: Option<Summary>,
}

/// `tensorflow.Summary`.
#[derive(Clone, PartialEq, Message)]
struct Summary {
    #[prost(message, repeated, tag = "1")]
    value: Vec<Scalar>,
}

/// `tensorflow.Summary.Value` with a plain number.
#[derive(Clone, PartialEq, Message)]
struct Scalar {
    #[prost(string, tag = "1")]
    tag: String,
    #[prost(float, optional, tag = "2")]
    simple_value: Option<f32>,
}

/// Writes an event file for each run into a folder of its own below `folder`, or into `folder` itself where there
/// is one run; says which files.
///
/// # Errors
/// Whatever the file system says.
pub fn save(runs: &[ReadRun], folder: &Path) -> Result<Vec<PathBuf>, ExportError> {
    let mut files = Vec::new();
    for run in runs {
        let folder = if runs.len() == 1 {
            folder.to_owned()
        } else {
            folder.join(run.file_name())
        };
        let end = ended(run);
        let path = folder.join(format!(
            "events.out.tfevents.{}.{}",
            end as u64,
            env!("CARGO_PKG_NAME")
        ));
        let disk = |cause| ExportError::Disk {
            path: path.clone(),
            cause,
        };
        std::fs::create_dir_all(&folder).map_err(disk)?;
        write_whole(&path, &events(&run.past.records, end)).map_err(disk)?;
        files.push(path);
    }
    Ok(files)
}

/// When the run's last row was written, in seconds since 1970.
fn ended(run: &ReadRun) -> f64 {
    let since = (run.written).and_then(|time| time.duration_since(UNIX_EPOCH).ok());
    since.map_or(0.0, |since| since.as_secs_f64())
}

/// The whole file; the last row was written at `end`.
fn events(records: &[StepRecord], end: f64) -> Vec<u8> {
    let length = records.last().map_or(0.0, |record| record.seconds);
    let begin = end - length;
    let mut file = Vec::new();
    append(
        &mut file,
        &Event {
            wall_time: begin,
            file_version: Some("brain.Event:2".to_owned()),
            ..Event::default()
        },
    );
    for record in records {
        let scalars = [
            ("loss/training", Some(record.train_loss)),
            ("loss/validation", record.validation_loss),
            ("learning_rate", Some(record.learning_rate)),
            ("norm/gradient", Some(record.grad_norm)),
            ("norm/gradient_clipped", Some(record.grad_norm_clipped)),
            ("norm/update", Some(record.update_norm)),
            ("norm/weights", Some(record.weight_norm)),
        ];
        let value = scalars
            .into_iter()
            .filter_map(|(tag, value)| {
                Some(Scalar {
                    tag: tag.to_owned(),
                    simple_value: Some(value? as f32),
                })
            })
            .collect();
        append(
            &mut file,
            &Event {
                wall_time: begin + record.seconds,
                step: record.step as i64,
                file_version: None,
                summary: Some(Summary { value }),
            },
        );
    }
    file
}

fn append(file: &mut Vec<u8>, event: &Event) {
    let event = event.encode_to_vec();
    let length = (event.len() as u64).to_le_bytes();
    file.extend(length);
    file.extend(masked(&length).to_le_bytes());
    file.extend(&event);
    file.extend(masked(&event).to_le_bytes());
}

/// TensorFlow's masked checksum.
fn masked(bytes: &[u8]) -> u32 {
    crc32c::crc32c(bytes)
        .rotate_right(15)
        .wrapping_add(0xa282_ead8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checksum_is_tensorflows() {
        // TensorBoard's own `masked_crc32c(struct.pack("<Q", 24))`.
        assert_eq!(masked(&24_u64.to_le_bytes()), 0x224b_7fa3);
    }
}
