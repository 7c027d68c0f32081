//! Reads the command line and calls the commands or the window; turns an ending into an exit status.

use optimizer_explorer::cli::{self, Ending};
use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

/// The system's allocator gives large tensors back after each step and clears them anew for the next:
/// a tenth of a step.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    // A worker's panic becomes a failed run with its message; anything else is this program's mistake.
    std::panic::set_hook(Box::new(|panic| {
        if std::thread::current().name() == Some("main") {
            let text = panic.to_string().replace('\n', " ");
            let _ = writeln!(
                std::io::stderr(),
                "optimizer-explorer: a mistake in this program: {text}; please report it"
            );
        }
    }));
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(ending) => {
            // With standard error closed there is nobody to tell.
            drop(writeln!(std::io::stderr(), "optimizer-explorer: {ending}"));
            ExitCode::from(ending.status())
        }
    }
}

fn run() -> Result<(), Ending> {
    let arguments = cli::arguments(std::env::args_os())?;
    if let Some(command) = &arguments.command {
        return cli::run(command);
    }
    if let Some(path) = &arguments.path
        && !path.exists()
    {
        return Err(Ending::Usage(format!(
            "\"{}\" is neither a command nor an existing file or folder; see `optimizer-explorer --help`",
            path.display()
        )));
    }
    if cfg!(feature = "gui") && has_display() {
        return window(arguments.path);
    }
    match arguments.path {
        None => cli::first_scenario(),
        Some(path) => Err(Ending::Usage(format!(
            "there is no display to open \"{0}\" in; use `optimizer-explorer train {0} --out DIR` for an experiment file or `optimizer-explorer inspect {0}` for data",
            path.display()
        ))),
    }
}

/// Whether a window has somewhere to appear; other systems than Linux and the BSDs always have.
fn has_display() -> bool {
    let set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    !cfg!(all(unix, not(target_os = "macos"))) || set("DISPLAY") || set("WAYLAND_DISPLAY")
}

#[cfg(feature = "gui")]
fn window(path: Option<PathBuf>) -> Result<(), Ending> {
    optimizer_explorer::app::run(path)
        .map_err(|error| Ending::Failed(format!("the window could not open: {error}")))
}

#[cfg(not(feature = "gui"))]
fn window(_: Option<PathBuf>) -> Result<(), Ending> {
    unreachable!("built without the window")
}
