//! Server-sent events: answers that go on until the client has had enough, or the process ends.
//!
//! Every client has a short queue of bytes that are shared with all who get the same. Whoever has news puts them there
//! and never waits: a client whose queue is full does not read, and is let go instead of being saved up for.

use std::{
    convert::Infallible,
    fmt::Write as _,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use axum::{
    body::{Body, Bytes},
    response::{IntoResponse, Response},
};
use common::http::ApiError;
use futures::{FutureExt, Stream, future::BoxFuture};
use http::{HeaderName, header};
use metrics::{Counter, Gauge};
use tokio::sync::{
    OwnedSemaphorePermit, Semaphore,
    mpsc::{self, error::TrySendError},
};

use crate::{Env, Life};

/// What a client may be behind before it is let go: some seconds of a busy market.
const QUEUE: usize = 64;
/// Sent first and at once, so that everything on the way sees an answer begin. A client that lost its connection comes
/// back after this many milliseconds.
const GREETING: &str = "retry: 2000\n:\n\n";
/// To a proxy: pass on what comes when it comes.
const UNBUFFERED: HeaderName = HeaderName::from_static("x-accel-buffering");

/// Settings of the event streams.
#[derive(Debug, Clone, Copy)]
pub struct EventSettings {
    max_clients: usize,
}

impl EventSettings {
    /// Reads `EVENT_CLIENTS_MAX`.
    pub fn read(env: &mut Env) -> Self {
        let max_clients = env.or("EVENT_CLIENTS_MAX", 4000);
        if max_clients > Semaphore::MAX_PERMITS {
            env.reject("EVENT_CLIENTS_MAX", format!("must be at most {}", Semaphore::MAX_PERMITS));
        }
        Self { max_clients: max_clients.min(Semaphore::MAX_PERMITS) }
    }
}

/// Events as they are sent. Cheap to clone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Events {
    bytes: Bytes,
    count: u64,
}

impl Events {
    /// One event. What a client names when it comes back is `id`, or the last one before it that was given.
    pub fn one(name: &str, id: Option<&str>, data: &str) -> Self {
        let mut text = String::with_capacity(name.len() + data.len() + id.map_or(0, str::len) + 32);
        let _ = writeln!(text, "event: {name}");
        if let Some(id) = id {
            let _ = writeln!(text, "id: {id}");
        }
        for line in data.lines() {
            let _ = writeln!(text, "data: {line}");
        }
        text.push('\n');
        Self { bytes: text.into(), count: 1 }
    }

    /// No event, only a sign of life; and, if given, the `id` to name from now on.
    pub fn heartbeat(id: Option<&str>) -> Self {
        let bytes = id.map_or_else(|| Bytes::from_static(b":\n\n"), |id| format!(":\nid: {id}\n\n").into());
        Self { bytes, count: 0 }
    }

    /// As they are sent.
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Several, in their order.
    pub fn join<'a>(all: impl IntoIterator<Item = &'a Self>) -> Self {
        let mut all = all.into_iter();
        let first = all.next().cloned().unwrap_or(Self { bytes: Bytes::new(), count: 0 });
        let Some(second) = all.next() else { return first };
        let mut bytes = first.bytes.to_vec();
        let mut count = first.count;
        for events in [second].into_iter().chain(all) {
            bytes.extend_from_slice(&events.bytes);
            count += events.count;
        }
        Self { bytes: bytes.into(), count }
    }
}

/// The event streams of this process: how many there may be, and when they end. Cheap to clone.
#[derive(Clone)]
pub struct EventStreams {
    life: Life,
    seats: Arc<Semaphore>,
    sent: Counter,
    open: Gauge,
}

impl std::fmt::Debug for EventStreams {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "EventStreams({} more)", self.seats.available_permits())
    }
}

/// A place for one client.
#[derive(Debug)]
pub struct Seat {
    streams: EventStreams,
    permit: OwnedSemaphorePermit,
}

/// Where one client's events are put. The stream ends when this is dropped.
#[derive(Debug)]
pub struct EventQueue(mpsc::Sender<Events>);

/// The client has gone, or does not read what it asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Gone;

impl EventStreams {
    /// As many as the settings allow; all of them end when `life` does.
    pub fn new(settings: EventSettings, life: &Life) -> Self {
        Self {
            life: life.clone(),
            seats: Arc::new(Semaphore::new(settings.max_clients)),
            sent: metrics::counter!("events_sent_total"),
            open: metrics::gauge!("event_streams_open"),
        }
    }

    /// A place for one more client, or the refusal to send it.
    pub fn admit(&self) -> Result<Seat, ApiError> {
        match Arc::clone(&self.seats).try_acquire_owned() {
            Ok(permit) if !self.life.is_stopping() => Ok(Seat { streams: self.clone(), permit }),
            _ => {
                metrics::counter!("event_streams_refused_total").increment(1);
                Err(ApiError::overloaded())
            }
        }
    }
}

