//! The inside of a network over one window: every unit at every time step in colours, the units at one
//! time step as bars, and below them what goes in and what comes out.

mod choices;
mod pictures;

use super::frame::Form;
use super::{Axes, Plots, Sample, colours, in_place, key, title};
use crate::app::actions::Action;
use crate::app::inside::{Look, Wish};
use crate::app::runs::Run;
use crate::app::state::AppState;
use crate::app::{text, theme};
use crate::data::Part;
use crate::diagnose::flow::State;
use crate::experiment::Cell;
use crate::record::Status;
use crate::train::Inside;
use choices::{choices, sliders};
use eframe::egui::{
    Align2, Color32, ColorImage, Label, Rect, RichText, TextStyle, TextureHandle, TextureOptions,
    Ui, pos2,
};
use pictures::{in_and_out, lines, units_at, units_over_time};
use std::sync::Arc;

/// What the page remembers between frames.
#[derive(Default)]
pub struct Page {
    /// The run that was chosen, by its index.
    run: usize,
    layer: usize,
    what: What,
    part: Option<Part>,
    window: usize,
    /// Updates made; `None`: the latest there are.
    step: Option<u64>,
    /// `None`: the last one.
    time_step: Option<usize>,
    shown: Option<Shown>,
    axes: Axes,
}

impl Page {
    /// The axes of its plot of lines.
    pub fn axes(&mut self) -> &mut Axes {
        &mut self.axes
    }
}

/// What of a layer is on show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum What {
    State(State),
    /// The gate with this index.
    Gate(usize),
}

impl Default for What {
    fn default() -> Self {
        Self::State(State::Hidden)
    }
}

/// A picture, and what it was made of.
struct Shown {
    of: Arc<Inside>,
    layer: usize,
    what: What,
    middle: Color32,
    texture: TextureHandle,
    /// Values of the whole layer, `[T, H]`.
    values: Vec<f32>,
    units: usize,
    /// The largest size of a value that the colours tell apart.
    reach: f32,
}

impl std::fmt::Debug for Page {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Page")
            .field("run", &self.run)
            .field("layer", &self.layer)
            .field("what", &self.what)
            .field("step", &self.step)
            .finish_non_exhaustive()
    }
}

/// Draws the page into the space that there is.
pub fn show(ui: &mut Ui, plots: &mut Plots, state: &AppState) {
    let own_title = plots.own_title("inside", text::INSIDE);
    let (page, asked) = (&mut plots.inside, &mut plots.asked);
    let runs: Vec<(usize, &Run)> = state
        .shown_runs()
        .filter(|(_, run)| run.experiment.model.cell != Cell::Linear)
        .collect();
    let chosen = (runs.iter().find(|(index, _)| *index == page.run)).or_else(|| runs.first());
    let Some(&(index, run)) = chosen else {
        title(ui, own_title, |_| {});
        let words = if state.runs.is_empty() {
            text::NO_STATES_YET
        } else {
            text::NO_UNITS
        };
        say(ui, &words);
        return;
    };
    page.run = index;
    page.layer = page.layer.min(run.experiment.model.layers - 1);
    let look = state.inside.as_ref().filter(|look| look.wish.run == index);
    let found = look.and_then(|look| look.found.clone());
    title(ui, own_title, |ui| {
        choices(ui, page, &runs, run, found.as_deref());
    });
    let steps = steps_of(run);
    sliders(ui, page, &steps, found.as_deref());
    ask(page, &steps, look, asked);
    let problem = look.and_then(|look| look.problem.as_deref());
    let samples = (state.shown_series()).and_then(|series| series.samples.as_ref());
    let words = match (problem, &found) {
        (Some(problem), _) => RichText::new(problem).color(ui.visuals().warn_fg_color),
        (None, Some(inside)) => RichText::new(text::inside_verdict(inside, samples)).weak(),
        (None, None) => RichText::new(" "),
    };
    ui.add(Label::new(words).truncate());
    if let Some(inside) = found {
        keep_up(ui, page, &inside);
        draw(ui, page, &inside, run);
    } else {
        page.shown = None;
    }
}

fn say(ui: &Ui, words: &str) {
    ui.painter().text(
        ui.available_rect_before_wrap().center(),
        Align2::CENTER_CENTER,
        words,
        TextStyle::Body.resolve(ui.style()),
        ui.visuals().weak_text_color(),
    );
}

