//! The loss around a contender: asked for, watched, ended.

use super::AppState;
use super::problems::lines;
use crate::app::actions::{Effect, LandscapeNews};
use crate::app::landscape::{Directions, SIZES, Surface, Wish, cliff};
use crate::app::text;
use crate::experiment::Generate;
use std::sync::Arc;

/// How far a landscape is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LandscapeStage {
    /// It is found out how long it takes.
    Measuring,
    /// It takes so long that somebody must say yes.
    Asking,
    /// So many points are done.
    Computing(usize),
    /// A person ended it.
    Cancelled,
    /// It is there, or could not be had.
    Ended,
}

/// A landscape, as far as it has come.
#[derive(Debug, Clone, PartialEq)]
pub struct Landscape {
    /// The contender's name when it began.
    pub name: String,
    /// The contender's colour number, which stays its own.
    pub colour: usize,
    /// Points along each side.
    pub points: usize,
    /// Which plane.
    pub directions: Directions,
    /// How far it is.
    pub stage: LandscapeStage,
    /// Windows that each point is the mean over, and the seconds that all of them take; once known.
    pub size: Option<(usize, f64)>,
    /// What was found.
    pub surface: Option<Arc<Surface>>,
    /// Why nothing was.
    pub problem: Option<String>,
    request: u64,
}

impl Landscape {
    /// Whether it goes on, or waits for an answer.
    #[must_use]
    pub fn ongoing(&self) -> bool {
        !matches!(
            self.stage,
            LandscapeStage::Cancelled | LandscapeStage::Ended
        )
    }
}

impl AppState {
    pub(super) fn compute_landscape(&mut self, points: usize, directions: Directions) {
        let (false, true, Some(contender)) = (
            self.blocked(),
            SIZES.contains(&points),
            self.contender().cloned(),
        ) else {
            return;
        };
        self.forget_landscape();
        self.landscape_requests += 1;
        let colour = self.colours[self.selected];
        let run = self.runs.iter().position(|run| run.colour == colour);
        let mut landscape = Landscape {
            name: contender.name,
            colour,
            points,
            directions,
            stage: LandscapeStage::Measuring,
            size: None,
            surface: None,
            problem: None,
            request: self.landscape_requests,
        };
        if directions == Directions::Cliff {
            // Two weights and a short sum: nothing that a thread would be needed for.
            let data = &contender.experiment.data;
            let steps = data.generate.length;
            let steps = steps.or(Generate::for_source(&data.source).length);
            let surface = cliff(&self.contenders, steps.unwrap_or(50));
            landscape.points = surface.grid.points;
            landscape.stage = LandscapeStage::Ended;
            landscape.surface = Some(Arc::new(surface));
        } else if run.is_some_and(|run| self.runs[run].folder.is_some()) {
            landscape.stage = LandscapeStage::Ended;
            landscape.problem = Some(text::WEIGHTS_NOT_READ.into());
        } else {
            let mut experiment = contender.experiment;
            experiment.seeds.truncate(1);
            let wish = Wish {
                experiment,
                run,
                points,
                directions,
            };
            self.effects
                .push(Effect::LookAround(Box::new(wish), landscape.request));
        }
        self.landscape = Some(landscape);
    }

    /// However long it takes.
    pub(super) fn go_ahead_with_landscape(&mut self) {
        if let Some(landscape) = &mut self.landscape
            && landscape.stage == LandscapeStage::Asking
        {
            landscape.stage = LandscapeStage::Computing(0);
            self.effects.push(Effect::GoAheadWithLandscape);
        }
    }

    pub(super) fn cancel_landscape(&mut self) {
        if let Some(landscape) = &mut self.landscape
            && landscape.ongoing()
        {
            landscape.stage = LandscapeStage::Cancelled;
            self.effects.push(Effect::CancelLandscape);
        }
    }

    /// Ends it and drops what it has shown: it is of something that is no more.
    pub(super) fn forget_landscape(&mut self) {
        self.cancel_landscape();
        self.landscape = None;
    }

    /// Takes in what the landscape with this number tells; one that was given up is not listened to.
    pub(super) fn landscape_news(&mut self, request: u64, news: LandscapeNews) {
        let Some(landscape) = &mut self.landscape else {
            return;
        };
        if landscape.request != request || !landscape.ongoing() {
            return;
        }
        match news {
            LandscapeNews::Size {
                windows,
                seconds,
                asks,
            } => {
                landscape.size = Some((windows, seconds));
                landscape.stage = if asks {
                    LandscapeStage::Asking
                } else {
                    LandscapeStage::Computing(0)
                };
            }
            LandscapeNews::Done(done) => landscape.stage = LandscapeStage::Computing(done),
            LandscapeNews::Ended(result) => {
                landscape.stage = LandscapeStage::Ended;
                match result {
                    Ok(surface) => landscape.surface = surface.map(Arc::new),
                    Err(problems) => {
                        landscape.problem = Some(lines(&problems, &self.contenders));
                    }
                }
            }
        }
    }
}
