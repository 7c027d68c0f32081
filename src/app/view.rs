//! How the window looks: what a person chooses once and expects to find again.

use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Light, dark, or whatever the system says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Theme {
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
    /// As the system.
    #[default]
    System,
}

impl Theme {
    /// All, in the order that menus show.
    pub const ALL: [Self; 3] = [Self::Light, Self::Dark, Self::System];
}

/// What the x axis of the plots over training counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum XAxis {
    /// Updates.
    #[default]
    Steps,
    /// Passes over the training part.
    Epochs,
    /// Seconds since the run's start, pauses excluded.
    Seconds,
}

impl XAxis {
    /// All, in the order that menus show.
    pub const ALL: [Self; 3] = [Self::Steps, Self::Epochs, Self::Seconds];
}

/// How far a line that jumps about is smoothed; the raw line stays faintly behind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Smoothing {
    /// The raw line alone.
    None,
    /// The mean over what shares a few pixels.
    #[default]
    Light,
    /// Over three times as much.
    Medium,
    /// Over ten times as much.
    Strong,
}

impl Smoothing {
    /// All, in the order that menus show.
    pub const ALL: [Self; 4] = [Self::None, Self::Light, Self::Medium, Self::Strong];
}

/// Which of the two side panels a window shows that has room for one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Side {
    /// The setup.
    #[default]
    Setup,
    /// Words and table.
    Results,
}

/// Where the plots stand: a tree of rows, columns and tabs, in the names of the plots.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Arrangement {
    /// One plot.
    Plot(String),
    /// Side by side, each with its share of the width.
    Row(Vec<(f32, Self)>),
    /// One below the other, each with its share of the height.
    Column(Vec<(f32, Self)>),
    /// In one place, with the index of the one in front.
    Tabs(usize, Vec<Self>),
}

impl Arrangement {
    /// The names of all plots in it, in reading order.
    #[must_use]
    pub fn plots(&self) -> Vec<&str> {
        match self {
            Self::Plot(name) => vec![name],
            Self::Row(parts) | Self::Column(parts) => {
                parts.iter().flat_map(|(_, part)| part.plots()).collect()
            }
            Self::Tabs(_, parts) => parts.iter().flat_map(Self::plots).collect(),
        }
    }

    /// The same without plots for which `known` does not hold and without a second one of a name; `None`
    /// where nothing is left.
    #[must_use]
    pub fn pruned(self, known: &impl Fn(&str) -> bool) -> Option<Self> {
        self.without(known, &mut BTreeSet::new())
    }

    fn without(self, known: &impl Fn(&str) -> bool, seen: &mut BTreeSet<String>) -> Option<Self> {
        let mut shares = |parts: Vec<(f32, Self)>| -> Vec<(f32, Self)> {
            (parts.into_iter())
                .filter_map(|(share, part)| {
                    let share = if share.is_finite() && share > 0.01 {
                        share.min(100.0)
                    } else {
                        1.0
                    };
                    Some((share, part.without(known, seen)?))
                })
                .collect()
        };
        match self {
            Self::Plot(name) => {
                (known(&name) && seen.insert(name.clone())).then_some(Self::Plot(name))
            }
            Self::Row(parts) => Some(shares(parts))
                .filter(|parts| !parts.is_empty())
                .map(Self::Row),
            Self::Column(parts) => Some(shares(parts))
                .filter(|parts| !parts.is_empty())
                .map(Self::Column),
            Self::Tabs(front, parts) => {
                let parts: Vec<Self> = (parts.into_iter())
                    .filter_map(|part| part.without(known, seen))
                    .collect();
                let front = front.min(parts.len().saturating_sub(1));
                (!parts.is_empty()).then_some(Self::Tabs(front, parts))
            }
        }
    }

