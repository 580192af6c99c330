//! Telling buyers what becomes of their orders while they look at them.
//!
//! Every pod follows the orders' stream for itself. An event says only that an order has changed: what is sent is read
//! from the database, once for all who look at that order.

mod board;

use std::{sync::Arc, time::Duration};

use axum::response::Response;
use common::{
    api::live::OrderChange,
    clock::Clock,
    events::{Event, Stream},
    http::ApiError,
    id::OrderId,
    session::{Claims, Sessions},
};
use messaging::{Aggregate, Begin, Messaging, News};
use parking_lot::Mutex;
use runtime::{EventSettings, EventStreams, Events, Failure, Life};
use tokio::time::{MissedTickBehavior, interval};

use self::board::{Board, Watcher};
use crate::{domain::Order, store::Store};

/// How often sessions are looked at: one that has ended is told nothing more than so much later.
const TICK: Duration = Duration::from_millis(250);
/// Every so many ticks each client gets a sign of life.
const HEARTBEAT_TICKS: u64 = 60;
/// How long an order that could not be read is left alone.
const PAUSE: Duration = Duration::from_secs(1);

/// Those who look at orders, and what they are told. Cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct Live {
    board: Arc<Mutex<Board>>,
    streams: EventStreams,
    store: Store,
    sessions: Sessions,
    clock: Clock,
    life: Life,
}

impl Live {
    /// Nobody looks at anything yet.
    pub(crate) fn new(
        settings: EventSettings,
        store: Store,
        sessions: Sessions,
        clock: Clock,
        process: &Life,
    ) -> Self {
        let streams = EventStreams::new(settings, process);
        Self { board: Arc::default(), streams, store, sessions, clock, life: process.clone() }
    }

    /// Begins to follow what becomes of orders.
    pub(crate) async fn follow(&self, messaging: &Messaging) -> Result<(), Failure> {
        let live = self.clone();
        let follower = move |news| match news {
            News::Began(_) => live.look_again_at_all(),
            News::Happened(happened) => match happened.event {
                Event::OrderCreated(order)
                | Event::OrderConfirmed(order)
                | Event::OrderCompleted(order)
                | Event::OrderCancelled(order) => live.look_again(order.id),
                _ => {}
            },
        };
        // Whoever opens a stream reads the order first: only what comes later is of interest.
        messaging.follow(Stream::Orders, Begin::BeforeTheNewest(Duration::ZERO), follower).await?;
        self.life.spawn_critical("watching sessions and clients", self.clone().tend());
        Ok(())
    }

    /// A stream of the order's states for its buyer, beginning with the present one unless it is the one `seen`.
    pub(crate) async fn open(
        &self,
        claims: Claims,
        id: OrderId,
        seen: Option<u64>,
    ) -> Result<Response, ApiError> {
        let seat = self.streams.admit()?;
        let order = self.store.order_of(claims.sub, id).await?.ok_or_else(ApiError::not_found)?;
        let version = order.version();
        let first = if seen == Some(version) { None } else { self.event(&order) };
        let (queue, response) = seat.open(first.into_iter().collect());
        self.board.lock().join(id, Watcher { claims, queue, sent: version });
        // It may have changed since it was read, and nobody was there to be told.
        self.look_again(id);
        Ok(response)
    }

    fn event(&self, order: &Order) -> Option<Events> {
        let change = OrderChange { order: order.view()?, now: self.clock.now() };
        let data = serde_json::to_string(&change);
        let data = data.map_err(|error| tracing::error!(%error, "an order could not be written")).ok()?;
        Some(Events::one(OrderChange::NAME, Some(&order.version().to_string()), &data))
    }

    fn look_again(&self, id: OrderId) {
        if self.board.lock().begin_reading(id) {
            self.life.spawn(self.clone().read(id));
        }
    }

    fn look_again_at_all(&self) {
        let orders = self.board.lock().orders();
        for id in orders {
            self.look_again(id);
        }
    }

    /// Reads an order and tells its watchers, until it was read after its latest change.
    async fn read(self, id: OrderId) {
        loop {
            let Some(buyer) = self.board.lock().buyer(id) else { return };
            match self.store.order_of(buyer, id).await {
                Ok(order) => {
                    let told = order.as_ref().and_then(|order| Some((order.version(), self.event(order)?)));
                    if self.board.lock().tell(id, told) {
                        return;
                    }
                }
                Err(error) => {
                    let error = Failure::from_error(error);
                    tracing::warn!(order = %id, %error, "an order could not be read for those who look at it");
                    tokio::select! {
                        () = tokio::time::sleep(PAUSE) => {}
                        () = self.life.stopping() => return,
                    }
                }
            }
        }
    }

    /// Ends the streams of sessions that have ended, and shows the others that they are alive.
    async fn tend(self) -> Result<(), Failure> {
        let mut ticks = interval(TICK);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut number: u64 = 0;
        loop {
            tokio::select! {
                _ = ticks.tick() => {}
                () = self.life.stopping() => return Ok(()),
            }
            number += 1;
            let now = self.clock.now().as_second();
            let revocations = self.sessions.revocations();
            let mut board = self.board.lock();
            board.keep(|watcher| {
                now < watcher.claims.exp
                    && !revocations.revoked(&watcher.claims)
                    && !watcher.queue.is_closed()
            });
            if number.is_multiple_of(HEARTBEAT_TICKS) {
                board.keep(|watcher| watcher.queue.send(Events::heartbeat(None)).is_ok());
            }
        }
    }
}
