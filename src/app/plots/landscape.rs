//! The loss around a contender: colours over a plane of weights, with the runs' paths on it.

use super::still::{axis, still};
use super::{Plots, colours, grid, in_place, legend, save, title};
use crate::app::actions::Action;
use crate::app::landscape::{Directions, Path, SIZES, Surface};
use crate::app::panels::named;
use crate::app::state::{AppState, Landscape, LandscapeStage};
use crate::app::text::Text;
use crate::app::{format, text, theme};
use colours::Levels;
use eframe::egui::{
    Align2, Button, Color32, ColorImage, ComboBox, Id, Label, Popup, ProgressBar, Rect, Response,
    RichText, Role, TextStyle, TextureHandle, TextureOptions, Ui, WidgetInfo, pos2, vec2,
};
use egui_plot::{
    AxisHints, HoverPosition, Line, MarkerShape, Plot, PlotBounds, PlotImage, PlotPoint,
    PlotPoints, Points,
};
use std::sync::Arc;

/// What the page remembers between frames.
#[derive(Default)]
pub struct Page {
    size: Size,
    directions: Directions,
    /// The directions that there are to choose from.
    offered: &'static [Directions],
    shown: Option<Shown>,
}

/// The points along each side that are chosen.
#[derive(Debug, Clone, Copy)]
struct Size(usize);

impl Default for Size {
    fn default() -> Self {
        Self(SIZES[0])
    }
}

/// A surface in colours.
struct Shown {
    of: Arc<Surface>,
    levels: Levels,
    texture: TextureHandle,
}

impl std::fmt::Debug for Page {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Page")
            .field("size", &self.size)
            .field("directions", &self.directions)
            .finish_non_exhaustive()
    }
}

/// Draws the page into the space that there is.
pub fn show(ui: &mut Ui, plots: &mut Plots, state: &AppState) {
    let own_title = plots.own_title("landscape", text::LANDSCAPE);
    let Plots {
        landscape: page,
        asked,
        ..
    } = plots;
    title(ui, own_title, |ui| controls(ui, page, state, asked));
    let landscape = state.landscape.as_ref();
    said(ui, page, state);
    let surface = landscape.and_then(|landscape| landscape.surface.as_ref());
    let Some(surface) = surface else {
        page.shown = None;
        if landscape.is_none() {
            let place = ui.available_rect_before_wrap();
            ui.painter().text(
                place.center(),
                Align2::CENTER_CENTER,
                text::NO_LANDSCAPE.get(),
                TextStyle::Body.resolve(ui.style()),
                ui.visuals().weak_text_color(),
            );
        }
        return;
    };
    if surface.paths.iter().any(|path| path.points.len() > 1) {
        ui.horizontal(|ui| legend(ui, asked, state));
    }
    let shown = keep_up(ui, &mut page.shown, surface);
    picture(ui, shown, state, asked);
}

/// The choices, and the button that begins or ends it.
fn controls(ui: &mut Ui, page: &mut Page, state: &AppState, actions: &mut Vec<Action>) {
    let ongoing = (state.landscape.as_ref()).filter(|landscape| landscape.ongoing());
    if let Some(landscape) = ongoing {
        if landscape.stage == LandscapeStage::Asking {
            let anyway = RichText::new(text::COMPUTE_ANYWAY).color(Color32::WHITE);
            if ui.add(Button::new(anyway).fill(theme::ACCENT)).clicked() {
                actions.push(Action::GoAheadWithLandscape);
            }
        }
        if ui.button(text::CANCEL_LANDSCAPE).clicked() {
            actions.push(Action::CancelLandscape);
        }
        return;
    }
    let choices = Directions::of(&state.draft.data.source);
    // What the data offer first is chosen with them.
    if page.offered != choices {
        page.offered = choices;
        page.directions = choices[0];
    }
    if page.directions != Directions::Cliff {
        sizes(ui, page);
    }
    let response = ComboBox::from_id_salt("landscape directions")
        .selected_text(text::directions(page.directions))
        .width(220.0)
        .show_ui(ui, |ui| {
            for &directions in choices {
                let name = text::directions(directions);
                ui.selectable_value(&mut page.directions, directions, name);
            }
        })
        .response;
    named(&response, &text::DIRECTIONS);
    response.on_hover_text(text::DIRECTIONS_HELP);
    if let Some(contender) = state.contender() {
        let words = match page.directions {
            Directions::Cliff => text::COMPUTE_CLIFF.into(),
            Directions::Random | Directions::Principal => text::compute_around(&contender.name),
        };
        let begin = Button::new(words).truncate();
        if ui
            .add_enabled(!state.blocked(), begin)
            .on_hover_text(text::LANDSCAPE_HELP)
            .clicked()
        {
            actions.push(Action::ComputeLandscape {
                points: page.size.0,
                directions: page.directions,
            });
        }
    }
}

/// The choice of how many points there are.
fn sizes(ui: &mut Ui, page: &mut Page) {
    let response = ComboBox::from_id_salt("landscape size")
        .selected_text(text::landscape_size(page.size.0))
        .width(84.0)
        .show_ui(ui, |ui| {
            for size in SIZES {
                ui.selectable_value(&mut page.size.0, size, text::landscape_size(size));
            }
        })
        .response;
    named(&response, &text::LANDSCAPE_SIZE);
    response.on_hover_text(text::LANDSCAPE_SIZE_HELP);
}

