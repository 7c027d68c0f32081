//! The loss around a contender, on threads of its own while training goes on.

use super::known::{Known, begin};
use super::{Inner, News, Runner, guarded, plan, text};
use crate::app::actions::{LandscapeNews, Message};
use crate::app::landscape::{Surface, Survey, Wish};
use crate::data::Part;
use crate::experiment::KeyError;
use crate::model::Parameters;
use crate::threads;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};

/// Seconds that nobody is asked about.
const PATIENCE: f64 = 30.0;

/// Ends its work when it is dropped, at the next point.
pub struct Ongoing {
    cancelled: Arc<AtomicBool>,
    go: Sender<()>,
}

impl Drop for Ongoing {
    fn drop(&mut self) {
        self.cancelled.store(true, Ordering::Relaxed);
    }
}

impl Ongoing {
    /// However long it takes.
    pub fn go_ahead(&self) {
        // There is no receiver where it has begun already.
        self.go.send(()).ok();
    }
}

impl Runner {
    pub(super) fn look_around(&mut self, wish: Wish, request: u64) {
        let cancelled = Arc::new(AtomicBool::new(false));
        let (go, gone_ahead) = channel();
        self.landscape = Some(Ongoing {
            cancelled: Arc::clone(&cancelled),
            go,
        });
        let runs = self.runs.iter().enumerate();
        let runs: Vec<Known> = runs.map(|(index, run)| Known::of(index, run)).collect();
        let (sender, wake) = (self.sender.clone(), Arc::clone(&self.wake));
        let tell = move |news| Inner::Message(Message::Landscape(request, news));
        self.on_a_thread(move || {
            let result = guarded(|| {
                look(&wish, &runs, &cancelled, &gone_ahead, |news| {
                    // The receiver is gone only when the window is.
                    drop(sender.send(tell(news)));
                    wake(News::Progress);
                })
            });
            let broke_down = |reason| Err(vec![KeyError::new("", reason)]);
            tell(LandscapeNews::Ended(result.unwrap_or_else(broke_down)))
        });
    }
}

/// The landscape; `None` where it was cancelled.
fn look(
    wish: &Wish,
    runs: &[Known],
    cancelled: &AtomicBool,
    gone_ahead: &Receiver<()>,
    tell: impl Fn(LandscapeNews) + Sync,
) -> Result<Option<Surface>, Vec<KeyError>> {
    let problem = |reason: &str| Err(vec![KeyError::new("", reason)]);
    let own = wish
        .run
        .and_then(|run| runs.iter().find(|known| known.run == run));
    let (session, dataset) = if let Some(known) = own {
        (known.session()?, Arc::clone(&known.plan.dataset))
    } else {
        let plans = plan(&wish.experiment, true)?;
        let Some(plan) = plans.first() else {
            return problem(&text::BROKE_DOWN);
        };
        (begin(plan)?, Arc::clone(&plan.dataset))
    };
    let threads = threads::available();
    // A run's beginning is one more, and a principal plane has them all once more.
    let states = runs.iter().map(Known::states).sum::<usize>();
    session
        .check_landscape(2 * states, threads)
        .map_err(|error| vec![error])?;
    let mut trails = Vec::new();
    for known in runs {
        if cancelled.load(Ordering::Relaxed) {
            return Ok(None);
        }
        trails.push(known.trail(&known.session()?));
    }
    let own_trail = own.and_then(|known| trails.iter().find(|trail| trail.run == known.run));
    let latest = own_trail.and_then(|trail| trail.weights.last());
    let (step, values) = latest
        .cloned()
        .unwrap_or_else(|| (0, session.parameters().values.clone()));
    let tensors = session.parameters().tensors.clone();
    let Some(survey) = Survey::new(&Parameters { tensors, values }, &trails, wish) else {
        return problem(&text::NO_PRINCIPAL_PLANE);
    };
    let seconds = session.landscape_time(&survey.grid, threads).as_secs_f64();
    let asks = seconds > PATIENCE;
    tell(LandscapeNews::Size {
        windows: dataset.part_windows(Part::Train).len(),
        seconds,
        asks,
    });
    if asks && gone_ahead.recv().is_err() {
        return Ok(None);
    }
    // Not more news than a bar has pixels.
    let every = (survey.grid.count() / 200).max(1);
    let losses = session.landscape(&survey.plane, &survey.grid, threads, |done| {
        if done.is_multiple_of(every) {
            tell(LandscapeNews::Done(done));
        }
        !cancelled.load(Ordering::Relaxed)
    });
    Ok(losses.map(|losses| Surface {
        grid: survey.grid,
        losses,
        step,
        paths: survey.paths,
        share: survey.share,
        exact: false,
    }))
}
