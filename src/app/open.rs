//! Opens the window, and says why where that fails.

use super::rhythm::Rhythm;
use super::{App, renderer, settings, text};
use eframe::CreationContext;
use eframe::egui::ViewportBuilder;
use log::{Level, LevelFilter, Log, Metadata, Record};
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};
use winit::event_loop::EventLoop;

/// Opens the window, on `open` or else on the first scenario, and returns when it is closed.
///
/// # Errors
/// A system that gives no window: why.
pub fn run(open: Option<PathBuf>) -> Result<(), String> {
    renderer::keep_memory();
    let options = eframe::NativeOptions {
        viewport: ViewportBuilder::default()
            .with_title(text::TITLE.get())
            .with_app_id("optimizer-explorer")
            .with_inner_size([1280.0, 800.0])
            .with_min_inner_size([1024.0, 640.0])
            .with_drag_and_drop(true),
        renderer: eframe::Renderer::Glow,
        // Colours here are flat: against the bands of smooth ones it does nothing, and where a processor draws
        // in a graphics card's place it costs every point.
        dithering: false,
        ..eframe::NativeOptions::default()
    };
    // A loop of our own, so that what asks for frames can be told to wait.
    let event_loop = EventLoop::with_user_event()
        .build()
        .map_err(|error| error.to_string())?;
    let proxy = event_loop.create_proxy();
    let create = |creation: &CreationContext<'_>| {
        let ctx = &creation.egui_ctx;
        if let Some(gl) = &creation.gl {
            renderer::spare(ctx, gl);
        }
        let (folder, rhythm) = (settings::folder(), Rhythm::conducting(ctx, proxy));
        let app = App::in_rhythm(ctx, open, folder.as_deref(), rhythm);
        Ok(Box::new(app) as Box<dyn eframe::App>)
    };
    REASON.listen();
    let mut window = eframe::create_native(&text::TITLE, options, Box::new(create), &event_loop);
    event_loop
        .run_app(&mut window)
        .map_err(|error| error.to_string())?;
    REASON.take().map_or(Ok(()), Err)
}

/// Why eframe gave up, which it tells nobody but its log where the loop is not its own.
static REASON: Reason = Reason(Mutex::new(None));

struct Reason(Mutex<Option<String>>);

impl Reason {
    fn listen(&'static self) {
        // Nobody else listens in this program.
        if log::set_logger(self).is_ok() {
            log::set_max_level(LevelFilter::Error);
        }
    }

    fn take(&self) -> Option<String> {
        let mut reason = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        reason.take()
    }
}

impl Log for Reason {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.level() == Level::Error && metadata.target().starts_with("eframe")
    }

    fn log(&self, record: &Record<'_>) {
        if !self.enabled(record.metadata()) {
            return;
        }
        let line = record.args().to_string();
        if let Some(reason) = line.strip_prefix("Exiting because of error: ") {
            let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            *kept = Some(reason.to_owned());
        }
    }

    fn flush(&self) {}
}
