//! Which columns of a table become inputs, and which of them a step names.

use crate::data::{DataError, Table};
use crate::experiment::{Data, FillMethod, Prepare};

/// The input columns that the settings name: targets, then features.
///
/// # Errors
/// With the key of what is no column, or no numeric one.
pub(in super::super) fn choose(table: &Table, settings: &Data) -> Result<Vec<usize>, DataError> {
    let mut columns = Vec::new();
    if settings.targets.is_empty() {
        columns.push(table.default_target_but(table.column(&settings.time))?);
    }
    for (key, names) in [
        ("data.targets", &settings.targets),
        ("data.features", &settings.features),
    ] {
        for (index, name) in names.iter().enumerate() {
            let key = format!("{key}.{index}");
            let Some(column) = table.column(name) else {
                return Err(DataError::setting(
                    key,
                    format!(
                        "there is no column \"{name}\" in {}; there are {}",
                        table.source,
                        table.names()
                    ),
                ));
            };
            if columns.contains(&column) {
                return Err(DataError::setting(
                    key,
                    format!("\"{name}\" is an input already; leave it out here"),
                ));
            }
            let text = !table.columns[column].is_numeric();
            if text && key.starts_with("data.features") && is_encoded(settings, name) {
                columns.push(column);
                continue;
            }
            if text && table.columns[column].stray.is_none() {
                let message = if key.starts_with("data.targets") {
                    format!(
                        "\"{name}\" holds words, and a target is a column of numbers; write a number for each word in the file, or choose another column"
                    )
                } else {
                    format!(
                        "\"{name}\" holds words; add a step \"encode\" that makes numbers of them, or leave it out"
                    )
                };
                return Err(DataError::setting(key, message));
            }
            table.numeric(column)?;
            columns.push(column);
        }
    }
    // Texts that a step makes numbers of are inputs without being named twice.
    for (number, step) in settings.steps() {
        let Prepare::Encode(encode) = step else {
            continue;
        };
        for (index, name) in encode.columns.iter().enumerate() {
            let column = table.column(name).ok_or_else(|| {
                DataError::setting(
                    format!("data.prepare.{number}.columns.{index}"),
                    format!("there is no column \"{name}\"; there are {}", table.names()),
                )
            })?;
            if !columns.contains(&column) && !table.columns[column].is_numeric() {
                columns.push(column);
            }
        }
    }
    Ok(columns)
}

/// Whether a step makes numbers of the texts in column `name`.
fn is_encoded(settings: &Data, name: &str) -> bool {
    settings.steps().any(|(_, step)| match step {
        Prepare::Encode(encode) => {
            encode.columns.is_empty() || encode.columns.iter().any(|column| column == name)
        }
        _ => false,
    })
}

/// The columns called `names`, of numbers or of texts that `settings` have made numbers.
///
/// # Errors
/// Names all that are not there.
pub(in super::super) fn find_all(
    table: &Table,
    names: &[String],
    settings: &Data,
) -> Result<Vec<usize>, DataError> {
    let missing: Vec<&str> = names
        .iter()
        .filter(|name| table.column(name).is_none())
        .map(String::as_str)
        .collect();
    if !missing.is_empty() {
        return Err(DataError::file(
            &table.source,
            format!(
                "lacks the column{} {}, which the model reads (there are: {}); add or rename",
                if missing.len() > 1 { "s" } else { "" },
                missing.join(", "),
                table.names()
            ),
        ));
    }
    let found: Vec<usize> = names.iter().filter_map(|name| table.column(name)).collect();
    for &column in &found {
        if !is_encoded(settings, &table.columns[column].name) {
            table.numeric(column)?;
        }
    }
    Ok(found)
}

/// The inputs that a step's `columns` name; all where it names none.
pub(in super::super) fn inputs_of(columns: &[String], names: &[String]) -> Vec<usize> {
    (0..names.len())
        .filter(|&input| columns.is_empty() || columns.contains(&names[input]))
        .collect()
}

/// Checks that a step's columns are inputs.
///
/// # Errors
/// With the key of one that is none.
pub(in super::super) fn check_columns(
    columns: &[String],
    names: &[String],
    step: usize,
) -> Result<(), DataError> {
    match columns.iter().position(|column| !names.contains(column)) {
        None => Ok(()),
        Some(index) => Err(DataError::setting(
            format!("data.prepare.{step}.columns.{index}"),
            format!(
                "\"{}\" is neither a target nor a feature (those are: {}); add it to data.features or leave it out here",
                columns[index],
                names.join(", ")
            ),
        )),
    }
}

/// The `drop` steps by their place, each with the inputs whose missing values it minds: those that no
/// earlier step fills. Checks the columns of all steps on the way.
///
/// # Errors
/// With the key of a column that is no input.
pub(in super::super) fn drops(
    names: &[String],
    settings: &Data,
) -> Result<Vec<(usize, Vec<usize>)>, DataError> {
    let mut filled: Vec<(usize, usize)> = Vec::new();
    let mut drops = Vec::new();
    for (step, prepare) in settings.steps() {
        let Prepare::Fill(fill) = prepare else {
            continue;
        };
        check_columns(&fill.columns, names, step)?;
        let inputs = inputs_of(&fill.columns, names);
        if fill.method == FillMethod::Drop {
            let open = |input: &usize| !filled.iter().any(|(done, gap)| done == input && *gap == 0);
            drops.push((step, inputs.into_iter().filter(open).collect()));
        } else {
            filled.extend(inputs.into_iter().map(|input| (input, fill.max_gap)));
        }
    }
    Ok(drops)
}
