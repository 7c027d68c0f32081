//! Work shared between threads, results in the order of the work.
//!
//! A small network's whole step takes 50 µs, as long as it takes to wake a thread. So helpers stay awake for a
//! while after their work, and nobody waits for one that has not begun: what it has not taken, its caller does.
//! On a machine whose other processor is busy a step then costs what it costs alone.

#![allow(
    unsafe_code,
    reason = "what is lent to a thread that outlives the loan can't be told to the compiler"
)]

use crate::threads;
use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::ptr::null_mut;
use std::sync::atomic::{AtomicPtr, AtomicU64, AtomicUsize, Ordering};
use std::sync::{LazyLock, Mutex, PoisonError};
use std::thread::Thread;
use std::time::{Duration, Instant};

/// How long a helper stays awake for more, and its caller for what it still does.
const AWAKE: Duration = Duration::from_micros(300);

/// The first part of that in which nothing else may run instead.
const EAGER: Duration = Duration::from_micros(20);

/// Calls in a row for which a helper came too late before it is left alone for [`ALONE`]: one that slept comes
/// too late for the first few small ones.
const LATE: usize = 8;

/// For so long: another program has its processor, and to wake it costs as much as a small network's pass.
const ALONE: Duration = Duration::from_millis(20);

/// What is lent: it lives in its caller's frame until no helper has it any more.
struct Loan<'a> {
    /// Does the item of this number.
    work: &'a (dyn Fn(usize) + Sync),
    /// Items.
    count: usize,
    /// The next one to do.
    next: AtomicUsize,
    /// Helpers that have the loan, or may still take it.
    holders: AtomicUsize,
    /// Who lends.
    caller: Thread,
    /// What a helper panicked with.
    panic: Mutex<Option<Box<dyn Any + Send>>>,
}

impl Loan<'_> {
    /// Items until there are no more.
    fn work(&self) {
        loop {
            let item = self.next.fetch_add(1, Ordering::Relaxed);
            if item >= self.count {
                return;
            }
            (self.work)(item);
        }
    }
}

/// A thread that works for others.
struct Helper {
    /// A loan that nobody has taken yet, or null. Whoever swaps it for null has it: the helper, or the caller
    /// that takes it back.
    offer: AtomicPtr<Loan<'static>>,
    thread: Thread,
    /// Loans in a row that were taken back.
    late: AtomicUsize,
    /// Until when it is left alone, in microseconds as [`now`] gives them.
    alone_until: AtomicU64,
}

/// Helpers of all runs; none where the system gives no threads.
static HELPERS: LazyLock<Vec<&'static Helper>> = LazyLock::new(|| {
    let processors = threads::available();
    // The one that lends works too.
    (0..processors - 1)
        .map_while(|index| {
            let (tell, told) = std::sync::mpsc::channel::<&'static Helper>();
            let thread = std::thread::Builder::new()
                .name(format!("kernel {index}"))
                .spawn(move || {
                    if let Ok(helper) = told.recv() {
                        help(helper);
                    }
                })
                .ok()?;
            let helper: &'static Helper = Box::leak(Box::new(Helper {
                offer: AtomicPtr::new(null_mut()),
                thread: thread.thread().clone(),
                late: AtomicUsize::new(0),
                alone_until: AtomicU64::new(0),
            }));
            tell.send(helper).ok()?;
            Some(helper)
        })
        .collect()
});

/// Microseconds since the first call.
fn now() -> u64 {
    static BEGIN: LazyLock<Instant> = LazyLock::new(Instant::now);
    BEGIN.elapsed().as_micros() as u64
}

/// Takes what is offered, for ever.
fn help(helper: &Helper) {
    threads::step_back();
    loop {
        let offered = || !helper.offer.load(Ordering::Relaxed).is_null();
        while !stay_awake(offered) {
            // Woken by whoever offers something.
            std::thread::park();
        }
        let taken = helper.offer.swap(null_mut(), Ordering::Acquire);
        if taken.is_null() {
            continue;
        }
        helper.late.store(0, Ordering::Relaxed);
        // SAFETY: `taken` was put there by `Lent::new` with `Release`, which the swap's `Acquire` meets, so that
        // the loan is whole; the swap gave it to this thread alone, and its holder's count, which `Lent::drop`
        // waits for, falls only below: until then the caller's frame, and all that the loan borrows, stand.
        let loan = unsafe { &*taken };
        if let Err(panic) = catch_unwind(AssertUnwindSafe(|| loan.work())) {
            *loan.panic.lock().unwrap_or_else(PoisonError::into_inner) = Some(panic);
        }
        let caller = loan.caller.clone();
        // The last touch of the loan.
        loan.holders.fetch_sub(1, Ordering::Release);
        caller.unpark();
    }
}

/// Offers to helpers; dropped, nobody has the loan any more.
struct Lent<'a> {
    loan: &'a Loan<'a>,
    helpers: Vec<&'static Helper>,
}

impl<'a> Lent<'a> {
    /// To `wanted` helpers at most: those that nobody else has an offer for.
    fn new(loan: &'a Loan<'a>, wanted: usize) -> Self {
        let mut lent = Self {
            loan,
            helpers: Vec::with_capacity(wanted),
        };
        let pointer = std::ptr::from_ref(loan).cast_mut().cast::<Loan<'static>>();
        for helper in HELPERS.iter() {
            if lent.helpers.len() == wanted {
                break;
            }
            if helper.late.load(Ordering::Relaxed) >= LATE {
                if now() < helper.alone_until.load(Ordering::Relaxed) {
                    continue;
                }
                helper.late.store(0, Ordering::Relaxed);
            }
            loan.holders.fetch_add(1, Ordering::Relaxed);
            let free = helper.offer.compare_exchange(
                null_mut(),
                pointer,
                Ordering::Release,
                Ordering::Relaxed,
            );
            if free.is_ok() {
                lent.helpers.push(helper);
                helper.thread.unpark();
            } else {
                loan.holders.fetch_sub(1, Ordering::Relaxed);
            }
        }
        lent
    }
}

