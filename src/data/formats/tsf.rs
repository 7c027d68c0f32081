//! The Monash archive's `.tsf`: one series a line, its attributes and then its values between `:`.
//!
//! The form: Godahewa et al. 2021, <https://forecastingdata.org>.

use super::{
    super::{
        Column, ColumnKind, DataError, Format, Table, TimeInfo, Words, pace::shifted, time,
        typed::MAX_VALUES,
    },
    number,
};
use jiff::{Span, civil::DateTime};

/// Reads a `.tsf` file: columns `series_name` and the like, `time` and `value`.
///
/// # Errors
/// Whatever is not of the form, by its line.
pub fn parse(source: &str, text: &str) -> Result<Table, DataError> {
    let at = |line: u64, message: String| DataError::file(source, message).at_line(line);
    let mut attributes: Vec<(String, String)> = Vec::new();
    let mut frequency = None;
    let mut lines = text
        .lines()
        .zip(1_u64..)
        .map(|(line, at)| (line.trim(), at));
    let mut begun = false;
    for (line, place) in lines.by_ref() {
        let mut words = line.split_whitespace();
        match words.next().unwrap_or_default().to_lowercase().as_str() {
            "@data" => {
                begun = true;
                break;
            }
            "@attribute" => {
                let (Some(name), Some(kind)) = (words.next(), words.next()) else {
                    return Err(at(
                        place,
                        "@attribute takes a name and string, numeric or date".into(),
                    ));
                };
                attributes.push((name.to_owned(), kind.to_lowercase()));
            }
            "@frequency" => frequency = words.next().map(str::to_lowercase),
            tag if tag.is_empty() || tag.starts_with('#') || tag.starts_with('@') => {}
            _ => {
                return Err(at(
                    place,
                    "is neither a comment (#), a tag (@) nor below @data; correct it".into(),
                ));
            }
        }
    }
    if !begun {
        return Err(DataError::file(
            source,
            "has no line @data, so it is no .tsf file; give one, or save the series as CSV",
        ));
    }
    let mut notes = Vec::new();
    let step = frequency.as_deref().and_then(span);
    if let Some(frequency) = &frequency
        && step.is_none()
    {
        notes.push(format!(
            "the frequency \"{frequency}\" is none of the archive's; rows are numbered"
        ));
    }
    let start_at = attributes
        .iter()
        .position(|(_, kind)| kind == "date")
        .filter(|_| step.is_some());
    let mut texts: Vec<Words> = vec![Words::default(); attributes.len()];
    let (mut values, mut times, mut series) = (Vec::new(), Vec::new(), Vec::new());
    for (line, place) in lines {
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        // A date's clock is written with dashes, so that `:` parts fields alone.
        let fields: Vec<&str> = line.split(':').collect();
        if fields.len() != attributes.len() + 1 {
            return Err(at(
                place,
                format!(
                    "has {} fields where the attributes and the values are {}; correct it",
                    fields.len(),
                    attributes.len() + 1
                ),
            ));
        }
        let first = values.len();
        for cell in fields[attributes.len()].split(',') {
            values.push(number(cell).ok_or_else(|| {
                let shown: String = cell.trim().chars().take(40).collect();
                at(place, format!("\"{shown}\" is no finite number; correct it, or write ? where it is missing"))
            })?);
        }
        let rows = values.len() - first;
        if values.len().saturating_mul(2 + attributes.len()) > MAX_VALUES {
            return Err(at(
                place,
                format!(
                    "the file holds more than {MAX_VALUES} cells up to here, the most that is loaded; cut it into pieces"
                ),
            ));
        }
        for (texts, cell) in texts.iter_mut().zip(&fields) {
            texts.extend(std::iter::repeat_n(cell.trim(), rows));
        }
        if let (Some(start_at), Some((step, pattern))) = (start_at, &step) {
            let start = moment(fields[start_at].trim()).ok_or_else(|| {
                at(
                    place,
                    format!(
                        "\"{}\" is no date such as 1979-01-01 00-00-00",
                        fields[start_at].trim()
                    ),
                )
            })?;
            for k in 0..rows {
                times.push(
                    shifted(start, *step, k)
                        .and_then(|t| super::super::moment::write(pattern, t, None))
                        .ok_or_else(|| {
                            at(
                                place,
                                "its times leave the calendar; correct its start".into(),
                            )
                        })?,
                );
            }
        }
        series.push(first..values.len());
    }
    if series.is_empty() {
        return Err(DataError::file(
            source,
            "has no series after @data; give one a line",
        ));
    }
    let mut columns: Vec<Column> = Vec::new();
    for ((name, _), texts) in attributes
        .iter()
        .zip(texts)
        .filter(|((_, kind), _)| kind != "date" || start_at.is_none())
    {
        columns.push(Column {
            name: name.clone(),
            kind: ColumnKind::Category,
            numbers: Vec::new(),
            texts,
            stray: None,
        });
    }
    let mut clock: Option<TimeInfo> = None;
    if !times.is_empty() {
        columns.push(Column {
            name: "time".into(),
            kind: ColumnKind::Time,
            numbers: Vec::new(),
            texts: times.into_iter().collect(),
            stray: None,
        });
        let longest = series.iter().max_by_key(|series| series.len()).cloned();
        clock = Some(time::of_series(
            &columns,
            columns.len() - 1,
            longest.unwrap_or_default(),
        ));
    }
    columns.push(Column::of_numbers("value", values));
    Ok(Table {
        source: source.to_owned(),
        format: Format::Tsf,
        delimiter: None,
        columns,
        series,
        time: clock,
        notes,
        answers: None,
    })
}

