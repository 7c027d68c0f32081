//! Waiting for one future on a thread of its own.

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};

struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

/// Waits until `future` is done.
pub fn block_on<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let mut context = Context::from_waker(&waker);
    loop {
        match future.as_mut().poll(&mut context) {
            Poll::Ready(output) => return output,
            Poll::Pending => thread::park(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc::channel;
    use std::time::Duration;

    #[test]
    fn a_future_that_another_thread_completes_is_waited_for() {
        let (sender, receiver) = channel::<Waker>();
        thread::spawn(move || {
            let waker = receiver.recv().expect("the future hands over its waker");
            thread::sleep(Duration::from_millis(5));
            waker.wake();
        });
        let mut asked = false;
        let answer = block_on(std::future::poll_fn(|context| {
            if asked {
                return Poll::Ready(7);
            }
            asked = true;
            sender
                .send(context.waker().clone())
                .expect("the thread listens");
            Poll::Pending
        }));
        assert_eq!(answer, 7);
    }
}
