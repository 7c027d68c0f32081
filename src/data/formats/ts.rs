//! sktime's and the UEA archive's `.ts`: one case a line, its dimensions between `:`, the values of
//! each between `,`, the class or the target last.
//!
//! The form: <https://www.sktime.net/en/stable/api_reference/file_specifications/ts.html>.

use super::{
    super::{AnswerValues, Answers, Column, DataError, Format, Table, typed::MAX_VALUES},
    classes, number,
};

/// What the lines above `@data` say.
#[derive(Default)]
struct Header {
    name: String,
    timestamps: bool,
    /// Names of the classes in the file's order, where cases have one.
    classes: Option<Vec<String>>,
    /// Whether a number goes with each case.
    target: bool,
    dimensions: Option<usize>,
    length: Option<usize>,
}

/// Reads a `.ts` file.
///
/// # Errors
/// Whatever is not of the form, by its line.
pub fn parse(source: &str, text: &str) -> Result<Table, DataError> {
    let at = |line: usize, message: String| DataError::file(source, message).at_line(line as u64);
    let mut header = Header::default();
    let mut lines = text.lines().zip(1..).map(|(line, at)| (line.trim(), at));
    let mut begun = false;
    for (line, number) in lines.by_ref() {
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        if line.eq_ignore_ascii_case("@data") {
            begun = true;
            break;
        }
        header.take(line).map_err(|message| at(number, message))?;
    }
    if !begun {
        return Err(DataError::file(
            source,
            "has no line @data, so it is no .ts file; give one, or save the series as CSV",
        ));
    }
    let labelled = header.classes.is_some() || header.target;
    let mut columns: Vec<Vec<f64>> = Vec::new();
    let mut series = Vec::new();
    let mut labels = Vec::new();
    for (line, number_of) in lines {
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let mut dimensions = fields(line);
        if labelled {
            if dimensions.len() < 2 {
                return Err(at(
                    number_of,
                    "has no class after its last `:`; add it, or set @classLabel false".into(),
                ));
            }
            labels.push((
                dimensions.pop().unwrap_or_default().trim().to_owned(),
                number_of,
            ));
        }
        if columns.is_empty() {
            columns = vec![Vec::new(); header.dimensions.unwrap_or(dimensions.len())];
        }
        if dimensions.len() != columns.len() {
            return Err(at(
                number_of,
                format!(
                    "has {} dimensions where {} are expected; give every case as many",
                    dimensions.len(),
                    columns.len()
                ),
            ));
        }
        let start = columns[0].len();
        for (place, (column, cells)) in columns.iter_mut().zip(&dimensions).enumerate() {
            values(cells, header.timestamps, column)
                .map_err(|message| at(number_of, message).in_column(&format!("dim_{place}")))?;
        }
        let longest = columns.iter().map(Vec::len).max().unwrap_or(start);
        if longest == start {
            return Err(at(number_of, "has no values; take the line out".into()));
        }
        // Dimensions of one case may be cut off at different times: what is not there is missing.
        for column in &mut columns {
            column.resize(longest, f64::NAN);
        }
        if let Some(length) = header.length
            && longest - start != length
        {
            return Err(at(
                number_of,
                format!(
                    "has {} values where @seriesLength says {length}; correct one of them",
                    longest - start
                ),
            ));
        }
        if longest.saturating_mul(columns.len()) > MAX_VALUES {
            return Err(at(
                number_of,
                format!(
                    "holds more than {MAX_VALUES} values up to here, the most that is loaded; cut it into pieces"
                ),
            ));
        }
        series.push(start..longest);
    }
    if series.is_empty() {
        return Err(DataError::file(
            source,
            "has no case after @data; give one a line",
        ));
    }
    let answers = header
        .answers(&labels)
        .map_err(|(line, message)| at(line, message))?;
    let single = columns.len() == 1;
    Ok(Table {
        source: source.to_owned(),
        format: Format::Ts,
        delimiter: None,
        columns: columns
            .into_iter()
            .enumerate()
            .map(|(place, values)| {
                let name = if single {
                    "value".to_owned()
                } else {
                    format!("dim_{place}")
                };
                Column::of_numbers(&name, values)
            })
            .collect(),
        series,
        time: None,
        notes: if header.timestamps {
            vec![
                "the times of single values are left out; values are taken to be evenly spaced"
                    .into(),
            ]
        } else {
            Vec::new()
        },
        answers: answers.map(|(name, values)| Answers {
            name,
            values,
            fresh: None,
            scaled: true,
        }),
    })
}

