//! Counting down.

use std::{cell::Cell, rc::Rc, time::Duration};

use jiff::Timestamp;
use leptos::{html, prelude::*};
use web_sys::Element;

use super::{announce, clock, dom};
use crate::{
    clock::{Warning, running, warning},
    t,
};

/// Keeps a countdown's text true until the time is up.
pub(crate) fn run(until: Timestamp, at: Timestamp, place: NodeRef<html::Time>, text: RwSignal<String>) {
    clock::page_said(at);
    // What was up when the page was made, the page says itself.
    if until <= at {
        return;
    }
    let countdown =
        Rc::new(Countdown { until: until.as_millisecond(), before: Cell::new(i64::MAX), place, text });
    // Not before the island stands, or its first text would not be seen to change.
    dom::after(Duration::ZERO, move || {
        tick(countdown.clone());
        // The browser lets timers of a page in the background, or of a machine asleep, come late.
        dom::on_return(move || {
            countdown.show();
        });
    });
}

struct Countdown {
    until: i64,
    /// What was left when it was last looked at.
    before: Cell<i64>,
    place: NodeRef<html::Time>,
    text: RwSignal<String>,
}

/// Shows what is left whenever that changes, as long as there is something.
fn tick(countdown: Rc<Countdown>) {
    let left = countdown.show();
    if left > 0 && countdown.is_there() {
        // To where the second ends, not a second on: no second is skipped.
        let wait = Duration::from_millis((left % 1000).unsigned_abs() + 1);
        dom::after(wait, move || tick(countdown));
    }
}

impl Countdown {
    /// Whether its element still is in the page; before that is known, yes.
    fn is_there(&self) -> bool {
        self.place.get_untracked().is_none_or(|element| element.is_connected())
    }

    fn show(&self) -> i64 {
        let left = self.until - clock::now();
        if !self.is_there() {
            return left;
        }
        let before = self.before.replace(left);
        let is_first = before == i64::MAX;
        let is_up = left <= 0;
        if !is_up {
            self.text.set(t!("countdown", clock = running(left)));
        } else if before > 0 {
            self.text.set(t!("time-up"));
            if let Some(place) = self.place.get_untracked() {
                lapse(&place);
            }
        }
        match warning(before, left) {
            // Nobody needs to hear at once what the page has just begun with.
            Some(Warning::Minutes(_)) if is_first => {}
            Some(Warning::Minutes(minutes)) => announce::say(t!("say-minutes", minutes = minutes)),
            Some(Warning::Lapsed) => announce::say(t!("say-lapsed")),
            None => {}
        }
        left
    }
}

/// Turns what is around a countdown to how it is when the time is up.
fn lapse(place: &Element) {
    if let Ok(Some(reservation)) = place.closest("[data-reservation]") {
        dom::show_when(&reservation, "lapsed", &["running", "lapsed"]);
    }
}
