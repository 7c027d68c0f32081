//! The places of the plots, which people rearrange: drag a title to move a plot, an edge to resize it.

use super::{
    Plots, answers, flow, forecast, gradient, inside, landscape, loss, norms, race, rate, rate_test,
};
use crate::app::actions::Action;
use crate::app::state::AppState;
use crate::app::text::{self, Text};
use crate::app::theme;
use crate::app::view::{Arrangement, View};
use eframe::egui::{
    self, Align, Color32, CursorIcon, Id, Layout, Rect, Sense, Stroke, Style, TextStyle, Ui,
    UiBuilder, Visuals, WidgetText, vec2,
};
use egui_tiles::{
    Behavior, Container, EditAction, Linear, LinearDir, ResizeState, SimplificationOptions, Tile,
    TileId, Tiles, Tree, UiResponse,
};
use std::collections::BTreeSet;

/// A plot that has a place.
pub struct Entry {
    /// Its name in settings files, and its identity.
    pub name: &'static str,
    /// What stands above it.
    pub title: Text,
    /// The plot whose place it shares, as a further tab, until it is moved; `None` where the usual
    /// arrangement names it.
    pub beside: Option<&'static str>,
    /// Draws it into all the space that there is.
    pub show: fn(&mut Ui, &mut Plots, &AppState),
}

/// Every plot: a further one is a further entry, and nothing else.
pub const ALL: &[Entry] = &[
    Entry {
        name: "forecast",
        title: text::FORECAST,
        beside: None,
        show: |ui, plots, state| {
            if (state.shown_series()).is_some_and(|series| series.samples.is_some()) {
                answers::show(ui, plots, state);
            } else {
                forecast::show(ui, plots, state);
            }
        },
    },
    Entry {
        name: "loss",
        title: text::LOSS,
        beside: None,
        show: loss::show,
    },
    Entry {
        name: "gradient",
        title: text::GRADIENT,
        beside: None,
        show: gradient::show,
    },
    Entry {
        name: "rate",
        title: text::RATE,
        beside: None,
        show: rate::show,
    },
    Entry {
        name: "flow",
        title: text::FLOW,
        beside: None,
        show: flow::show,
    },
    Entry {
        name: "norms",
        title: text::NORMS,
        beside: None,
        show: norms::show,
    },
    Entry {
        name: "inside",
        title: text::INSIDE,
        beside: None,
        show: inside::show,
    },
    Entry {
        name: "race",
        title: text::RACE,
        beside: None,
        show: race::show,
    },
    Entry {
        name: "rate-test",
        title: text::RATE_TEST,
        beside: None,
        show: rate_test::show,
    },
    Entry {
        name: "landscape",
        title: text::LANDSCAPE,
        beside: None,
        show: landscape::show,
    },
];

fn entry(name: &str) -> Option<&'static Entry> {
    ALL.iter().find(|entry| entry.name == name)
}

/// The usual arrangement.
fn usual() -> Arrangement {
    let plot = |name: &str| Arrangement::Plot(name.to_owned());
    let right = Arrangement::Column(vec![(1.0, plot("gradient")), (1.0, plot("rate"))]);
    let lower = Arrangement::Row(vec![(1.0, plot("loss")), (1.0, right)]);
    let overview = Arrangement::Column(vec![(0.42, plot("forecast")), (0.58, lower)]);
    // What is a page of several plots has all the room, as a further tab.
    let pages = ["flow", "norms", "inside", "race", "rate-test", "landscape"].map(plot);
    Arrangement::Tabs(0, std::iter::once(overview).chain(pages).collect())
}

/// The person's arrangement, or else the usual one; without plots that are no more, with those that are
/// new to it.
fn arrangement(view: &View) -> Arrangement {
    let known = |name: &str| entry(name).is_some();
    let mut all = (view.arrangement.clone())
        .and_then(|own| own.pruned(&known))
        .unwrap_or_else(usual);
    for entry in ALL {
        if !all.plots().contains(&entry.name)
            && !entry
                .beside
                .is_some_and(|beside| all.add_beside(beside, entry.name))
        {
            all = all.with_page(entry.name);
        }
    }
    all
}

/// The arrangement of `view` with the plot `name` where it is seen.
#[must_use]
pub fn with_front(view: &View, name: &str) -> Arrangement {
    let mut all = arrangement(view);
    all.bring_to_front(name);
    all
}

/// The tree of tiles, and the arrangement that it was made of.
#[derive(Debug)]
pub struct Places {
    made_of: Option<Arrangement>,
    tree: Tree<&'static str>,
}

impl Default for Places {
    fn default() -> Self {
        Self {
            made_of: None,
            tree: Tree::empty(Id::unique("plots")),
        }
    }
}

impl Places {
    /// Follows the settings, where they say something new.
    fn keep_up(&mut self, view: &View) {
        let wanted = arrangement(view);
        if self.made_of.as_ref() != Some(&wanted) {
            let mut tiles = Tiles::default();
            let root = insert(&mut tiles, &wanted);
            self.tree = Tree::new(Id::unique("plots"), root, tiles);
            self.made_of = Some(wanted);
        }
    }
}

