//! Apache Parquet: the plain columns of a file as a table.
//!
//! The crate's record reader is enough and needs no arrow, whose build takes minutes.

use super::super::{
    DataError, Format, Table,
    typed::{self, Origin},
};
use super::{MOST_CELLS, MOST_TEXT, TIME, brief, too_much_text, trim_times};
use bytes::Bytes;
use csv::StringRecord;
use jiff::{Timestamp, Unit, civil::Date};
use parquet::basic::{LogicalType, TimeUnit};
use parquet::errors::ParquetError;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::Field;
use parquet::schema::types::{Type, TypePtr};
use std::sync::Arc;

/// Reads all columns that hold single values; nested ones are left out, with a note.
///
/// # Errors
/// A damaged file, one compressed by what is not compiled in, one with more cells than are loaded.
pub fn parse(source: &str, bytes: Vec<u8>) -> Result<Table, DataError> {
    let refused = |error: ParquetError| {
        let what = brief(&error);
        let how = if what.contains("feature") {
            "save it compressed by snappy, gzip, zstd or lz4, or as CSV"
        } else {
            "get or save it anew, or as CSV"
        };
        DataError::file(source, format!("cannot be read as Parquet ({what}); {how}"))
    };
    let reader = SerializedFileReader::new(Bytes::from(bytes)).map_err(refused)?;
    let schema = reader.metadata().file_metadata().schema();
    let (plain, nested): (Vec<&TypePtr>, Vec<&TypePtr>) = schema
        .get_fields()
        .iter()
        .partition(|field| field.is_primitive());
    if plain.is_empty() {
        return Err(DataError::file(
            source,
            "has no column of single values; save the columns to learn from by themselves",
        ));
    }
    let rows = usize::try_from(reader.metadata().file_metadata().num_rows()).unwrap_or(0);
    if rows.saturating_mul(plain.len()) > MOST_CELLS {
        return Err(DataError::file(
            source,
            format!(
                "holds more than {MOST_CELLS} cells, the most that is loaded of Parquet; thin it out or cut it into pieces"
            ),
        ));
    }
    let units: Vec<i64> = plain.iter().map(|field| unit(field)).collect();
    let fields = plain.iter().map(|field| Arc::clone(field)).collect();
    let wanted = Type::group_type_builder(schema.name())
        .with_fields(fields)
        .build()
        .map_err(refused)?;
    let (mut records, mut held) = (Vec::new(), 0);
    for row in reader.get_row_iter(Some(wanted)).map_err(refused)? {
        let row = row.map_err(refused)?;
        let cells = row
            .get_column_iter()
            .zip(&units)
            .map(|((_, field), unit)| text(field, *unit));
        let cells: Vec<String> = cells.collect();
        // A text that many rows share stands in the file once.
        held += cells.iter().map(String::len).sum::<usize>();
        if held > MOST_TEXT {
            return Err(DataError::file(source, too_much_text()));
        }
        records.push(cells);
    }
    trim_times(&mut records);
    let head = plain.iter().map(|field| field.name()).collect::<Vec<_>>();
    let records: Vec<(u64, StringRecord)> = std::iter::once(StringRecord::from(head))
        .chain(records.into_iter().map(StringRecord::from))
        .zip(0..)
        .map(|(record, at)| (at, record))
        .collect();
    let mut table = typed::table(
        &Origin {
            source,
            format: Format::Parquet,
            delimiter: None,
            header: Some(true),
        },
        records,
    )?;
    if !nested.is_empty() {
        let names: Vec<&str> = nested.iter().map(|field| field.name()).collect();
        table.notes.push(format!(
            "columns of lists or structures are left out: {}",
            names.join(", ")
        ));
    }
    Ok(table)
}

/// Parts of a second that a whole number of this column counts; 0 where it is no time. The record reader
/// itself knows milliseconds and microseconds.
fn unit(field: &TypePtr) -> i64 {
    match field.get_basic_info().logical_type_ref() {
        Some(LogicalType::Timestamp(kind)) => match kind.unit {
            TimeUnit::MILLIS => 1_000,
            TimeUnit::MICROS => 1_000_000,
            TimeUnit::NANOS => 1_000_000_000,
        },
        _ => 0,
    }
}

/// A value as text: numbers so that they read back as themselves, times as ISO 8601.
fn text(field: &Field, unit: i64) -> String {
    match field {
        Field::Bool(truth) => u8::from(*truth).to_string(),
        Field::Byte(x) => x.to_string(),
        Field::Short(x) => x.to_string(),
        Field::Int(x) => x.to_string(),
        Field::Long(x) if unit > 0 => moment(*x, unit),
        Field::Long(x) => x.to_string(),
        Field::UByte(x) => x.to_string(),
        Field::UShort(x) => x.to_string(),
        Field::UInt(x) => x.to_string(),
        Field::ULong(x) => x.to_string(),
        Field::Float16(x) => f32::from(*x).to_string(),
        Field::Float(x) => x.to_string(),
        Field::Double(x) => x.to_string(),
        Field::Decimal(_) => field.to_string(),
        Field::Str(text) => text.clone(),
        Field::Date(days) => date(*days),
        Field::TimestampMillis(x) => moment(*x, 1_000),
        Field::TimestampMicros(x) => moment(*x, 1_000_000),
        Field::TimeMillis(x) => x.to_string(),
        Field::TimeMicros(x) => x.to_string(),
        Field::Null
        | Field::Bytes(_)
        | Field::Group(_)
        | Field::ListInternal(_)
        | Field::MapInternal(_) => String::new(),
    }
}

fn date(days: i32) -> String {
    jiff::Span::new()
        .try_days(days)
        .and_then(|span| Date::constant(1970, 1, 1).checked_add(span))
        .map_or_else(|_| String::new(), |day| day.to_string())
}

/// `count` parts of a second since 1970, `unit` of them in one, to the millisecond.
fn moment(count: i64, unit: i64) -> String {
    let nanoseconds = i128::from(count) * i128::from(1_000_000_000 / unit);
    Timestamp::from_nanosecond(nanoseconds)
        .and_then(|time| time.round(Unit::Millisecond))
        .map(|time| {
            let text = time.strftime("%Y-%m-%d %H:%M:%S%.3f").to_string();
            format!("{TIME}{text}")
        })
        .unwrap_or_default()
}
