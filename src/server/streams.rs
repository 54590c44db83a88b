//! The task of each stream, and when it ends at the latest.
//!
//! An answer that its caller doesn't read waits inside hyper, which then polls none of our layers:
//! only the task of the stream can still be ended. So a layer says when, by [`end_at`].

use std::{
    cell::Cell,
    pin::Pin,
    task::{Context, Poll},
};

use hyper::rt::Executor;
use pin_project_lite::pin_project;
use tokio::time::{Instant, Sleep, sleep_until};

tokio::task_local! {
    /// When the stream that is being polled has to end.
    static END: Cell<Option<Instant>>;
}

/// The stream whose task this is ends at this time, whatever becomes of it. Its peer is told
/// CANCEL, or INTERNAL_ERROR if nothing was answered.
pub(super) fn end_at(end: std::time::Instant) {
    let _ = END.try_with(|it| it.set(Some(end.into())));
}

/// Runs the streams of a connection, each in a task of its own.
#[derive(Clone, Copy, Debug)]
pub(super) struct Streams;

impl<F> Executor<F> for Streams
where
    F: Future<Output = ()> + Send + 'static,
{
    fn execute(&self, stream: F) {
        tokio::spawn(Bounded {
            stream,
            end: None,
            timer: None,
        });
    }
}

pin_project! {
    struct Bounded<F> {
        #[pin]
        stream: F,
        end: Option<Instant>,
        #[pin]
        timer: Option<Sleep>,
    }
}

impl<F: Future<Output = ()>> Future for Bounded<F> {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let mut this = self.project();
        let known = *this.end;
        let (polled, end) = END.sync_scope(Cell::new(known), || {
            let polled = this.stream.as_mut().poll(cx);
            (polled, END.with(Cell::get))
        });
        if polled.is_ready() {
            return polled;
        }
        if end != known {
            *this.end = end;
            this.timer.set(end.map(sleep_until));
        }
        match this.timer.as_pin_mut() {
            Some(timer) => timer.poll(cx),
            None => Poll::Pending,
        }
    }
}