fn insert(tiles: &mut Tiles<&'static str>, part: &Arrangement) -> TileId {
    let mut linear = |dir, parts: &[(f32, Arrangement)]| {
        let children: Vec<TileId> = parts.iter().map(|(_, part)| insert(tiles, part)).collect();
        let mut linear = Linear::new(dir, children.clone());
        for (child, (share, _)) in children.into_iter().zip(parts) {
            linear.shares.set_share(child, *share);
        }
        tiles.insert_container(linear)
    };
    match part {
        Arrangement::Plot(name) => tiles.insert_pane(entry(name).map_or("", |entry| entry.name)),
        Arrangement::Row(parts) => linear(LinearDir::Horizontal, parts),
        Arrangement::Column(parts) => linear(LinearDir::Vertical, parts),
        Arrangement::Tabs(front, parts) => {
            let children: Vec<TileId> = parts.iter().map(|part| insert(tiles, part)).collect();
            let mut tabs = egui_tiles::Tabs::new(children.clone());
            if let Some(child) = children.get(*front) {
                tabs.set_active(*child);
            }
            tiles.insert_container(tabs)
        }
    }
}

/// The arrangement that a tree of tiles shows.
fn read(tiles: &Tiles<&'static str>, id: TileId) -> Option<Arrangement> {
    match tiles.get(id)? {
        Tile::Pane(name) => Some(Arrangement::Plot((*name).to_owned())),
        Tile::Container(Container::Linear(linear)) => {
            let parts = (linear.children.iter())
                .filter_map(|&child| {
                    // Three digits are all that a hand decides, and they survive the file.
                    let share = (linear.shares[child] * 1e3).round() / 1e3;
                    Some((share, read(tiles, child)?))
                })
                .collect();
            Some(match linear.dir {
                LinearDir::Horizontal => Arrangement::Row(parts),
                LinearDir::Vertical => Arrangement::Column(parts),
            })
        }
        Tile::Container(Container::Tabs(tabs)) => {
            let front = tabs
                .active
                .and_then(|active| tabs.children.iter().position(|&child| child == active));
            let parts = tabs.children.iter().filter_map(|&child| read(tiles, child));
            Some(Arrangement::Tabs(front.unwrap_or(0), parts.collect()))
        }
        Tile::Container(Container::Grid(grid)) => {
            let parts = grid
                .children()
                .filter_map(|&child| Some((1.0, read(tiles, child)?)));
            Some(Arrangement::Row(parts.collect()))
        }
    }
}

/// The plots that have tabs, which say their names and are what they are moved by.
fn tabbed(tiles: &Tiles<&'static str>) -> BTreeSet<&'static str> {
    let tabs = tiles.tiles().filter_map(|tile| match tile {
        Tile::Container(Container::Tabs(tabs)) => Some(&tabs.children),
        _ => None,
    });
    tabs.flatten()
        .filter_map(|&child| tiles.get_pane(&child).copied())
        .collect()
}

/// Draws all plots where they stand.
pub fn show(ui: &mut Ui, plots: &mut Plots, state: &AppState) {
    // The tree is lent out, so that each plot may change what the plots share.
    let mut places = std::mem::take(&mut plots.places);
    places.keep_up(&state.view);
    plots.tabbed = tabbed(&places.tree.tiles);
    let mut tiling = Tiling {
        plots,
        state,
        edited: false,
    };
    places.tree.ui(&mut tiling, ui);
    if tiling.edited
        && let Some(now) = places
            .tree
            .root()
            .and_then(|root| read(&places.tree.tiles, root))
        && places.made_of.as_ref() != Some(&now)
    {
        places.made_of = Some(now.clone());
        let view = View {
            arrangement: Some(now),
            ..state.view.clone()
        };
        plots.asked.push(Action::SetView(Box::new(view)));
    }
    plots.places = places;
}

struct Tiling<'a> {
    plots: &'a mut Plots,
    state: &'a AppState,
    edited: bool,
}

impl Behavior<&'static str> for Tiling<'_> {
    fn pane_ui(&mut self, ui: &mut Ui, _id: TileId, pane: &mut &'static str) -> UiResponse {
        let Some(entry) = entry(pane) else {
            return UiResponse::None;
        };
        let rect = ui.max_rect();
        // The last tick of an axis reaches over its end, but not over what stands beside it.
        let inner = rect.with_max_x(rect.right() - theme::GRID);
        // Plots are drawn beside the flow, so that none of them can push another.
        let mut child = ui.new_child(
            UiBuilder::new()
                .id_salt(entry.name)
                .max_rect(inner)
                .layout(Layout::top_down(Align::Min)),
        );
        child.set_clip_rect(rect.expand2(vec2(theme::GRID * 2.0, 0.0)));
        (entry.show)(&mut child, self.plots, self.state);
        let has_tab = self.plots.tabbed.contains(entry.name);
        if !has_tab && handle(ui, rect, entry).drag_started() {
            UiResponse::DragStarted
        } else {
            UiResponse::None
        }
    }

