//! `inspect`: what the loader understands of a data file.

use super::{Ending, say};
use crate::data;
use crate::experiment::Generate;
use clap::Args;

/// Arguments of `inspect`.
#[derive(Debug, Args)]
pub struct InspectArguments {
    /// A data file, or builtin:NAME or generate:NAME.
    data: String,
    /// As JSON.
    #[arg(long)]
    json: bool,
}

pub(super) fn inspect(arguments: &InspectArguments) -> Result<(), Ending> {
    let generate = Generate::for_source(&arguments.data);
    let table = data::load(&arguments.data, &generate, 7)
        .map_err(|error| Ending::Failed(error.to_string()))?;
    let inspection = data::inspect(&table);
    if arguments.json {
        let json = serde_json::to_string_pretty(&inspection).expect("plain data");
        say(&format!("{json}\n"));
    } else {
        say(&inspection.to_string());
    }
    Ok(())
}
