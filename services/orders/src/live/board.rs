//! Who looks at which order, and which orders are being read for them.

use std::collections::{HashMap, hash_map::Entry};

use common::{
    id::{OrderId, UserId},
    session::Claims,
};
use runtime::{EventQueue, Events};

/// Somebody who looks at an order of theirs.
#[derive(Debug)]
pub(super) struct Watcher {
    pub(super) claims: Claims,
    pub(super) queue: EventQueue,
    /// The version they know.
    pub(super) sent: u64,
}

/// An order that somebody looks at.
#[derive(Debug, Default)]
struct Watched {
    watchers: Vec<Watcher>,
    reading: Reading,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Reading {
    /// Nothing is known to have changed.
    #[default]
    Idle,
    /// It is being read.
    Busy,
    /// It is being read, and has changed since that began.
    Outdated,
}

/// All orders that somebody looks at.
#[derive(Debug, Default)]
pub(super) struct Board(HashMap<OrderId, Watched>);

impl Board {
    /// One more who looks at an order.
    pub(super) fn join(&mut self, id: OrderId, watcher: Watcher) {
        self.0.entry(id).or_default().watchers.push(watcher);
    }

    /// The orders somebody looks at.
    pub(super) fn orders(&self) -> Vec<OrderId> {
        self.0.keys().copied().collect()
    }

    /// An order has changed. Says whether it is to be read: somebody looks at it, and nobody reads it yet.
    pub(super) fn begin_reading(&mut self, id: OrderId) -> bool {
        let Some(watched) = self.0.get_mut(&id) else { return false };
        let begins = watched.reading == Reading::Idle;
        watched.reading = if begins { Reading::Busy } else { Reading::Outdated };
        begins
    }

    /// Whose order it is; `None` if nobody looks at it any more. A reading begins with this.
    pub(super) fn buyer(&mut self, id: OrderId) -> Option<UserId> {
        let Entry::Occupied(mut watched) = self.0.entry(id) else { return None };
        let buyer = watched.get().watchers.first().map(|watcher| watcher.claims.sub);
        if buyer.is_some() {
            watched.get_mut().reading = Reading::Busy;
        } else {
            watched.remove();
        }
        buyer
    }

    /// An order was read. Says whether that was the end of the reading, because it has not changed since it began.
    pub(super) fn tell(&mut self, id: OrderId, told: Option<(u64, Events)>) -> bool {
        let Some(watched) = self.0.get_mut(&id) else { return true };
        if let Some((version, events)) = told {
            watched.watchers.retain_mut(|watcher| {
                if version <= watcher.sent {
                    return true;
                }
                watcher.sent = version;
                watcher.queue.send(events.clone()).is_ok()
            });
        }
        let done = watched.reading == Reading::Busy;
        if done {
            watched.reading = Reading::Idle;
        }
        if done && watched.watchers.is_empty() {
            self.0.remove(&id);
        }
        done
    }

    /// Ends the streams of those who do not pass.
    pub(super) fn keep(&mut self, keep: impl Fn(&Watcher) -> bool) {
        self.0.retain(|_, watched| {
            watched.watchers.retain(&keep);
            // One that is being read is removed by its reader.
            !watched.watchers.is_empty() || watched.reading != Reading::Idle
        });
    }
}

#[cfg(test)]
mod tests {
    use axum::response::Response;
    use common::id::{Id, SessionId};
    use jiff::Timestamp;
    use runtime::{Env, EventSettings, EventStreams, Life};

    use super::*;

    fn id() -> OrderId {
        OrderId::generate(Timestamp::UNIX_EPOCH, [1; 8])
    }

    fn join(board: &mut Board, sent: u64) -> Response {
        let streams = EventStreams::new(EventSettings::read(&mut Env::default()), &Life::detached());
        let (queue, response) = streams.admit().unwrap().open(Vec::new());
        let claims = Claims {
            sub: UserId::generate(Timestamp::UNIX_EPOCH, [2; 8]),
            email: "ada@example.org".parse().unwrap(),
            sid: SessionId::generate(Timestamp::UNIX_EPOCH, [3; 8]),
            iat: 0,
            exp: 1,
        };
        board.join(id(), Watcher { claims, queue, sent });
        response
    }

    fn sent(board: &Board) -> Vec<u64> {
        board
            .0
            .get(&id())
            .map(|watched| watched.watchers.iter().map(|watcher| watcher.sent).collect())
            .unwrap_or_default()
    }

    #[test]
    fn an_order_nobody_looks_at_is_not_read() {
        assert!(!Board::default().begin_reading(id()));
    }

    #[test]
    fn an_order_is_read_by_one_and_again_if_it_changed_meanwhile() {
        let mut board = Board::default();
        let _open = join(&mut board, 1);
        assert!(board.begin_reading(id()));
        assert!(board.buyer(id()).is_some());
        assert!(!board.begin_reading(id()), "somebody reads it already");
        assert!(
            !board.tell(id(), Some((2, Events::heartbeat(None)))),
            "what was read may be older than the change"
        );
        assert!(board.buyer(id()).is_some());
        assert!(board.tell(id(), Some((3, Events::heartbeat(None)))));
        assert_eq!(sent(&board), [3]);
        assert!(board.begin_reading(id()));
    }

    #[test]
    fn only_newer_versions_are_told() {
        let mut board = Board::default();
        let _open = (join(&mut board, 1), join(&mut board, 3));
        let gone = join(&mut board, 1);
        drop(gone);
        board.begin_reading(id());
        assert!(board.tell(id(), Some((2, Events::heartbeat(None)))));
        assert_eq!(sent(&board), [2, 3], "the one who has gone is forgotten");
    }

    #[test]
    fn an_order_is_forgotten_with_the_last_who_looked_at_it() {
        let mut board = Board::default();
        let _open = (join(&mut board, 1), join(&mut board, 1));
        board.begin_reading(id());
        board.keep(|_| false);
        assert_eq!(board.buyer(id()), None);
        assert!(board.0.is_empty());
        let _open = join(&mut board, 1);
        board.keep(|_| false);
        assert!(board.0.is_empty());
    }
}