    fn tab_title_for_pane(&mut self, pane: &&'static str) -> WidgetText {
        entry(pane).map_or(WidgetText::default(), |entry| entry.title.into())
    }

    fn tab_title_for_tile(&mut self, tiles: &Tiles<&'static str>, tile: TileId) -> WidgetText {
        match tiles.get(tile) {
            Some(Tile::Pane(pane)) => self.tab_title_for_pane(pane),
            _ => text::OVERVIEW.into(),
        }
    }

    fn gap_width(&self, _style: &Style) -> f32 {
        2.0 * theme::GRID
    }

    fn min_size(&self) -> f32 {
        120.0
    }

    fn resize_stroke(&self, style: &Style, state: ResizeState) -> Stroke {
        match state {
            ResizeState::Idle => Stroke::NONE,
            ResizeState::Hovering => {
                Stroke::new(2.0, style.visuals.widgets.hovered.bg_stroke.color)
            }
            ResizeState::Dragging => Stroke::new(2.0, theme::ACCENT),
        }
    }

    fn tab_bar_color(&self, _: &Visuals) -> Color32 {
        Color32::TRANSPARENT
    }

    fn tab_bg_color(
        &self,
        _: &Visuals,
        _: &Tiles<&'static str>,
        _: TileId,
        _: &egui_tiles::TabState,
    ) -> Color32 {
        Color32::TRANSPARENT
    }

    fn tab_outline_stroke(
        &self,
        _: &Visuals,
        _: &Tiles<&'static str>,
        _: TileId,
        _: &egui_tiles::TabState,
    ) -> Stroke {
        Stroke::NONE
    }

    fn tab_text_color(
        &self,
        visuals: &Visuals,
        _: &Tiles<&'static str>,
        _: TileId,
        state: &egui_tiles::TabState,
    ) -> Color32 {
        if state.active {
            visuals.strong_text_color()
        } else {
            visuals.weak_text_color()
        }
    }

    fn drag_preview_stroke(&self, _: &Visuals) -> Stroke {
        Stroke::new(1.0, theme::ACCENT)
    }

    fn drag_preview_color(&self, _: &Visuals) -> Color32 {
        theme::ACCENT.gamma_multiply(0.3)
    }

    fn cycle_tabs_with_keyboard(&self) -> bool {
        true
    }

    fn simplification_options(&self) -> SimplificationOptions {
        SimplificationOptions {
            all_panes_must_have_tabs: false,
            ..SimplificationOptions::default()
        }
    }

    fn on_edit(&mut self, _: EditAction) {
        self.edited = true;
    }
}

/// The title, which is what a plot is moved by.
fn handle(ui: &mut Ui, tile: Rect, entry: &Entry) -> egui::Response {
    let font = TextStyle::Body.resolve(ui.style());
    let galley = ui
        .painter()
        .layout_no_wrap(entry.title.into(), font, Color32::WHITE);
    let rect = Rect::from_min_size(tile.min, vec2(galley.size().x, 24.0)).intersect(tile);
    let id = ui.scope_id().with((entry.name, "handle"));
    // Not a stop for the Tab key: there is nothing that a key could do with it.
    let response = ui.interact(rect, id, Sense::DRAG);
    response
        .on_hover_cursor(CursorIcon::Grab)
        .on_hover_text(text::DRAG_HINT)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_arrangement_becomes_tiles_and_back() {
        let plot = |name: &str| Arrangement::Plot(name.to_owned());
        let all = [
            usual(),
            Arrangement::Row(vec![
                (0.25, Arrangement::Tabs(1, vec![plot("rate"), plot("loss")])),
                (2.0, plot("gradient")),
                (1.0, plot("forecast")),
            ]),
        ];
        for wanted in all {
            let mut tiles = Tiles::default();
            let root = insert(&mut tiles, &wanted);
            assert_eq!(read(&tiles, root), Some(wanted));
        }
    }

    #[test]
    fn pages_have_tabs_and_the_plots_of_the_overview_have_none() {
        let mut tiles = Tiles::default();
        insert(&mut tiles, &usual());
        assert_eq!(
            tabbed(&tiles),
            BTreeSet::from(["flow", "norms", "inside", "race", "rate-test", "landscape"])
        );
    }

    #[test]
    fn every_plot_has_a_place_whatever_a_file_says() {
        let mut view = View::default();
        for own in [
            None,
            Some(Arrangement::Plot("unknown".to_owned())),
            Some(Arrangement::Plot("loss".to_owned())),
        ] {
            view.arrangement = own;
            let mut names = arrangement(&view).plots().join(" ");
            for entry in ALL {
                assert!(names.contains(entry.name), "{} in {names}", entry.name);
                names = names.replacen(entry.name, "", 1);
            }
        }
    }
}
