//! Threads that compute: how many may, and that they stand behind the one that draws, where there is one.
//!
//! With more of them than processors a frame would wait until each has had its turn. The kernel's own means
//! against it is a lower priority: who draws gets a processor when it needs one, and who computes gets all the
//! rest. Numbers do not depend on it.

use std::num::NonZero;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use thread_priority::{ThreadPriority, ThreadPriorityValue, set_current_thread_priority};

/// Whether this process draws.
static DRAWS: AtomicBool = AtomicBool::new(false);

/// A nice value of 13 on Linux, the lowest of its range on macOS, "lowest" but not "idle" on Windows. A nice value
/// of 10 with four threads a processor would let one of them into the middle of every frame.
const BEHIND: u8 = 15;

/// How many threads can compute at once here; one where the system does not tell.
pub(crate) fn available() -> usize {
    thread::available_parallelism().map_or(1, NonZero::get)
}

/// Says that this process has a window, before it begins to compute.
#[cfg(feature = "gui")]
pub(crate) fn process_draws() {
    DRAWS.store(true, Ordering::Relaxed);
}

/// Lowers the priority of the calling thread, which is about to compute, where this process has a window.
/// A thread cannot raise it again.
pub(crate) fn step_back() {
    if !DRAWS.load(Ordering::Relaxed) {
        return;
    }
    if let Ok(behind) = ThreadPriorityValue::try_from(BEHIND) {
        // A system that refuses, as one where the whole process stands further behind, leaves it as it was.
        drop(set_current_thread_priority(ThreadPriority::Crossplatform(
            behind,
        )));
    }
}

#[cfg(all(test, feature = "gui", target_os = "linux"))]
mod tests {
    use super::*;

    /// The nice value of the calling thread.
    fn nice() -> i32 {
        let stat = std::fs::read_to_string("/proc/thread-self/stat").unwrap_or_default();
        let (_, fields) = stat.rsplit_once(')').expect("a name in brackets");
        let nice = fields.split_whitespace().nth(16);
        nice.and_then(|nice| nice.parse().ok())
            .expect("a nice value")
    }

    #[test]
    fn only_threads_that_compute_in_a_process_that_draws_stand_back() {
        let own = nice();
        process_draws();
        let behind = std::thread::spawn(|| {
            step_back();
            // What it starts stands where it does.
            [nice(), std::thread::spawn(nice).join().expect("a number")]
        });
        let behind = behind.join().expect("two numbers");
        assert!(behind.iter().all(|&nice| nice >= 13), "{behind:?}");
        assert_eq!(nice(), own, "who draws stays where it was");
    }
}
