//! Looks inside the network of a run.

use super::AppState;
use super::problems::lines;
use crate::app::actions::Effect;
use crate::app::inside::{self, Look};
use crate::app::text;
use crate::experiment::KeyError;
use crate::train::Inside;
use std::sync::Arc;

impl AppState {
    pub(super) fn look_inside(&mut self, wish: inside::Wish) {
        let Some(run) = self.runs.get(wish.run) else {
            return;
        };
        let from_folder = run.folder.is_some();
        self.inside_requests += 1;
        let request = self.inside_requests;
        // Of the same run what was seen stays until there is something new.
        let same_run = |look: &Look| look.wish.run == wish.run;
        let found = self
            .inside
            .take()
            .filter(same_run)
            .and_then(|look| look.found);
        self.inside = Some(Look {
            wish,
            found: found.filter(|_| !from_folder),
            problem: from_folder.then(|| text::WEIGHTS_NOT_READ.into()),
            request,
        });
        if !from_folder {
            self.effects.push(Effect::LookInside(wish, request));
        }
    }

    pub(super) fn seen_inside(&mut self, request: u64, result: Result<Box<Inside>, Vec<KeyError>>) {
        if let Some(look) = &mut self.inside
            && look.request == request
        {
            match result {
                Ok(found) => look.found = Some(Arc::from(found)),
                Err(problems) => look.problem = Some(lines(&problems, &self.contenders)),
            }
        }
    }
}