impl Drop for Lent<'_> {
    /// Takes back what was not taken, and waits for the rest.
    fn drop(&mut self) {
        let own = std::ptr::from_ref(self.loan).cast_mut().cast();
        for helper in &self.helpers {
            let untaken = helper.offer.compare_exchange(
                own,
                null_mut(),
                Ordering::Relaxed,
                Ordering::Relaxed,
            );
            if untaken.is_ok() {
                self.loan.holders.fetch_sub(1, Ordering::Relaxed);
                if helper.late.fetch_add(1, Ordering::Relaxed) + 1 >= LATE {
                    let until = now() + ALONE.as_micros() as u64;
                    helper.alone_until.store(until, Ordering::Relaxed);
                }
            }
        }
        let done = || self.loan.holders.load(Ordering::Acquire) == 0;
        while !stay_awake(done) {
            // A helper that is done wakes it.
            std::thread::park();
        }
    }
}

/// `work` done on every item, by `threads` threads at most, results in the items' order.
pub(super) fn on_threads<I: Send, O: Send>(
    threads: usize,
    items: Vec<I>,
    work: impl Fn(I) -> O + Sync,
) -> Vec<O> {
    let threads = threads.min(items.len());
    if threads <= 1 || HELPERS.is_empty() {
        return items.into_iter().map(work).collect();
    }
    let items: Vec<Mutex<Option<I>>> = (items.into_iter())
        .map(|item| Mutex::new(Some(item)))
        .collect();
    let results: Vec<Mutex<Option<O>>> = items.iter().map(|_| Mutex::new(None)).collect();
    let take = |slot: &Mutex<Option<I>>| slot.lock().unwrap_or_else(PoisonError::into_inner).take();
    let one = |index: usize| {
        let item = take(&items[index]).expect("each number is given once");
        let result = work(item);
        *results[index]
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = Some(result);
    };
    let loan = Loan {
        work: &one,
        count: items.len(),
        next: AtomicUsize::new(0),
        holders: AtomicUsize::new(0),
        caller: std::thread::current(),
        panic: Mutex::new(None),
    };
    let lent = Lent::new(&loan, threads - 1);
    loan.work();
    drop(lent);
    if let Some(panic) = loan
        .panic
        .into_inner()
        .unwrap_or_else(PoisonError::into_inner)
    {
        resume_unwind(panic);
    }
    let result = |slot: Mutex<Option<O>>| slot.into_inner().unwrap_or_else(PoisonError::into_inner);
    (results.into_iter())
        .map(|slot| result(slot).expect("every item is done"))
        .collect()
}

/// Whether `ready` became true within [`AWAKE`]; whoever needs the processor gets it after [`EAGER`].
fn stay_awake(ready: impl Fn() -> bool) -> bool {
    if ready() {
        return true;
    }
    let begun = Instant::now();
    loop {
        for _ in 0..32 {
            std::hint::spin_loop();
        }
        if ready() {
            return true;
        }
        let waited = begun.elapsed();
        if waited >= AWAKE {
            return false;
        }
        if waited >= EAGER {
            std::thread::yield_now();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A sum that takes a while.
    fn slow(item: u64) -> u64 {
        (0..item % 7 * 200).fold(item, |sum, i| sum.wrapping_mul(31).wrapping_add(i))
    }

    #[test]
    fn results_are_in_order_whoever_did_the_work_and_whoever_else_calls() {
        std::thread::scope(|scope| {
            for caller in 0..6 {
                scope.spawn(move || {
                    for round in 0..2000 {
                        let items: Vec<u64> = (0..round % 9).map(|i| i + caller * 10).collect();
                        let expected: Vec<u64> = items.iter().map(|item| slow(*item)).collect();
                        // What is borrowed lives no longer than the call.
                        let borrowed = items.clone();
                        let numbers = (0..items.len()).collect();
                        let threads = round as usize % 4 + 1;
                        let results = on_threads(threads, numbers, |i: usize| slow(borrowed[i]));
                        assert_eq!(results, expected);
                    }
                });
            }
        });
    }

    #[test]
    fn no_more_threads_work_than_may() {
        let at_work = AtomicUsize::new(0);
        let most = AtomicUsize::new(0);
        for threads in 1..4 {
            most.store(0, Ordering::Relaxed);
            on_threads(threads, (0..64).collect(), |_: usize| {
                let now = at_work.fetch_add(1, Ordering::Relaxed) + 1;
                most.fetch_max(now, Ordering::Relaxed);
                std::thread::sleep(Duration::from_micros(100));
                at_work.fetch_sub(1, Ordering::Relaxed);
            });
            assert!(most.load(Ordering::Relaxed) <= threads);
        }
    }

    #[test]
    fn a_panic_reaches_the_caller_and_helpers_go_on() {
        let panics = |which: usize| {
            let call = || {
                on_threads(2, (0..8).collect(), |i: usize| {
                    std::thread::sleep(Duration::from_micros(200));
                    assert_ne!(i, which, "as this test wants it");
                })
            };
            catch_unwind(call).is_err()
        };
        for which in 0..8 {
            assert!(panics(which));
        }
        assert!(!panics(8));
        assert_eq!(on_threads(2, vec![1, 2, 3], |i| i * 2), [2, 4, 6]);
    }
}
