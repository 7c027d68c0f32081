//! How often news make the window draw.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Least time between the beginnings of two frames that only news ask for. Thirty a second look alive, and what
/// is not drawn is left for the runs; what a person does is drawn at once. A timer wakes a millisecond or two late.
pub const NEWS_EVERY: Duration = Duration::from_micros(31_250);

/// When the window was last drawn.
#[derive(Debug, Clone)]
pub struct Rhythm(Arc<Mutex<Instant>>);

impl Default for Rhythm {
    fn default() -> Self {
        Self(Arc::new(Mutex::new(Instant::now())))
    }
}

impl Rhythm {
    /// A frame begins.
    pub fn beat(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
    }

    /// How long news that come now wait for their frame. Never not at all, which egui would take as a wish
    /// for two frames.
    #[must_use]
    pub fn wait(&self) -> Duration {
        let last = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        NEWS_EVERY
            .saturating_sub(last.elapsed())
            .max(Duration::from_millis(1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn news_wait_for_the_next_beat_and_no_longer() {
        let rhythm = Rhythm::default();
        rhythm.beat();
        let wait = rhythm.wait();
        assert!(wait <= NEWS_EVERY && wait > Duration::ZERO, "{wait:?}");
        std::thread::sleep(NEWS_EVERY);
        assert_eq!(rhythm.wait(), Duration::from_millis(1));
    }
}
