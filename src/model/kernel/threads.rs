//! Work shared between threads, results in the order of the work.

use crate::priority;
use rayon_core::{ThreadPool, ThreadPoolBuilder};
use std::num::NonZero;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// How long a helper stays awake for more, and the one that shares its work for what the helpers still do:
/// to wake a thread takes as long as a small network's forward pass, and longer where the machine is a guest.
const AWAKE: Duration = Duration::from_micros(300);

/// Calls that had work to share: a new one ends a helper's [`stay_awake`].
static SHARED: AtomicU64 = AtomicU64::new(0);

/// Helpers of all runs, asleep while there is nothing to do: to start a thread at every call would cost
/// more than a small network's step. `None` where the system gives no threads.
static HELPERS: LazyLock<Option<ThreadPool>> = LazyLock::new(|| {
    let processors = std::thread::available_parallelism().map_or(1, NonZero::get);
    ThreadPoolBuilder::new()
        // The one that shares its work works too.
        .num_threads((processors - 1).max(1))
        .thread_name(|index| format!("kernel {index}"))
        .start_handler(|_| priority::step_back())
        .build()
        .ok()
});

/// `work` done on every item, results in the items' order.
pub(super) fn on_threads<I: Send, O: Send>(
    threads: usize,
    items: Vec<I>,
    work: impl Fn(I) -> O + Sync,
) -> Vec<O> {
    let threads = threads.min(items.len());
    let Some(helpers) = HELPERS.as_ref().filter(|_| threads > 1) else {
        return items.into_iter().map(work).collect();
    };
    let count = items.len();
    let mut shares: Vec<(Vec<I>, Vec<O>)> =
        (0..threads).map(|_| (Vec::new(), Vec::new())).collect();
    for (index, item) in items.into_iter().enumerate() {
        shares[index * threads / count].0.push(item);
    }
    let all = |share: &mut (Vec<I>, Vec<O>)| share.1.extend(share.0.drain(..).map(&work));
    let call = SHARED.fetch_add(1, Ordering::Relaxed) + 1;
    let at_work = AtomicUsize::new(threads - 1);
    helpers.in_place_scope(|scope| {
        let (own, others) = shares.split_at_mut(1);
        for share in others {
            scope.spawn(|_| {
                all(share);
                at_work.fetch_sub(1, Ordering::Relaxed);
            });
        }
        own.iter_mut().for_each(&all);
        // The scope's end would sleep till then.
        stay_awake(|| at_work.load(Ordering::Relaxed) > 0);
    });
    for _ in 1..threads {
        helpers.spawn(move || stay_awake(|| SHARED.load(Ordering::Relaxed) == call));
    }
    shares
        .into_iter()
        .flat_map(|(_, results)| results)
        .collect()
}

/// Returns when there is nothing more to wait for, or after a while. What is waited for is only ever a number
/// that ends the wait: nothing else is read through it.
fn stay_awake(waiting: impl Fn() -> bool) {
    let begun = Instant::now();
    while waiting() && begun.elapsed() < AWAKE {
        for _ in 0..32 {
            std::hint::spin_loop();
        }
    }
}
