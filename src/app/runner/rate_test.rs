//! The learning-rate range test, on a thread of its own and on a copy of the contender.

use super::{Inner, News, Runner, guarded, plan, text};
use crate::app::actions::{Message, RateTestNews};
use crate::experiment::{Experiment, KeyError};
use crate::train::{RangePoint, RangeTest, RateRange, Session};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Ends its test when it is dropped, at the next update.
pub struct Cancel(Arc<AtomicBool>);

impl Drop for Cancel {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

impl Runner {
    pub(super) fn test_rates(&mut self, experiment: Experiment, request: u64) {
        let cancelled = Arc::new(AtomicBool::new(false));
        self.rate_test = Some(Cancel(Arc::clone(&cancelled)));
        let (sender, wake) = (self.sender.clone(), Arc::clone(&self.wake));
        let tell = move |news| Inner::Message(Message::RateTest(request, news));
        self.on_a_thread(move || {
            let result = guarded(|| {
                test(&experiment, &cancelled, |point| {
                    // The receiver is gone only when the window is.
                    drop(sender.send(tell(RateTestNews::Point(point))));
                    wake(News::Progress);
                })
            });
            let broke_down = |reason| Err(vec![KeyError::new("", reason)]);
            tell(RateTestNews::Ended(result.unwrap_or_else(broke_down)))
        });
    }
}

fn test(
    experiment: &Experiment,
    cancelled: &AtomicBool,
    mut tell: impl FnMut(RangePoint),
) -> Result<RangeTest, Vec<KeyError>> {
    let plans = plan(experiment, true)?;
    let Some(plan) = plans.first() else {
        return Err(vec![KeyError::new("", text::BROKE_DOWN)]);
    };
    let session = Session::new(
        &plan.experiment,
        &plan.contender,
        Arc::clone(&plan.dataset),
        plan.threads,
    )
    .map_err(|error| vec![super::load::of_training(error)])?;
    Ok(session.range_test(&RateRange::default(), |point| {
        tell(*point);
        !cancelled.load(Ordering::Relaxed)
    }))
}
