//! Reading and preparing data can be ended from outside.
//!
//! What is read lies many calls below whoever waits for it; so the wish belongs to the thread, as a task's
//! cancellation does elsewhere, and is handed on to the threads that help it.

use super::DataError;
use std::cell::RefCell;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

thread_local! {
    static CURRENT: RefCell<Stop> = RefCell::default();
}

/// The wish that reading and preparing come to an end, shared by who has it and who heeds it.
#[derive(Debug, Clone, Default)]
pub struct Stop(Arc<AtomicBool>);

impl Stop {
    /// Asks for the end. It comes soon, not at once.
    pub fn ask(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether somebody asked.
    #[must_use]
    pub fn is_asked(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    /// Does `work` on this thread; what it reads and prepares ends with an error once this is asked for.
    pub fn heed<T>(&self, work: impl FnOnce() -> T) -> T {
        /// Puts back what was heeded before, whatever becomes of the work.
        struct Before(Stop);
        impl Drop for Before {
            fn drop(&mut self) {
                CURRENT.set(std::mem::take(&mut self.0));
            }
        }
        let _before = Before(CURRENT.replace(self.clone()));
        work()
    }

    /// What this thread heeds.
    #[must_use]
    pub fn current() -> Self {
        CURRENT.with_borrow(Self::clone)
    }

    /// # Errors
    /// It was asked for.
    pub(super) fn check(&self, source: &str) -> Result<(), DataError> {
        if self.is_asked() {
            return Err(DataError::file(source, "was not loaded: it was stopped"));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::{Dataset, delimited};
    use crate::experiment::Experiment;
    use std::fmt::Write;

    #[test]
    fn a_large_text_is_not_read_to_its_end_and_a_step_not_made() {
        let mut text = String::from("a,b\n");
        for row in 0..400_000 {
            writeln!(text, "{row},{}", row % 7).expect("text takes more");
        }
        let stop = Stop::default();
        let read = |stop: &Stop| stop.heed(|| delimited::parse("x", text.as_str()));
        let table = read(&stop).expect("nobody asked");
        assert_eq!(table.rows(), 400_000);
        stop.ask();
        let error = read(&stop).expect_err("it was asked for");
        assert!(error.to_string().contains("stopped"), "{error}");

        let steps = "[data]\n[[data.prepare]]\nstep = 'difference'\n";
        let settings = Experiment::from_toml(steps).expect("good settings").data;
        let prepared = |stop: &Stop| stop.heed(|| Dataset::from_table(&table, &settings, 7));
        assert!(prepared(&stop).is_err());
        assert!(prepared(&Stop::default()).is_ok());
        assert!(
            !Stop::current().is_asked(),
            "what was heeded before is heeded again"
        );
    }
}