impl Seat {
    /// The answer, which begins with `first`, and where what comes later is put.
    pub fn open(self, first: Vec<Events>) -> (EventQueue, Response) {
        let (queue, events) = mpsc::channel(QUEUE);
        let Self { streams: EventStreams { life, sent, open, .. }, permit } = self;
        open.increment(1.0);
        let greeting = Events { bytes: Bytes::from_static(GREETING.as_bytes()), count: 0 };
        let feed = Feed {
            first: std::iter::once(greeting).chain(first).collect::<Vec<_>>().into_iter(),
            events,
            stopping: async move { life.stopping().await }.boxed(),
            sent,
            open,
            _permit: permit,
        };
        let headers = [
            (header::CONTENT_TYPE, "text/event-stream"),
            (header::CACHE_CONTROL, "no-store"),
            (UNBUFFERED, "no"),
        ];
        (EventQueue(queue), (headers, Body::from_stream(feed)).into_response())
    }
}

impl EventQueue {
    /// Puts events there; afterwards a client that is gone is best forgotten.
    pub fn send(&self, events: Events) -> Result<(), Gone> {
        self.0.try_send(events).map_err(|error| {
            if matches!(error, TrySendError::Full(_)) {
                metrics::counter!("event_streams_too_slow_total").increment(1);
            }
            Gone
        })
    }

    /// Whether the client has gone.
    pub fn is_closed(&self) -> bool {
        self.0.is_closed()
    }

    /// Resolves when the client has gone.
    pub async fn closed(&self) {
        self.0.closed().await;
    }
}

/// The body of one answer.
struct Feed {
    first: std::vec::IntoIter<Events>,
    events: mpsc::Receiver<Events>,
    stopping: BoxFuture<'static, ()>,
    sent: Counter,
    open: Gauge,
    _permit: OwnedSemaphorePermit,
}

impl Stream for Feed {
    type Item = Result<Bytes, Infallible>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        // At once, whatever is still to be sent: the client will come back, and the process must not wait for it.
        if self.stopping.poll_unpin(context).is_ready() {
            return Poll::Ready(None);
        }
        let next = match self.first.next() {
            Some(events) => Poll::Ready(Some(events)),
            None => self.events.poll_recv(context),
        };
        next.map(|events| {
            let Events { bytes, count } = events?;
            self.sent.increment(count);
            Some(Ok(bytes))
        })
    }
}

impl Drop for Feed {
    fn drop(&mut self) {
        self.open.decrement(1.0);
    }
}

#[cfg(test)]
mod tests {
    use futures::StreamExt;

    use super::*;

    fn streams(max_clients: usize) -> (EventStreams, Life) {
        let life = Life::detached();
        (EventStreams::new(EventSettings { max_clients }, &life), life)
    }

    async fn text(response: Response) -> String {
        let bytes = axum::body::to_bytes(response.into_body(), usize::MAX).await.unwrap();
        String::from_utf8(bytes.to_vec()).unwrap()
    }

    #[tokio::test]
    async fn a_stream_is_what_was_put_there_and_ends_with_its_queue() {
        let (streams, _life) = streams(1);
        let first = vec![Events::one("reset", Some("7"), "{}")];
        let (queue, response) = streams.admit().unwrap().open(first);
        let (one, other) = (Events::one("a", None, "1\n2"), Events::heartbeat(Some("8")));
        queue.send(Events::join([&one, &other])).unwrap();
        queue.send(Events::heartbeat(None)).unwrap();
        drop(queue);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        assert_eq!(
            text(response).await,
            "retry: 2000\n:\n\nevent: reset\nid: 7\ndata: {}\n\nevent: a\ndata: 1\ndata: 2\n\n:\nid: 8\n\n:\n\n"
        );
    }

    #[test]
    fn a_seat_is_free_again_when_its_stream_is_gone() {
        let (streams, _life) = streams(1);
        let (queue, response) = streams.admit().unwrap().open(Vec::new());
        assert_eq!(streams.admit().unwrap_err().code().status(), 503);
        drop(response);
        assert!(queue.is_closed());
        assert_eq!(queue.send(Events::heartbeat(None)), Err(Gone));
        drop(streams.admit().unwrap());
        assert!(streams.admit().is_ok());
    }

    #[test]
    fn a_client_that_does_not_read_is_gone_when_its_queue_is_full() {
        let (streams, _life) = streams(1);
        let (queue, _response) = streams.admit().unwrap().open(Vec::new());
        let sent = (0..1000).take_while(|_| queue.send(Events::heartbeat(None)).is_ok()).count();
        assert_eq!(sent, QUEUE);
    }

    #[tokio::test]
    async fn all_streams_end_with_the_process_whatever_waits_in_them() {
        let (streams, life) = streams(2);
        let (queue, response) = streams.admit().unwrap().open(vec![Events::heartbeat(None)]);
        queue.send(Events::heartbeat(None)).unwrap();
        let mut body = response.into_body().into_data_stream();
        assert_eq!(body.next().await.unwrap().unwrap(), GREETING);
        life.stop();
        assert!(body.next().await.is_none());
        assert!(streams.admit().is_err());
    }
}
