//! Files of settings and pictures: asked for in a dialog, read and written.

use super::{Inner, Runner, block_on};
use crate::app::actions::{Ask, Message, Unwritten};
use crate::app::text;
use crate::experiment::{Document, Experiment};
use crate::files;
use std::path::Path;

impl Runner {
    pub(super) fn browse(&mut self, ask: Ask, name: &str) {
        // The dialog is made here, as some systems want that on the window's thread, and awaited on
        // another one, as it may never come back.
        let dialog = rfd::AsyncFileDialog::new().set_title(text::ask(ask).get());
        match ask {
            Ask::Open | Ask::StartFrom | Ask::MovedData => {
                let picked = dialog.pick_file();
                self.on_a_thread(move || answer(ask, block_on::block_on(picked)));
            }
            Ask::Export if Path::new(name).extension().is_none() => {
                let picked = dialog.pick_folder();
                self.on_a_thread(move || answer(ask, block_on::block_on(picked)));
            }
            Ask::SaveAs | Ask::SaveFigure | Ask::Export => {
                let ending = Path::new(name).extension().unwrap_or_default();
                let ending = ending.to_string_lossy();
                let picked = dialog
                    .add_filter(ending.to_uppercase(), &[&ending])
                    .set_file_name(name)
                    .save_file();
                self.on_a_thread(move || answer(ask, block_on::block_on(picked)));
            }
        }
    }
}

fn answer(ask: Ask, picked: Option<rfd::FileHandle>) -> Inner {
    let path = picked.map(|file| file.path().to_owned());
    Inner::Message(Message::Browsed(ask, path))
}

pub(super) fn read(path: &Path) -> Result<Experiment, String> {
    let bytes = std::fs::read(path).map_err(|error| text::not_read(path, &error.to_string()))?;
    let text = String::from_utf8(bytes).map_err(|_| text::not_read(path, &text::NOT_TEXT))?;
    Document::parse(&text, Some(path))
        .map_err(|error| vec![error])
        .and_then(|document| document.draft(&[]))
        .map_err(|errors| {
            let lines: Vec<String> = errors.iter().map(text::of_document).collect();
            lines.join("\n")
        })
}

pub(super) fn write(path: &Path, bytes: &[u8], overwrite: bool) -> Result<(), Unwritten> {
    if !overwrite && path.exists() {
        return Err(Unwritten::Exists);
    }
    files::write_whole(path, bytes).map_err(|error| Unwritten::Failed(error.to_string()))
}
