//! What pages are told while they are open.
//!
//! Every pod follows the orders' and the listings' streams for itself and keeps the latest changes, so a client that
//! comes back is served by whichever pod it meets: what it names are places in the streams, the same for all. Changes
//! are made into bytes once; what several clients look for alike is put together once for all of them.

mod audience;
mod change;
mod history;
mod position;

use std::{sync::Arc, time::Duration};

use axum::response::Response;
use common::{clock::Clock, events::Stream, http::ApiError};
use messaging::{Begin, Happened, Messaging, News};
use parking_lot::Mutex;
use runtime::{Env, EventSettings, EventStreams, Failure, Life};
use tokio::time::{MissedTickBehavior, interval};

use self::{audience::Audience, change::changes, history::History};
pub(crate) use self::{audience::Filter, history::Resume};

/// How long changes of one listing are gathered into one.
const TICK: Duration = Duration::from_millis(100);
/// Every so many ticks clients that have gone are forgotten.
const SWEEP_TICKS: u64 = 10;
/// Every so many ticks each client gets a sign of life.
const HEARTBEAT_TICKS: u64 = 150;
/// How far back following begins, so that a fresh process can serve those who come from another one.
const BEGIN: Begin = Begin::BeforeTheNewest(Duration::from_mins(1));

/// Settings of the streams of changes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct LiveSettings {
    events: EventSettings,
    changes_kept: usize,
}

impl LiveSettings {
    /// Reads `EVENT_CLIENTS_MAX` and `EVENT_CHANGES_KEPT`.
    pub(crate) fn read(env: &mut Env) -> Self {
        let events = EventSettings::read(env);
        let changes_kept = env.or("EVENT_CHANGES_KEPT", 4096);
        if changes_kept == 0 {
            env.reject("EVENT_CHANGES_KEPT", "must be at least 1");
        }
        Self { events, changes_kept }
    }
}

/// The latest changes and those who want to know of them. Cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct Live {
    board: Arc<Mutex<Board>>,
    streams: EventStreams,
    clock: Clock,
}

#[derive(Debug)]
struct Board {
    history: History,
    audience: Audience,
}

impl Live {
    /// Begins to follow what happens, and to tell it.
    pub(crate) async fn start(
        messaging: &Messaging,
        settings: LiveSettings,
        clock: Clock,
        process: &Life,
    ) -> Result<Self, Failure> {
        let board = Board { history: History::new(settings.changes_kept), audience: Audience::default() };
        let live = Self {
            board: Arc::new(Mutex::new(board)),
            streams: EventStreams::new(settings.events, process),
            clock,
        };
        for stream in [Stream::Orders, Stream::Tickets] {
            let board = live.board.clone();
            messaging.follow(stream, BEGIN, move |news| board.lock().hear(stream, news)).await?;
        }
        process.spawn_critical("telling changes", tell(live.board.clone(), process.clone()));
        Ok(live)
    }

    /// A stream of the changes that pass the filter, beginning with those the client may have missed.
    pub(crate) fn open(&self, filter: Filter, resume: &Resume) -> Result<Response, ApiError> {
        let seat = self.streams.admit()?;
        let mut board = self.board.lock();
        // In one go with joining the audience: no change falls between the two.
        let missed = board.history.missed(&filter, resume, self.clock.now());
        let missed = missed.ok_or_else(ApiError::overloaded)?;
        let (queue, response) = seat.open(missed);
        board.audience.join(filter, queue);
        Ok(response)
    }
}

impl Board {
    fn hear(&mut self, stream: Stream, news: News) {
        match news {
            News::Began(began) => {
                if let Some(reset) = self.history.begin(stream, began) {
                    tracing::warn!(
                        stream = stream.name(),
                        "changes may have been missed: pages are to be read again"
                    );
                    self.audience.tell_all(&reset);
                }
            }
            News::Happened(Happened { event, sequence, published }) => {
                self.history.add(stream, sequence, published, changes(&event));
            }
        }
    }

    fn tick(&mut self, number: u64) {
        let news = self.history.news();
        self.audience.tell(&news);
        if number.is_multiple_of(HEARTBEAT_TICKS) {
            self.audience.tell_all(&self.history.heartbeat());
        } else if number.is_multiple_of(SWEEP_TICKS) {
            self.audience.sweep();
        }
    }
}

async fn tell(board: Arc<Mutex<Board>>, life: Life) -> Result<(), Failure> {
    let mut ticks = interval(TICK);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut number = 0;
    loop {
        tokio::select! {
            _ = ticks.tick() => {}
            () = life.stopping() => return Ok(()),
        }
        number += 1;
        board.lock().tick(number);
    }
}

#[cfg(test)]
mod tests {
    use axum::body::to_bytes;

    use super::*;

    #[tokio::test]
    async fn everybody_gets_a_sign_of_life_every_15_seconds() {
        let streams = EventStreams::new(EventSettings::read(&mut Env::default()), &Life::detached());
        let (queue, response) = streams.admit().unwrap().open(Vec::new());
        let mut board = Board { history: History::new(1), audience: Audience::default() };
        board.audience.join(Filter::Everything, queue);
        let ticks = Duration::from_secs(30).as_millis() / TICK.as_millis();
        for number in 1..=ticks {
            board.tick(u64::try_from(number).unwrap());
        }
        drop(board);
        let text = to_bytes(response.into_body(), usize::MAX).await.unwrap();
        let text = String::from_utf8(text.to_vec()).unwrap();
        assert_eq!(text.matches(":\nid: ").count(), 2, "{text}");
    }
}
