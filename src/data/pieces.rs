//! Long columns and texts in pieces, one a core.

use super::Stop;
use std::{num::NonZero, ops::Range, thread};

/// More pieces than this gain nothing: memory is the limit before.
const MOST: usize = 8;

/// `0..len` in as many even pieces as there are cores, none shorter than `least`; at least one.
pub(super) fn of(len: usize, least: usize) -> Vec<Range<usize>> {
    let cores = thread::available_parallelism().map_or(1, NonZero::get);
    even(len, (len / least.max(1)).clamp(1, cores.min(MOST)))
}

/// `0..len` in `count` even pieces.
pub(super) fn even(len: usize, count: usize) -> Vec<Range<usize>> {
    (0..count)
        .map(|piece| piece * len / count..(piece + 1) * len / count)
        .collect()
}

/// What `work` makes of each of `pieces`, in their order, each on a thread of its own that heeds what this one does.
pub(super) fn each<P: Send, T: Send>(pieces: Vec<P>, work: impl Fn(P) -> T + Sync) -> Vec<T> {
    let work = &work;
    let stop = &Stop::current();
    thread::scope(|scope| {
        let mut pieces = pieces.into_iter();
        let first = pieces.next();
        let others: Vec<_> = pieces
            .map(|piece| scope.spawn(move || stop.heed(|| work(piece))))
            .collect();
        let mut made: Vec<T> = first.map(work).into_iter().collect();
        made.extend(others.into_iter().map(|other| {
            other
                .join()
                .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        }));
        made
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_cover_all_in_order() {
        for (len, least) in [(0, 1), (1, 1), (7, 3), (1000, 1), (1000, 999), (5, 0)] {
            let pieces = of(len, least);
            assert!(pieces.iter().cloned().flatten().eq(0..len));
            assert!(pieces.len() == 1 || pieces.iter().all(|piece| piece.len() >= least));
        }
        assert_eq!(each(vec![3, 1, 2], |x| x * 10), [30, 10, 20]);
    }
}
