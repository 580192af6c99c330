//! Following one order.

use std::{cell::Cell, rc::Rc, time::Duration};

use common::{
    api::{OrderStatus, live::OrderChange},
    id::OrderId,
};
use jiff::Timestamp;
use leptos::{
    prelude::{RwSignal, Set as _},
    task::spawn_local,
};
use web_sys::Element;

use super::{announce, clock, dom, page, stream::Stream};
use crate::{backoff::Backoff, t};

/// What the page's line shows.
pub(crate) struct Shown {
    /// Changes arrive as they happen.
    pub(crate) live: RwSignal<bool>,
    /// When the page was true, while changes do not arrive.
    pub(crate) until: RwSignal<Timestamp>,
}

struct Watch {
    /// The version that was told last.
    told: Cell<u64>,
    is_reading: Cell<bool>,
    shown: Shown,
}

/// Follows an order, and shows the page as it is after every change.
pub(crate) fn follow(id: OrderId, at: Timestamp, shown: Shown) {
    clock::page_said(at);
    dom::after(Duration::ZERO, move || {
        let watch = Rc::new(Watch { told: Cell::default(), is_reading: Cell::default(), shown });
        watch.clone().wait_for_payment(Backoff::default());
        let state = watch.clone();
        Stream::open(
            at,
            &[OrderChange::NAME],
            move |_| format!("/api/orders/{id}/events"),
            move |name, data| {
                if let Ok(change) = OrderChange::read(name, data) {
                    clock::heard(change.now);
                    watch.take(&change);
                }
            },
            move |until| {
                state.shown.live.set(until.is_none());
                if let Some(until) = until {
                    state.shown.until.set(until);
                }
            },
        );
    });
}

/// What of the page is about the order.
fn part() -> Option<Element> {
    dom::all("[data-swap][data-version]").into_iter().next()
}

fn version() -> u64 {
    part().and_then(|part| part.get_attribute("data-version")?.parse().ok()).unwrap_or_default()
}

/// Whether the page waits for something that the order itself does not tell.
fn is_waiting() -> bool {
    part().is_some_and(|part| part.has_attribute("data-waiting"))
}

impl Watch {
    fn take(self: &Rc<Self>, change: &OrderChange) {
        let order = &change.order;
        if order.version <= self.told.get().max(version()) {
            return;
        }
        self.told.set(order.version);
        announce::say(match order.status {
            OrderStatus::AwaitingPayment => t!("say-order-payment"),
            OrderStatus::Complete => t!("say-order-complete"),
            OrderStatus::Cancelled => t!("say-order-cancelled"),
            OrderStatus::Created => t!("say-order-changed"),
        });
        self.clone().catch_up();
    }

    /// Reads the page until it shows what was told, ever less often.
    fn catch_up(self: Rc<Self>) {
        if self.is_reading.replace(true) {
            return;
        }
        spawn_local(async move {
            let mut backoff = Backoff::default();
            loop {
                if dom::is_visible()
                    && let Some(page) = page::read().await
                {
                    page::swap(&page);
                }
                if version() >= self.told.get() {
                    break;
                }
                dom::sleep(backoff.next(js_sys::Math::random())).await;
            }
            self.is_reading.set(false);
            self.wait_for_payment(Backoff::default());
        });
    }

    /// A payment that is declined leaves the order as it was, so nothing tells of it: while one is under way the page is
    /// read again, ever less often.
    fn wait_for_payment(self: Rc<Self>, mut backoff: Backoff) {
        if !is_waiting() {
            return;
        }
        let wait = backoff.next(js_sys::Math::random());
        dom::after(wait, move || {
            if self.is_reading.get() || !is_waiting() {
                return;
            }
            spawn_local(async move {
                if dom::is_visible()
                    && let Some(page) = page::read().await
                {
                    page::swap(&page);
                }
                self.wait_for_payment(backoff);
            });
        });
    }
}
