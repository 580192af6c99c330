//! What a basket comes to.

use leptos::prelude::document;
use web_sys::Element;

use super::{dom, ticket};
use crate::{Cost, t};

/// Keeps the sums true to what is chosen.
pub(crate) fn follow() {
    if dom::all("[data-sum]").is_empty() {
        return;
    }
    // A browser that comes back to a page fills in what was chosen there before.
    show();
    dom::on(&document(), "change", |_| show());
}

/// Shows what the chosen quantities cost, each line and all of them.
pub(crate) fn show() {
    let lines: Option<Vec<_>> = dom::all("[data-total]").into_iter().map(Line::of).collect();
    let Some(lines) = lines else { return };
    for line in &lines {
        dom::set_text(&line.total, &line.cost.text());
    }
    let Some(sum) = Cost::sum(lines.iter().map(|line| &line.cost)) else { return };
    for shown in dom::all("[data-sum]") {
        dom::set_text(&shown, &sum.text());
    }
    let count: u32 = lines.iter().map(|line| line.count).sum();
    for shown in dom::all("[data-count]") {
        dom::set_text(&shown, &t!("basket-total", count = count));
    }
}

/// A line that can be reserved.
struct Line {
    /// Where it says what it costs.
    total: Element,
    count: u32,
    cost: Cost,
}

impl Line {
    fn of(total: Element) -> Option<Self> {
        let place = total.closest("[data-listing]").ok()??;
        let choice = dom::first(&place, "[name^=quantity]")?;
        let count = dom::text_of(&choice, "value").parse().ok()?;
        let cost = ticket::price(&place)?.times(count)?;
        Some(Self { total, count, cost })
    }
}
