//! When an order's reservation lapses, as far as the order's events tell.

use common::{
    api::OrderStatus,
    events::{Event, ExpirationCompleted, OrderState},
    id::OrderId,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// How [`Status::Waiting`] is stored, for queries.
pub(crate) const WAITING: &str = "waiting";

/// Where a deadline stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Status {
    /// The order is unpaid; its time runs.
    Waiting,
    /// The end was announced. Final: what follows from it is for the orders service to decide.
    Fired,
    /// The order needs no deadline (any more). Also the mark left by an order that is first heard of in this state.
    Cancelled,
}

/// The deadline of one order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Deadline {
    id: OrderId,
    version: u64,
    /// The newest version of the order this reflects: older events change nothing.
    order_version: u64,
    #[serde(with = "messaging::timestamp")]
    expires_at: Timestamp,
    #[serde(with = "messaging::timestamp")]
    updated_at: Timestamp,
    status: Status,
}

/// What an event about the order means for its deadline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Heard {
    /// The order was unknown.
    New(Deadline),
    /// The deadline is another than before.
    Changed(Deadline),
    /// The event is no news, or comes too late to matter.
    AlreadyKnown,
}

/// What comes of trying to fire.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Firing {
    /// Its time is over: to be stored and announced.
    Fired(Deadline),
    /// Its time is not over before this moment.
    NotBefore(Timestamp),
    /// It was announced before, or is no longer wanted.
    Over,
}

impl Deadline {
    /// The order.
    pub(crate) fn id(&self) -> OrderId {
        self.id
    }

    /// One for a new deadline, one more with every change.
    pub(crate) fn version(&self) -> u64 {
        self.version
    }

    /// When the reservation lapses.
    pub(crate) fn expires_at(&self) -> Timestamp {
        self.expires_at
    }

    /// Whether the time runs.
    pub(crate) fn is_waiting(&self) -> bool {
        self.status == Status::Waiting
    }

    /// Since when nothing can or need become of it any more.
    pub(crate) fn done_at(&self) -> Option<Timestamp> {
        (self.status != Status::Waiting).then_some(self.updated_at)
    }

    /// What was announced, if anything was.
    pub(crate) fn announcement(&self) -> Option<Event> {
        let data = ExpirationCompleted { order_id: self.id, expires_at: self.expires_at };
        (self.status == Status::Fired).then_some(Event::ExpirationCompleted(data))
    }

    /// Follows the order. Events may come twice and in any order: only a newer version of the order counts, and
    /// an order first heard of when it is over leaves a mark that outlives its older events.
    pub(crate) fn hear(known: Option<Self>, order: &OrderState, now: Timestamp) -> Heard {
        let status = match order.status {
            OrderStatus::Created => Status::Waiting,
            OrderStatus::AwaitingPayment | OrderStatus::Complete | OrderStatus::Cancelled => {
                Status::Cancelled
            }
        };
        let heard = |version| Self {
            id: order.id,
            version,
            order_version: order.version,
            expires_at: order.expires_at,
            updated_at: now,
            status,
        };
        match known {
            None => Heard::New(heard(1)),
            Some(known) if known.order_version >= order.version || known.status == Status::Fired => {
                Heard::AlreadyKnown
            }
            Some(known) => Heard::Changed(heard(known.version + 1)),
        }
    }

    /// Fires, if its time is over at `now`.
    pub(crate) fn fire(self, now: Timestamp) -> Firing {
        match self.status {
            Status::Fired | Status::Cancelled => Firing::Over,
            Status::Waiting if now < self.expires_at => Firing::NotBefore(self.expires_at),
            Status::Waiting => Firing::Fired(Self {
                version: self.version + 1,
                updated_at: now,
                status: Status::Fired,
                ..self
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use common::{id::Id, money::Minor};

    use super::*;

    fn second(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn order(version: u64, status: OrderStatus) -> OrderState {
        OrderState {
            id: OrderId::generate(second(1000), [7; 8]),
            version,
            buyer_id: common::id::UserId::generate(second(1), [1; 8]),
            status,
            expires_at: second(1900),
            total_minor: Minor::new(100).unwrap(),
            currency: "usd".parse().unwrap(),
            cancel_reason: None,
            payment_id: None,
            items: Vec::new(),
        }
    }

    fn hear(known: Option<Deadline>, order: &OrderState) -> Heard {
        Deadline::hear(known, order, second(1001))
    }

    fn new(order: &OrderState) -> Deadline {
        match hear(None, order) {
            Heard::New(deadline) => deadline,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_created_order_waits_and_any_other_leaves_a_mark() {
        assert!(new(&order(1, OrderStatus::Created)).is_waiting());
        for status in [OrderStatus::AwaitingPayment, OrderStatus::Complete, OrderStatus::Cancelled] {
            let mark = new(&order(2, status));
            assert!(!mark.is_waiting());
            assert_eq!(hear(Some(mark), &order(1, OrderStatus::Created)), Heard::AlreadyKnown);
        }
    }

    #[test]
    fn a_newer_state_of_the_order_ends_the_waiting_and_an_equal_or_older_one_changes_nothing() {
        let waiting = new(&order(1, OrderStatus::Created));
        let Heard::Changed(cancelled) = hear(Some(waiting.clone()), &order(2, OrderStatus::AwaitingPayment))
        else {
            panic!("a newer state is a change")
        };
        assert!(!cancelled.is_waiting());
        assert_eq!(cancelled.version(), 2);
        assert_eq!(hear(Some(waiting), &order(1, OrderStatus::Created)), Heard::AlreadyKnown);
        let again = hear(Some(cancelled), &order(2, OrderStatus::AwaitingPayment));
        assert_eq!(again, Heard::AlreadyKnown);
    }

    #[test]
    fn it_fires_at_its_moment_and_only_once() {
        let waiting = new(&order(1, OrderStatus::Created));
        let early = second(1900) - jiff::SignedDuration::from_millis(1);
        assert_eq!(waiting.clone().fire(early), Firing::NotBefore(second(1900)));
        assert_eq!(waiting.announcement(), None);
        let Firing::Fired(fired) = waiting.fire(second(1900)) else { panic!("its time is over") };
        assert_eq!(fired.version(), 2);
        assert!(
            matches!(fired.announcement(), Some(Event::ExpirationCompleted(data)) if data.expires_at == second(1900))
        );
        assert_eq!(fired.clone().fire(second(2000)), Firing::Over);
        assert_eq!(hear(Some(fired), &order(2, OrderStatus::Cancelled)), Heard::AlreadyKnown);
    }

    #[test]
    fn it_is_done_once_it_fired_or_is_cancelled() {
        let waiting = new(&order(1, OrderStatus::Created));
        assert_eq!(waiting.done_at(), None);
        let Firing::Fired(fired) = waiting.clone().fire(second(1903)) else { panic!("its time is over") };
        assert_eq!(fired.done_at(), Some(second(1903)));
        let cancelled = hear(Some(waiting), &order(2, OrderStatus::Cancelled));
        assert!(matches!(cancelled, Heard::Changed(deadline) if deadline.done_at() == Some(second(1001))));
        assert_eq!(new(&order(2, OrderStatus::Complete)).done_at(), Some(second(1001)));
    }

    #[test]
    fn a_cancelled_deadline_never_fires() {
        let mark = new(&order(2, OrderStatus::Cancelled));
        assert_eq!(mark.fire(second(9999)), Firing::Over);
    }
}