/// A start: `1979-01-01 00-00-00`, or a date alone.
fn moment(text: &str) -> Option<DateTime> {
    ["%Y-%m-%d %H-%M-%S", "%Y-%m-%d", "%d-%m-%Y %H-%M-%S"]
        .iter()
        .find_map(|pattern| super::super::moment::parse(pattern, text))
        .map(|(time, _)| time)
}

/// The archive's word for a frequency, such as `half_hourly` or `10_minutes`, as the distance of rows
/// and a pattern that writes their times.
fn span(word: &str) -> Option<(Span, &'static str)> {
    const DAY: &str = "%Y-%m-%d";
    const CLOCK: &str = "%Y-%m-%d %H:%M:%S";
    Some(match word {
        "yearly" => (Span::new().years(1), DAY),
        "quarterly" => (Span::new().months(3), DAY),
        "monthly" => (Span::new().months(1), DAY),
        "weekly" => (Span::new().days(7), DAY),
        "daily" => (Span::new().days(1), DAY),
        "hourly" => (Span::new().hours(1), CLOCK),
        "half_hourly" => (Span::new().minutes(30), CLOCK),
        "minutely" => (Span::new().minutes(1), CLOCK),
        "secondly" => (Span::new().seconds(1), CLOCK),
        _ => {
            let (count, unit) = word.split_once('_')?;
            let count: i64 = count
                .parse()
                .ok()
                .filter(|count| (1..100_000).contains(count))?;
            match unit {
                "seconds" => (Span::new().seconds(count), CLOCK),
                "minutes" => (Span::new().minutes(count), CLOCK),
                "hours" => (Span::new().hours(count), CLOCK),
                _ => return None,
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn series_have_their_own_starts_and_one_frequency() {
        let text = "# c\n@relation x\n@attribute series_name string\n@attribute start_timestamp date\n@frequency half_hourly\n@missing true\n@data\nT1:2020-01-01 23-30-00:1,2,?\nT2:2021-01-01 00-00-00:4,5\n";
        let table = parse("x.tsf", text).expect("a table");
        assert_eq!(table.series, [0..3, 3..5]);
        assert_eq!(&table.columns[1].texts[1], "2020-01-02 00:00:00");
        assert_eq!(
            table
                .time
                .as_ref()
                .and_then(|t| t.frequency.clone())
                .as_deref(),
            Some("PT30M")
        );
        assert!(table.columns[2].numbers[2].is_nan());
        assert_eq!(&table.columns[0].texts[4], "T2");
    }

    #[test]
    fn what_is_wrong_is_named_by_its_line() {
        let head = "@attribute series_name string\n@frequency daily\n@data\n";
        for (body, expected) in [
            ("T1:1,x", "line 4: \"x\" is no finite number"),
            ("1,2", "line 4: has 1 fields"),
            ("", "has no series"),
        ] {
            let error = parse("x.tsf", &format!("{head}{body}"))
                .expect_err(body)
                .to_string();
            assert!(error.contains(expected), "{error}");
        }
        assert!(parse("x.tsf", "nothing").is_err());
    }
}
