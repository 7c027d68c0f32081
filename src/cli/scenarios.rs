//! `scenarios`: what comes with the program.

use super::{Ending, say};
use crate::scenarios::{ALL, named};
use clap::Args;

/// Arguments of `scenarios`.
#[derive(Debug, Args)]
pub struct ScenarioArguments {
    /// The scenario to print as an experiment file.
    name: Option<String>,
}

pub(super) fn scenarios(arguments: &ScenarioArguments) -> Result<(), Ending> {
    let Some(name) = &arguments.name else {
        let width = ALL.iter().map(|s| s.name.len()).max().unwrap_or(0);
        for scenario in ALL {
            say(&format!("{:width$}  {}\n", scenario.name, scenario.title));
        }
        return Ok(());
    };
    let scenario = named(name).ok_or_else(|| {
        let names: Vec<_> = ALL.iter().map(|s| s.name).collect();
        Ending::Usage(format!(
            "there is no scenario \"{name}\"; there are {}",
            names.join(", ")
        ))
    })?;
    for line in wrapped(scenario.lesson, 98) {
        say(&format!("# {line}\n"));
    }
    say(scenario.toml);
    Ok(())
}

/// Lines of at most `width` characters, broken at blanks.
fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}
