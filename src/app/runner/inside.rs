//! A look inside a run's network, on a thread of its own.

use super::known::Known;
use super::{Inner, Runner, guarded, text};
use crate::app::actions::Message;
use crate::app::inside::Wish;
use crate::experiment::KeyError;
use crate::train::Inside;

impl Runner {
    pub(super) fn look_inside(&self, wish: Wish, request: u64) {
        let known = self.runs.get(wish.run).map(|run| Known::of(wish.run, run));
        self.on_a_thread(move || {
            let problem = |reason| Err(vec![KeyError::new("", reason)]);
            let result = match known {
                Some(known) => guarded(|| look(&wish, &known)).unwrap_or_else(problem),
                None => problem(text::NO_SNAPSHOT.into()),
            };
            Inner::Message(Message::Inside(request, result.map(Box::new)))
        });
    }
}

fn look(wish: &Wish, known: &Known) -> Result<Inside, Vec<KeyError>> {
    let session = known.session()?;
    let problem = |reason: text::Text| vec![KeyError::new("", reason)];
    let weights = known
        .weights_at(&session, wish.step)
        .ok_or_else(|| problem(text::STATE_FORGOTTEN))?;
    (session.inside(&weights, wish.step, wish.part, wish.window))
        .ok_or_else(|| problem(text::NO_WINDOWS))
}