    /// Puts the plot `name` into the place of `beside`, as a further tab behind it; says whether that
    /// place was there.
    pub fn add_beside(&mut self, beside: &str, name: &str) -> bool {
        match self {
            Self::Plot(own) if own == beside => {
                let own = Self::Plot(std::mem::take(own));
                *self = Self::Tabs(0, vec![own, Self::Plot(name.to_owned())]);
                true
            }
            Self::Plot(_) => false,
            Self::Row(parts) | Self::Column(parts) => {
                (parts.iter_mut()).any(|(_, part)| part.add_beside(beside, name))
            }
            Self::Tabs(_, parts) => {
                let here = |part: &Self| matches!(part, Self::Plot(own) if own == beside);
                if parts.iter().any(here) {
                    parts.push(Self::Plot(name.to_owned()));
                    return true;
                }
                parts.iter_mut().any(|part| part.add_beside(beside, name))
            }
        }
    }

    /// Brings the plot `name` to the front of the tabs that it stands in; says whether it is there.
    pub fn bring_to_front(&mut self, name: &str) -> bool {
        match self {
            Self::Plot(own) => own == name,
            Self::Row(parts) | Self::Column(parts) => {
                (parts.iter_mut()).any(|(_, part)| part.bring_to_front(name))
            }
            Self::Tabs(front, parts) => {
                let found = parts.iter_mut().position(|part| part.bring_to_front(name));
                if let Some(found) = found {
                    *front = found;
                }
                found.is_some()
            }
        }
    }

    /// The same with the plot `name` as a last tab that has all the room.
    #[must_use]
    pub fn with_page(self, name: &str) -> Self {
        let page = Self::Plot(name.to_owned());
        match self {
            Self::Tabs(front, mut parts) => {
                parts.push(page);
                Self::Tabs(front, parts)
            }
            other => Self::Tabs(0, vec![other, page]),
        }
    }
}

/// A move along an x axis.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Travel {
    /// Half as much is to be seen.
    ZoomIn,
    /// Twice as much is to be seen.
    ZoomOut,
    /// What lies before comes into view.
    Left,
    /// What comes after comes into view.
    Right,
}

impl Travel {
    /// All, in the order of their keys.
    pub const ALL: [Self; 4] = [Self::ZoomIn, Self::ZoomOut, Self::Left, Self::Right];

    /// What is to be seen after it, where `range` was and there is no more than `whole`; `None` for all of it.
    #[must_use]
    pub fn from(self, range: [f64; 2], whole: [f64; 2]) -> Option<[f64; 2]> {
        let width = range[1] - range[0];
        let all = whole[1] - whole[0];
        let (middle, width) = match self {
            Self::ZoomIn => (0.0, width / 2.0),
            Self::ZoomOut => (0.0, width * 2.0),
            Self::Left => (-width / 4.0, width),
            Self::Right => (width / 4.0, width),
        };
        let middle = f64::midpoint(range[0], range[1]) + middle;
        // A thousandth of a step shows nothing.
        let least = (all * 1e-9).max(1e-3);
        if !width.is_finite() || width >= all {
            return None;
        }
        let width = width.max(least);
        let from = (middle - width / 2.0).clamp(whole[0], whole[1] - width);
        Some([from, from + width])
    }
}

/// How the window looks.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct View {
    /// Light or dark.
    pub theme: Theme,
    /// What the x axis counts.
    pub x_axis: XAxis,
    /// How far lines are smoothed.
    pub smoothing: Smoothing,
    /// The plots whose y axis is logarithmic.
    pub logarithmic: BTreeSet<String>,
    /// Where the plots stand; `None` is the usual arrangement.
    pub arrangement: Option<Arrangement>,
    /// The panel that a narrow window shows.
    pub side: Side,
    /// Large type, thick lines, no setup.
    #[serde(skip)]
    pub projector: bool,
    /// Whether the window fills the screen.
    #[serde(skip)]
    pub full_screen: bool,
    /// Whether the line at the bottom says what drawing costs.
    #[serde(skip)]
    pub diagnostics: bool,
}