/// How large it will be, how far it is, or what it shows.
fn said(ui: &mut Ui, page: &Page, state: &AppState) {
    let Some(landscape) = &state.landscape else {
        if page.directions == Directions::Cliff {
            return;
        }
        let windows = (state.shown_series()).and_then(|series| series.training_windows);
        let work = text::landscape_work(page.size.0, windows);
        ui.add(Label::new(RichText::new(work).weak()).truncate());
        return;
    };
    let verdict = text::landscape_verdict(landscape);
    let colour = if landscape.problem.is_some() {
        ui.visuals().warn_fg_color
    } else {
        ui.visuals().text_color()
    };
    ui.add(Label::new(RichText::new(verdict).color(colour)).wrap());
    if let Some(share) = progress(landscape) {
        ui.add(
            ProgressBar::new(share)
                .desired_width(320.0)
                .corner_radius(4.0)
                .text(format::percent(f64::from(share))),
        );
    }
}

fn progress(landscape: &Landscape) -> Option<f32> {
    match landscape.stage {
        LandscapeStage::Computing(done) => {
            Some(done as f32 / (landscape.points * landscape.points) as f32)
        }
        _ => None,
    }
}

/// The surface in colours, made anew when it is another one.
fn keep_up<'a>(ui: &Ui, shown: &'a mut Option<Shown>, surface: &Arc<Surface>) -> &'a Shown {
    let known = shown.take();
    shown.insert(match known {
        Some(known) if Arc::ptr_eq(&known.of, surface) => known,
        _ => {
            let levels = Levels::over(&surface.losses);
            let image = image(surface, levels);
            Shown {
                of: Arc::clone(surface),
                levels,
                texture: (ui.ctx()).load_texture("landscape", image, TextureOptions::NEAREST),
            }
        }
    })
}

/// One pixel for each point; the surface's lowest row is the picture's last.
fn image(surface: &Surface, levels: Levels) -> ColorImage {
    let points = surface.grid.points;
    let rows = surface.losses.chunks(points).rev();
    let pixels: Vec<Color32> = rows.flatten().map(|loss| levels.colour(*loss)).collect();
    ColorImage::new([points, points], pixels)
}

fn picture(ui: &mut Ui, shown: &Shown, state: &AppState, asked: &mut Vec<Action>) {
    const SCALE: f32 = 40.0;
    let whole = ui.available_rect_before_wrap();
    let border = whole.bottom() - SCALE;
    let above = Rect::from_min_max(whole.min, pos2(whole.right(), border));
    let below = Rect::from_min_max(pos2(whole.left(), border), whole.max);
    in_place(ui, above, |ui| {
        let plane = plane(ui, shown, state);
        asked.extend(save::picture_menu(&plane, "landscape", whole, || {
            csv(&shown.of)
        }));
    });
    scale(ui, below, shown.levels, text::loss_axis(state));
    ui.advance_cursor_after_rect(whole);
}

/// From and to of the pixels, which reach half a step beyond the outermost points.
fn reach([from, to]: [f64; 2], points: usize) -> [f64; 2] {
    let half = (to - from) / (points - 1) as f64 / 2.0;
    [from - half, to + half]
}

/// The losses as comma-separated values, one row for each point.
fn csv(surface: &Surface) -> String {
    let mut table = "along_first,along_second,train_loss\n".to_owned();
    for (index, loss) in surface.losses.iter().enumerate() {
        let [a, b] = surface.grid.place(index);
        let loss = if loss.is_finite() {
            loss.to_string()
        } else {
            String::new()
        };
        table += &format!("{a},{b},{loss}\n");
    }
    table
}

