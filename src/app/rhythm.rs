//! When the window draws what nobody asked for by hand: news of runs as often as they can be seen, and nothing at all
//! for the moment in which work may end that has just begun.

use eframe::UserEvent;
use eframe::egui::{Context, ViewportId};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use winit::event_loop::EventLoopProxy;

/// Least time between the beginnings of two frames that only news ask for. Thirty a second look alive, and what
/// is not drawn is left for the runs; what a person does is drawn at once. A timer wakes a millisecond or two late.
pub const NEWS_EVERY: Duration = Duration::from_micros(31_250);

/// Never not at all, which egui would take as a wish for two frames.
const AT_ONCE: Duration = Duration::from_micros(1);

/// As long as work takes that seems to be done at once. Frames in it would take their time from it: egui draws two
/// more after each key, for what settles late.
const MOMENT: Duration = Duration::from_millis(200);

/// When the window was last drawn, and when it will be.
#[derive(Clone)]
pub struct Rhythm {
    beats: Arc<Mutex<Beats>>,
    wake: Arc<dyn Fn(Duration) + Send + Sync>,
}

struct Beats {
    /// When the last frame began.
    last: Instant,
    /// Until when frames wait that neither a person nor an answer asks for.
    hushed: Instant,
}

impl Rhythm {
    /// Of a window that draws whenever egui says so.
    #[must_use]
    pub fn of(ctx: &Context) -> Self {
        let now = Instant::now();
        let ctx = ctx.clone();
        Self {
            beats: Arc::new(Mutex::new(Beats {
                last: now,
                hushed: now,
            })),
            wake: Arc::new(move |wait| ctx.request_repaint_after(wait)),
        }
    }

    /// Of a window that is woken by `proxy`: what egui asks for can wait there.
    #[must_use]
    pub fn conducting(ctx: &Context, proxy: EventLoopProxy<UserEvent>) -> Self {
        let Self { beats, .. } = Self::of(ctx);
        let proxy = Arc::new(Mutex::new(proxy));
        let send = move |viewport_id, wait, cumulative_pass_nr| {
            let proxy = proxy.lock().unwrap_or_else(PoisonError::into_inner);
            // The loop is gone only when the window is.
            drop(proxy.send_event(UserEvent::RequestRepaint {
                viewport_id,
                when: Instant::now() + wait,
                cumulative_pass_nr,
            }));
        };
        let (held, asked) = (Arc::clone(&beats), send.clone());
        ctx.set_request_repaint_callback(move |info| {
            let wait = info.delay.max(lock(&held).hush());
            asked(info.viewport_id, wait, info.current_cumulative_pass_nr);
        });
        let ctx = ctx.clone();
        Self {
            beats,
            wake: Arc::new(move |wait| send(ViewportId::ROOT, wait, ctx.cumulative_pass_nr())),
        }
    }

    /// A frame begins.
    pub fn beat(&self) {
        lock(&self.beats).last = Instant::now();
    }

    /// Work has begun that somebody waits for: until its answer, a moment at most, it has the processors.
    pub fn hush(&self) {
        lock(&self.beats).hushed = Instant::now() + MOMENT;
    }

    /// What somebody waited for is there, and drawn at once.
    pub fn answer(&self) {
        lock(&self.beats).hushed = Instant::now();
        (self.wake)(AT_ONCE);
    }

    /// News that nobody waits for are drawn in their time.
    pub fn news(&self) {
        let wait = lock(&self.beats).wait();
        (self.wake)(wait);
    }
}

fn lock(beats: &Mutex<Beats>) -> MutexGuard<'_, Beats> {
    beats.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Beats {
    /// How much longer egui's wishes wait.
    fn hush(&self) -> Duration {
        self.hushed.saturating_duration_since(Instant::now())
    }

    /// How long news that come now wait for their frame.
    fn wait(&self) -> Duration {
        let next = NEWS_EVERY.saturating_sub(self.last.elapsed());
        next.max(self.hush()).max(AT_ONCE)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc::channel;

    #[test]
    fn news_wait_for_the_next_beat_and_no_longer_and_answers_for_nothing() {
        let (told, waits) = channel();
        let rhythm = Rhythm {
            wake: Arc::new(move |wait| told.send(wait).expect("a receiver")),
            ..Rhythm::of(&Context::default())
        };
        let next = || waits.try_recv().expect("the window is woken");
        rhythm.beat();
        rhythm.news();
        let wait = next();
        assert!(wait <= NEWS_EVERY && wait > AT_ONCE, "{wait:?}");
        rhythm.beat();
        rhythm.answer();
        assert_eq!(next(), AT_ONCE);
        std::thread::sleep(NEWS_EVERY);
        rhythm.news();
        assert_eq!(next(), AT_ONCE);
        rhythm.hush();
        rhythm.news();
        let wait = next();
        assert!(wait <= MOMENT && wait > NEWS_EVERY, "{wait:?}");
        rhythm.answer();
        rhythm.beat();
        rhythm.news();
        assert_eq!(next(), AT_ONCE);
        assert!(next() <= NEWS_EVERY, "an answer ends the hush");
    }
}