impl Header {
    fn take(&mut self, line: &str) -> Result<(), String> {
        let mut words = line.split_whitespace();
        let tag = words.next().unwrap_or_default().to_lowercase();
        let rest: Vec<&str> = words.collect();
        let truth = || match rest.first().map(|word| word.to_lowercase()).as_deref() {
            Some("true") => Ok(true),
            Some("false") => Ok(false),
            _ => Err(format!("{tag} is followed by true or false")),
        };
        let count = || {
            rest.first()
                .and_then(|word| word.parse::<usize>().ok())
                .filter(|&count| (1..=1_000_000).contains(&count))
                .ok_or_else(|| format!("{tag} is followed by a whole number of at least 1"))
        };
        match tag.as_str() {
            "@problemname" => self.name = rest.join(" "),
            "@timestamps" => self.timestamps = truth()?,
            "@classlabel" => {
                if truth()? {
                    let mut names: Vec<String> = rest[1..].iter().map(|&w| w.to_owned()).collect();
                    names.dedup();
                    self.classes = Some(names);
                }
            }
            "@targetlabel" => self.target = truth()?,
            "@dimensions" | "@dimension" => self.dimensions = Some(count()?),
            "@serieslength" => {
                // Archives write 0 where lengths differ.
                self.length = rest
                    .first()
                    .and_then(|word| word.parse().ok())
                    .filter(|&length| length > 0);
            }
            "@univariate" => {
                if truth()? {
                    self.dimensions = Some(1);
                }
            }
            _ if tag.starts_with('@') => {}
            _ => {
                return Err(
                    "is neither a comment (#), a tag (@) nor below @data; correct it".to_owned(),
                );
            }
        }
        Ok(())
    }

    /// What goes with each case, from the labels and their lines.
    fn answers(
        &self,
        labels: &[(String, usize)],
    ) -> Result<Option<(String, AnswerValues)>, (usize, String)> {
        if let Some(names) = &self.classes {
            if !names.is_empty()
                && let Some((label, line)) = labels.iter().find(|(label, _)| !names.contains(label))
            {
                return Err((
                    *line,
                    format!(
                        "its class \"{label}\" is none of those that @classLabel names ({}); correct one of them",
                        names.join(", ")
                    ),
                ));
            }
            let labels: Vec<String> = labels.iter().map(|(label, _)| label.clone()).collect();
            return Ok(Some(("class".to_owned(), classes(&labels, names.clone()))));
        }
        if self.target {
            let mut numbers = Vec::with_capacity(labels.len());
            for (label, line) in labels {
                numbers.push(
                    number(label)
                        .ok_or_else(|| (*line, format!("its target \"{label}\" is no number")))?,
                );
            }
            return Ok(Some(("target".to_owned(), AnswerValues::Numbers(numbers))));
        }
        Ok(None)
    }
}

/// The fields of a line between `:`, those of times in parentheses left out.
fn fields(line: &str) -> Vec<&str> {
    let mut depth = 0_usize;
    line.split(|c: char| {
        match c {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        c == ':' && depth == 0
    })
    .collect()
}

/// Appends the values of one dimension: `1,2,?` or `(0,1),(1,2)` with times.
fn values(cells: &str, timestamps: bool, into: &mut Vec<f64>) -> Result<(), String> {
    let refused = |cell: &str| {
        let shown: String = cell.chars().take(40).collect();
        format!("\"{shown}\" is no finite number; correct it, or write ? where it is missing")
    };
    if cells.trim().is_empty() {
        return Ok(());
    }
    if !timestamps {
        for cell in cells.split(',') {
            into.push(number(cell).ok_or_else(|| refused(cell))?);
        }
        return Ok(());
    }
    for pair in cells.split(')') {
        let pair = pair.trim().trim_start_matches(',').trim();
        if pair.is_empty() {
            continue;
        }
        let value = pair
            .strip_prefix('(')
            .and_then(|pair| pair.rsplit_once(','))
            .map(|(_, value)| value)
            .ok_or_else(|| {
                format!(
                    "\"{}\" is not of the form (time,value)",
                    pair.chars().take(40).collect::<String>()
                )
            })?;
        into.push(number(value).ok_or_else(|| refused(value))?);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "# a comment\n@problemName Toy\n@timeStamps false\n@univariate false\n@classLabel true b a\n@data\n";

    #[test]
    fn cases_have_their_lengths_dimensions_and_classes() {
        let text = format!("{HEAD}1,2,3:4,5,6:a\n\n7,?:9,10:b\n");
        let table = parse("toy.ts", &text).expect("a table");
        assert_eq!(table.series, [0..3, 3..5]);
        assert_eq!(table.columns[1].numbers, [4.0, 5.0, 6.0, 9.0, 10.0]);
        assert!(table.columns[0].numbers[4].is_nan());
        let Some(Answers {
            values: AnswerValues::Classes { names, of },
            ..
        }) = table.answers
        else {
            panic!("classes");
        };
        assert_eq!((names.join(""), of), ("ba".to_owned(), vec![1, 0]));
    }

    #[test]
    fn times_and_targets_are_read() {
        let text =
            "@timestamps true\n@targetlabel true\n@data\n(0,1.5),(2009-01-01 00:00:00,2):4.5\n";
        let table = parse("toy.ts", text).expect("a table");
        assert_eq!(table.columns[0].numbers, [1.5, 2.0]);
        assert_eq!(
            table.answers.expect("answers").values,
            AnswerValues::Numbers(vec![4.5])
        );
    }

    #[test]
    fn what_is_wrong_is_named_by_its_line() {
        for (body, expected) in [
            (
                "1,x:2,3:a",
                "line 7, column \"dim_0\": \"x\" is no finite number",
            ),
            ("1,2", "line 7: has no class"),
            ("1:2:c", "line 7: its class \"c\" is none"),
            ("1:2:a\n1:2:3:a", "line 8: has 3 dimensions where 2"),
            (":a", "line 7: has no values"),
            ("", "has no case after @data"),
        ] {
            let error = parse("toy.ts", &format!("{HEAD}{body}\n"))
                .expect_err(body)
                .to_string();
            assert!(error.contains(expected), "{error} for {body}");
        }
    }
}