fn plane(ui: &mut Ui, shown: &Shown, state: &AppState) -> Response {
    let surface = &shown.of;
    let grid = surface.grid;
    let (x, y) = (reach(grid.x, grid.points), reach(grid.y, grid.points));
    let axis = |hints: AxisHints<'static>, name: text::Text| {
        axis(ui, hints, &name).formatter(|mark, _| format::linear_tick(mark.value))
    };
    let read = Arc::clone(surface);
    let covered = Popup::is_any_open(ui.ctx());
    let (across, up) = if surface.exact {
        (text::CLIFF_WEIGHT, text::CLIFF_BIAS)
    } else {
        (text::DIRECTION_ONE, text::DIRECTION_TWO)
    };
    let plot = Plot::new("landscape").id(Id::unique("landscape picture"));
    let response = still(ui, plot)
        .x_grid_spacer(|input| grid::linear(&input, 9.0, 0.0))
        .y_grid_spacer(|input| grid::linear(&input, 4.5, 0.0))
        .label_formatter(move |position| {
            let (HoverPosition::Elsewhere { position }
            | HoverPosition::NearDataPoint { position, .. }) = position;
            let (place, loss) = read.nearest([position.x, position.y])?;
            // A menu begins at the pointer, and the values would lie over it.
            (!covered).then(|| text::landscape_readout(place, loss))
        })
        .custom_x_axes(vec![axis(AxisHints::new_x(), across)])
        .custom_y_axes(vec![axis(AxisHints::new_y(), up).min_thickness(48.0)])
        .show(ui, |plot| {
            plot.set_plot_bounds(PlotBounds::from_min_max([x[0], y[0]], [x[1], y[1]]));
            let middle = PlotPoint::new(f64::midpoint(x[0], x[1]), f64::midpoint(y[0], y[1]));
            let size = vec2((x[1] - x[0]) as f32, (y[1] - y[0]) as f32);
            plot.image(PlotImage::new("", &shown.texture, middle, size).allow_hover(false));
            for path in &surface.paths {
                let colour = if surface.exact {
                    state.colours.get(path.run).copied()
                } else {
                    state.runs.get(path.run).map(|run| run.colour)
                };
                if let Some(colour) = colour.filter(|colour| !state.hidden.contains(colour)) {
                    draw(plot, path, theme::contender(colour));
                }
            }
            if surface.exact {
                return;
            }
            plot.points(
                Points::new("", PlotPoints::Owned(vec![PlotPoint::new(0.0, 0.0)]))
                    .shape(MarkerShape::Plus)
                    .radius(7.0)
                    .color(Color32::WHITE)
                    .allow_hover(false),
            );
        });
    response.response.widget_info(|| {
        let losses = &surface.losses;
        let lowest = losses.iter().copied().reduce(f64::min);
        let centre = surface.nearest([0.0, 0.0]).map(|(_, loss)| loss);
        let values: Vec<(String, f64)> = [(text::AT_CENTRE, centre), (text::LOWEST, lowest)]
            .into_iter()
            .filter_map(|(name, loss)| Some((name.into(), loss?)))
            .collect();
        let label = text::plot_label(&text::LANDSCAPE, &values);
        WidgetInfo::labeled(Role::Image, true, label)
    });
    response.response
}

/// A path with a pale edge, so that it stands out from any colour: its beginning hollow, its end full.
fn draw(plot: &mut egui_plot::PlotUi<'_>, path: &Path, colour: Color32) {
    let points: Vec<PlotPoint> = (path.points.iter())
        .map(|(_, [a, b])| PlotPoint::new(*a, *b))
        .collect();
    let (Some(&first), Some(&last)) = (points.first(), points.last()) else {
        return;
    };
    for (part, (ink, width)) in [(Color32::WHITE, 4.5), (colour, 2.5)]
        .into_iter()
        .enumerate()
    {
        plot.line(
            Line::new("", PlotPoints::Owned(points.clone()))
                .id(("landscape path", path.run, part))
                .color(ink)
                .width(width)
                .allow_hover(false),
        );
    }
    let mut mark = |id: &str, at: Vec<PlotPoint>, ink: Color32, radius: f32| {
        plot.points(
            Points::new("", PlotPoints::Owned(at))
                .id((id, path.run))
                .color(ink)
                .radius(radius)
                .allow_hover(false),
        );
    };
    mark("states", points, colour, 2.5);
    mark("beginning", vec![first], colour, 6.0);
    mark("its middle", vec![first], Color32::WHITE, 3.5);
    mark("edge of the end", vec![last], Color32::WHITE, 7.0);
    mark("end", vec![last], colour, 5.0);
}

/// The colours and the losses that they stand for.
fn scale(ui: &Ui, place: Rect, levels: Levels, name: Text) {
    const MARKS: usize = 5;
    let small = TextStyle::Small.resolve(ui.style());
    let weak = ui.visuals().weak_text_color();
    let name = (ui.painter()).layout_no_wrap(name.into(), small.clone(), weak);
    let bar = Rect::from_min_max(
        pos2(
            place.left() + name.size().x + 3.0 * theme::GRID,
            place.top() + 10.0,
        ),
        pos2(place.right() - 3.0 * theme::GRID, place.top() + 18.0),
    );
    colours::bar(ui, bar);
    let beside = pos2(place.left(), bar.center().y - name.size().y / 2.0);
    ui.painter().galley(beside, name, weak);
    for mark in 0..MARKS {
        let share = mark as f32 / (MARKS - 1) as f32;
        ui.painter().text(
            pos2(bar.left() + share * bar.width(), bar.bottom() + 2.0),
            Align2::CENTER_TOP,
            format::significant(levels.value(f64::from(share)), 3),
            small.clone(),
            weak,
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::train::Grid;

    #[test]
    fn the_numbers_of_a_surface_have_a_row_for_each_point_and_a_hole_where_one_overflows() {
        let surface = Surface {
            grid: Grid {
                x: [-1.0, 1.0],
                y: [0.0, 0.5],
                points: 2,
            },
            losses: vec![0.5, 1.0, f64::INFINITY, 0.25],
            step: 3,
            paths: Vec::new(),
            share: None,
            exact: false,
        };
        assert_eq!(
            csv(&surface),
            "along_first,along_second,train_loss\n-1,0,0.5\n1,0,1\n-1,0.5,\n1,0.5,0.25\n"
        );
    }
}