impl Default for View {
    fn default() -> Self {
        Self {
            theme: Theme::default(),
            x_axis: XAxis::default(),
            smoothing: Smoothing::default(),
            logarithmic: BTreeSet::from(["loss".to_owned(), "gradient".to_owned()]),
            arrangement: None,
            side: Side::default(),
            projector: false,
            full_screen: false,
            diagnostics: false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plot(name: &str) -> Arrangement {
        Arrangement::Plot(name.to_owned())
    }

    #[test]
    fn travelling_stays_within_the_whole_and_comes_back() {
        let whole = [0.0, 100.0];
        let near = Travel::ZoomIn.from(whole, whole);
        assert_eq!(near, Some([25.0, 75.0]));
        assert_eq!(Travel::Left.from([25.0, 75.0], whole), Some([12.5, 62.5]));
        assert_eq!(Travel::Right.from([45.0, 95.0], whole), Some([50.0, 100.0]));
        assert_eq!(Travel::ZoomOut.from([25.0, 75.0], whole), None);
        assert_eq!(Travel::ZoomOut.from([0.0, 10.0], whole), Some([0.0, 20.0]));
        let mut range = whole;
        for _ in 0..200 {
            range = Travel::ZoomIn.from(range, whole).expect("less than all");
        }
        assert!(range[0] < range[1]);
    }

    #[test]
    fn a_plot_comes_to_the_front_of_its_tabs() {
        let plot = |name: &str| Arrangement::Plot(name.to_owned());
        let inner = Arrangement::Tabs(0, vec![plot("b"), plot("c")]);
        let row = Arrangement::Row(vec![(1.0, plot("d")), (1.0, inner)]);
        let mut all = Arrangement::Tabs(0, vec![plot("a"), row]);
        assert!(all.bring_to_front("c"));
        let Arrangement::Tabs(1, parts) = &all else {
            panic!("{all:?}");
        };
        assert!(format!("{:?}", parts[1]).contains("Tabs(1"), "{all:?}");
        assert!(!all.bring_to_front("e"));
    }

    #[test]
    fn an_arrangement_keeps_only_what_there_is_and_once() {
        let kept = Arrangement::Column(vec![
            (f32::NAN, plot("a")),
            (2.0, Arrangement::Row(vec![(1.0, plot("gone"))])),
            (-3.0, Arrangement::Tabs(7, vec![plot("b"), plot("a")])),
        ])
        .pruned(&|name| name != "gone");
        let expected = Arrangement::Column(vec![
            (1.0, plot("a")),
            (1.0, Arrangement::Tabs(0, vec![plot("b")])),
        ]);
        assert_eq!(kept, Some(expected));
        assert_eq!(plot("gone").pruned(&|name| name != "gone"), None);
    }

    #[test]
    fn a_further_plot_shares_the_place_of_another() {
        let mut all = Arrangement::Row(vec![(1.0, plot("a")), (1.0, plot("b"))]);
        assert!(all.add_beside("b", "c"));
        assert!(all.add_beside("c", "d"));
        assert!(!all.add_beside("x", "e"));
        assert_eq!(all.plots(), ["a", "b", "c", "d"]);
        let tabs = Arrangement::Tabs(0, vec![plot("b"), plot("c"), plot("d")]);
        let row = Arrangement::Row(vec![(1.0, plot("a")), (1.0, tabs.clone())]);
        assert_eq!(all, row);
        // On a page of several plots, the tab comes within it and not beside it.
        let mut pages = row.with_page("e").with_page("f");
        assert!(pages.add_beside("a", "g"));
        let left = Arrangement::Tabs(0, vec![plot("a"), plot("g")]);
        let row = Arrangement::Row(vec![(1.0, left), (1.0, tabs)]);
        let expected = Arrangement::Tabs(0, vec![row, plot("e"), plot("f")]);
        assert_eq!(pages, expected);
    }

    #[test]
    fn what_a_file_leaves_out_has_its_default() {
        let view: View = serde_json::from_str("{\"theme\": \"dark\"}").expect("it is a view");
        assert_eq!(
            view,
            View {
                theme: Theme::Dark,
                ..View::default()
            }
        );
    }
}
