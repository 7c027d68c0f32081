//! Long columns and texts in pieces, one a core.

use super::Stop;
use crate::threads;
use std::{
    collections::BTreeMap,
    ops::Range,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

/// More pieces than this gain nothing: memory is the limit before.
const MOST: usize = 8;

/// `0..len` in as many even pieces as there are cores, none shorter than `least`; at least one.
pub(super) fn of(len: usize, least: usize) -> Vec<Range<usize>> {
    even(len, (len / least.max(1)).clamp(1, threads()))
}

/// How many threads there are for pieces.
fn threads() -> usize {
    let cores = threads::available();
    cores.min(MOST)
}

/// `0..len` in even pieces of about so many, for [`joined`].
pub(super) fn about(len: usize, size: usize) -> Vec<Range<usize>> {
    even(len, (len / size.max(1)).max(1))
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

/// What was made of pieces.
struct Joined<T, E> {
    /// Of those at the beginning.
    all: Option<Result<T, E>>,
    /// The one to be added next.
    next: usize,
    /// Of those that wait for one before them.
    waiting: BTreeMap<usize, Result<T, E>>,
}

/// What `work` makes of the pieces `0..count`, side by side, each added by `join` to those before it as soon as
/// there are all of these: hardly more than one a core has to be held beside the whole. The first error in their
/// order, as soon as it is known; none where there is no piece.
pub(super) fn joined<T: Send, E: Send>(
    count: usize,
    work: impl Fn(usize) -> Result<T, E> + Sync,
    join: impl Fn(&mut T, T) + Sync,
) -> Result<Option<T>, E> {
    let given = AtomicUsize::new(0);
    let joined = Mutex::new(Joined {
        all: None,
        next: 0,
        waiting: BTreeMap::new(),
    });
    each(vec![(); threads().min(count)], |()| {
        loop {
            let piece = given.fetch_add(1, Ordering::Relaxed);
            if piece >= count {
                return;
            }
            let made = work(piece);
            let mut joined = joined.lock().unwrap_or_else(PoisonError::into_inner);
            let Joined { all, next, waiting } = &mut *joined;
            waiting.insert(piece, made);
            while let Some(made) = waiting.remove(next) {
                *next += 1;
                match (&mut *all, made) {
                    (Some(Err(_)), _) => {}
                    (Some(Ok(all)), Ok(made)) => join(all, made),
                    (_, made) => *all = Some(made),
                }
            }
            if matches!(all, Some(Err(_))) {
                given.store(count, Ordering::Relaxed);
            }
        }
    });
    let joined = joined.into_inner().unwrap_or_else(PoisonError::into_inner);
    joined.all.transpose()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_are_joined_in_order_and_the_first_error_counts() {
        let texts = |bad: &'static [usize]| {
            joined(
                40,
                |piece| {
                    // The later, the sooner.
                    thread::sleep(std::time::Duration::from_micros(40 - piece as u64));
                    if bad.contains(&piece) {
                        Err(piece)
                    } else {
                        Ok(vec![piece])
                    }
                },
                Extend::extend,
            )
        };
        assert_eq!(texts(&[]), Ok(Some((0..40).collect())));
        assert_eq!(texts(&[31, 7, 8]), Err(7));
        assert_eq!(texts(&[0]), Err(0));
        assert_eq!(joined(0, Ok::<_, ()>, |_, _| {}), Ok(None));
    }

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
