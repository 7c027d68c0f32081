//! Work shared between threads, results in the order of the work.

use rayon_core::{ThreadPool, ThreadPoolBuilder};
use std::num::NonZero;
use std::sync::LazyLock;

/// Helpers of all runs, asleep while there is nothing to do: to start a thread at every call would cost
/// more than a small network's step. `None` where the system gives no threads.
static HELPERS: LazyLock<Option<ThreadPool>> = LazyLock::new(|| {
    let threads = std::thread::available_parallelism().map_or(1, NonZero::get);
    ThreadPoolBuilder::new()
        .num_threads(threads)
        .thread_name(|index| format!("kernel {index}"))
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
    helpers.in_place_scope(|scope| {
        let (own, others) = shares.split_at_mut(1);
        for share in others {
            scope.spawn(|_| all(share));
        }
        own.iter_mut().for_each(&all);
    });
    shares
        .into_iter()
        .flat_map(|(_, results)| results)
        .collect()
}
