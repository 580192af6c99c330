//! A stream of server-sent events, read as a browser reads it.

use std::time::Duration;

use futures::FutureExt;

use crate::Actor;

/// How long a loaded machine may need for something that is expected.
const PATIENCE: Duration = Duration::from_secs(20);

/// An open stream.
#[derive(Debug)]
pub struct EventStream {
    response: reqwest::Response,
    received: Vec<u8>,
    last_id: String,
}

/// An event, or something that is none: a comment, or only an id.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SentEvent {
    /// Its name; empty for what is no event.
    pub name: String,
    /// Its data; empty for what is no event.
    pub data: String,
    /// The id it gave, if it gave one.
    pub id: Option<String>,
}

impl SentEvent {
    /// The data, read as a type of the contract.
    pub fn read<T: for<'de> serde::Deserialize<'de>>(&self) -> T {
        serde_json::from_str(&self.data).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }
}

impl Actor {
    /// Opens a stream that has to be granted, going on behind `last_id` if one is given.
    pub async fn events(&self, path: &str, last_id: Option<&str>) -> EventStream {
        let request = self.request("GET", path);
        let request = match last_id {
            Some(id) => request.header("last-event-id", id),
            None => request,
        };
        let response = request.send().await.expect("the service answers");
        assert_eq!(response.status(), 200);
        EventStream { response, received: Vec::new(), last_id: last_id.unwrap_or_default().to_owned() }
    }
}

impl EventStream {
    /// The answer's headers.
    pub fn headers(&self) -> &reqwest::header::HeaderMap {
        self.response.headers()
    }

    /// What a browser would name if it lost the connection now.
    pub fn last_id(&self) -> &str {
        &self.last_id
    }

    /// Whether it has not ended yet; what was sent meanwhile is kept for later.
    pub fn is_open(&mut self) -> bool {
        match self.response.chunk().now_or_never() {
            None => true,
            Some(Ok(Some(chunk))) => {
                self.received.extend_from_slice(&chunk);
                true
            }
            Some(_) => false,
        }
    }

    /// The next event; `None` if the stream ended.
    pub async fn next(&mut self) -> Option<SentEvent> {
        // Heartbeats do not count: a test that waits for what never comes has to fail.
        let next = tokio::time::timeout(PATIENCE, self.next_named()).await;
        next.unwrap_or_else(|_| panic!("no event came for {PATIENCE:?}"))
    }

    async fn next_named(&mut self) -> Option<SentEvent> {
        loop {
            let next = self.next_of_any_kind().await?;
            if !next.name.is_empty() {
                return Some(next);
            }
        }
    }

    /// The next event, or what else was sent; `None` if the stream ended.
    pub async fn next_of_any_kind(&mut self) -> Option<SentEvent> {
        loop {
            if let Some(end) = self.received.windows(2).position(|two| two == b"\n\n") {
                let block: Vec<u8> = self.received.drain(..end + 2).collect();
                return Some(self.take(std::str::from_utf8(&block).expect("events are text")));
            }
            let chunk = tokio::time::timeout(PATIENCE, self.response.chunk()).await;
            // A connection that was cut is an end too.
            let chunk =
                chunk.unwrap_or_else(|_| panic!("nothing was sent for {PATIENCE:?}")).ok().flatten()?;
            self.received.extend_from_slice(&chunk);
        }
    }

    /// Reads until the place is named that everything before leads to, which follows what is sent at the beginning.
    /// Returns the events on the way.
    pub async fn caught_up(&mut self) -> Vec<SentEvent> {
        let mut events = Vec::new();
        loop {
            let next = self.next_of_any_kind().await.expect("the stream goes on");
            if !next.name.is_empty() {
                events.push(next);
            } else if next.id.is_some() {
                return events;
            }
        }
    }

    fn take(&mut self, block: &str) -> SentEvent {
        let mut event = SentEvent::default();
        for line in block.lines() {
            match line.split_once(": ") {
                Some(("event", name)) => name.clone_into(&mut event.name),
                Some(("data", data)) => event.data.push_str(data),
                Some(("id", id)) => event.id = Some(id.to_owned()),
                _ => {}
            }
        }
        if let Some(id) = &event.id {
            id.clone_into(&mut self.last_id);
        }
        event
    }
}