/// The steps at which the network can be looked into: the first, the kept ones, the last.
fn steps_of(run: &Run) -> Vec<u64> {
    let end = (run.status() == Some(Status::Finished)).then(|| run.steps());
    let mut steps = vec![run.first_step()];
    steps.extend(run.kept.iter().copied().chain(end));
    steps.sort_unstable();
    steps.dedup();
    steps
}

/// Asks for what is chosen, once.
fn ask(page: &Page, steps: &[u64], look: Option<&Look>, asked: &mut Vec<Action>) {
    let Some(&latest) = steps.last() else {
        return;
    };
    let wish = Wish {
        run: page.run,
        // What was forgotten since gives way to the nearest before it.
        step: page.step.map_or(latest, |step| {
            let after = steps.partition_point(|&other| other <= step);
            steps[after.max(1) - 1]
        }),
        part: page.part.unwrap_or(Part::Validation),
        window: page.window,
    };
    if look.is_none_or(|look| look.wish != wish) {
        asked.push(Action::LookInside(wish));
    }
}

/// Makes the picture where it is out of date.
fn keep_up(ui: &Ui, page: &mut Page, inside: &Arc<Inside>) {
    let middle = ui.visuals().extreme_bg_color;
    let same = |shown: &Shown| {
        Arc::ptr_eq(&shown.of, inside)
            && (shown.layer, shown.what, shown.middle) == (page.layer, page.what, middle)
    };
    if page.shown.as_ref().is_some_and(same) {
        return;
    }
    let Some(layer) = inside.layers.get(page.layer) else {
        page.shown = None;
        return;
    };
    let values = match page.what {
        What::State(State::Hidden) => &layer.hidden,
        What::State(State::Cell) => &layer.cell,
        What::Gate(index) => &layer.gates[index].1,
    };
    let steps = inside.time_steps().max(1);
    let units = values.len() / steps;
    let largest = values.iter().copied().filter(|v| v.is_finite());
    let largest = largest.fold(0.0_f32, |most, value| most.max(value.abs()));
    // Bounded states keep one scale over training.
    let reach = if largest <= 1.0 { 1.0 } else { largest };
    let pixels: Vec<Color32> = (0..units)
        .flat_map(|unit| (0..steps).map(move |step| values[step * units + unit]))
        .map(|value| colours::around(value / reach, middle))
        .collect();
    let image = ColorImage::new([steps, units], pixels);
    page.shown = Some(Shown {
        of: Arc::clone(inside),
        layer: page.layer,
        what: page.what,
        middle,
        texture: (ui.ctx()).load_texture("inside", image, TextureOptions::NEAREST),
        values: values.clone(),
        units,
        reach,
    });
}

fn draw(ui: &mut Ui, page: &mut Page, inside: &Inside, run: &Run) {
    const BARS: f32 = 220.0;
    let whole = ui.available_rect_before_wrap();
    let border = whole.right() - BARS.min(whole.width() * 0.3);
    let middle = whole.top() + (whole.height() * 0.56).round();
    let place = |from: (f32, f32), to: (f32, f32)| {
        Rect::from_min_max(pos2(from.0, from.1), pos2(to.0, to.1))
    };
    let gap = theme::GRID;
    let steps = inside.time_steps();
    let time_step = page.time_step.unwrap_or(usize::MAX).min(steps.max(1) - 1);
    let beyond = (inside.answers.last()).map_or(0, |(place, ..)| *place);
    let x = [-0.5, (beyond.max(steps.max(1) - 1)) as f64 + 0.5];
    if let Some(shown) = &page.shown {
        let left = place((whole.left(), whole.top()), (border - gap, middle - gap));
        in_place(ui, left, |ui| units_over_time(ui, shown, run, x, time_step));
        let right = place((border, whole.top()), (whole.right(), middle - gap));
        in_place(ui, right, |ui| units_at(ui, shown, time_step));
    }
    let left = place((whole.left(), middle), (border - gap, whole.bottom()));
    let right = place((border, middle), (whole.right(), whole.bottom()));
    let lines = lines(ui, inside, run);
    in_place(ui, right, |ui| {
        ui.add_space(2.0 * gap);
        ui.label(RichText::new(text::IN_AND_OUT).strong());
        for line in &lines {
            let sample = if line.form == Form::Dashed {
                Sample::Dashed
            } else {
                Sample::Solid
            };
            ui.horizontal(|ui| key(ui, sample, line.colour, &line.name));
        }
    });
    in_place(ui, left, |ui| {
        in_and_out(ui, page, inside, run, lines, (x, time_step));
    });
    ui.advance_cursor_after_rect(whole);
}
