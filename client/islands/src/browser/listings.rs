//! Following the listings of a page.

use std::{
    cell::{Cell, RefCell},
    collections::{BTreeMap, BTreeSet},
    rc::Rc,
    time::Duration,
};

use common::{
    api::{TicketView, live::TicketEvent},
    id::{Id as _, TicketId},
};
use jiff::Timestamp;
use leptos::{
    prelude::{RwSignal, Set as _, document},
    task::spawn_local,
};
use web_sys::Document;

use super::{announce, basket, clock, dom, page, stream::Stream, ticket};
use crate::{
    backoff::Backoff,
    listing::{Facts, Listing},
    t,
};

/// What comes within this time is shown together: a page that has just connected is told the last half minute again.
const GATHER: Duration = Duration::from_millis(60);
/// The most listings a stream is asked for by name.
const MOST_NAMED: usize = 200;
/// The most listings that are asked for one by one.
const MOST_READ: usize = 20;
/// All pages that were told to read again do so spread over this time.
const SPREAD: Duration = Duration::from_secs(2);

/// What the page's line shows.
pub(crate) struct Shown {
    /// Changes arrive as they happen.
    pub(crate) live: RwSignal<bool>,
    /// New listings that are not on the page.
    pub(crate) fresh: RwSignal<u32>,
    /// When the page was true, while changes do not arrive.
    pub(crate) until: RwSignal<Timestamp>,
}

struct Listings {
    entries: RefCell<BTreeMap<TicketId, Listing>>,
    news: RefCell<BTreeSet<TicketId>>,
    changed: RefCell<BTreeSet<TicketId>>,
    wants_news: bool,
    /// When the page was made.
    since: Timestamp,
    /// Changes arrive.
    is_connected: Cell<bool>,
    /// How often changes were missed.
    resets: Cell<u32>,
    /// Not all that may have been missed is read again.
    is_behind: Cell<bool>,
    shown: Shown,
}

/// Follows the listings that are on the page, and with `wants_news` those that are not yet.
pub(crate) fn follow(at: Timestamp, wants_news: bool, shown: Shown) {
    clock::page_said(at);
    // Once all islands stand.
    dom::after(Duration::ZERO, move || {
        basket::follow();
        let entries: BTreeMap<_, _> =
            facts(&document()).into_iter().map(|(id, facts)| (id, Listing::new(facts))).collect();
        if entries.is_empty() && !wants_news {
            return;
        }
        let listings = Rc::new(Listings {
            entries: RefCell::new(entries),
            news: RefCell::default(),
            changed: RefCell::default(),
            wants_news,
            since: at,
            is_connected: Cell::default(),
            resets: Cell::default(),
            is_behind: Cell::default(),
            shown,
        });
        listings.listen(at);
    });
}

/// The listings of a document, and what it says of them.
fn facts(document: &Document) -> BTreeMap<TicketId, Facts> {
    let places = dom::all_in(document, "[data-listing]");
    let facts = places.iter().filter_map(|place| {
        let id = place.get_attribute("data-listing")?.parse().ok()?;
        Some((id, ticket::facts(place)?))
    });
    facts.collect()
}

impl Listings {
    fn listen(self: Rc<Self>, at: Timestamp) {
        let (named, told, state) = (self.clone(), self.clone(), self);
        Stream::open(
            at,
            &TicketEvent::NAMES,
            move |since| named.address(since),
            move |name, data| {
                // An event that is not understood is of a newer server, and the page stays as it is.
                if let Ok(event) = TicketEvent::read(name, data) {
                    told.take(event);
                }
            },
            move |until| state.connected(until),
        );
    }

    /// Takes until when changes have arrived, or nothing while they do.
    fn connected(&self, until: Option<Timestamp>) {
        self.is_connected.set(until.is_none());
        // A page that has missed changes is no younger for having heard of later ones.
        if let Some(until) = until
            && !self.is_behind.get()
        {
            self.shown.until.set(until);
        }
        self.show_state();
    }

    fn show_state(&self) {
        self.shown.live.set(self.is_connected.get() && !self.is_behind.get());
    }

    fn address(&self, since: Timestamp) -> String {
        let mut address = format!("/api/tickets/events?since={since}");
        // New listings have ids that nobody can name yet.
        if !self.wants_news {
            address.push_str("&ids=");
            for (index, id) in self.entries.borrow().keys().take(MOST_NAMED).enumerate() {
                if index > 0 {
                    address.push(',');
                }
                address.push_str(&id.to_string());
            }
        }
        address
    }

    fn take(self: &Rc<Self>, event: TicketEvent) {
        match event {
            TicketEvent::Availability(change) => self.change(change.id, |listing| listing.count(&change)),
            TicketEvent::Edited(change) => self.change(change.id, |listing| listing.edit(&change)),
            TicketEvent::Withdrawn(change) => self.change(change.id, |listing| listing.withdraw(&change)),
            TicketEvent::Listed(change) => self.note_new(change.id),
            TicketEvent::Reset => self.miss(),
        }
    }

    fn change(self: &Rc<Self>, id: TicketId, apply: impl FnOnce(&mut Listing) -> bool) {
        let is_news = self.entries.borrow_mut().get_mut(&id).is_some_and(apply);
        if is_news {
            self.draw_soon(id);
        }
    }

    fn note_new(&self, id: TicketId) {
        // The last half minute is told again to everybody: older ones the page knows, or has on another page.
        let is_new = id.created_at().as_second() >= self.since.as_second();
        if self.wants_news && is_new && !self.entries.borrow().contains_key(&id) {
            let mut news = self.news.borrow_mut();
            if news.insert(id) {
                let count = u32::try_from(news.len()).unwrap_or(u32::MAX);
                self.shown.fresh.set(count);
                announce::tell("new".to_owned(), t!("say-new", count = count));
            }
        }
    }

    fn draw_soon(self: &Rc<Self>, id: TicketId) {
        let mut changed = self.changed.borrow_mut();
        if changed.is_empty() {
            let listings = self.clone();
            dom::after(GATHER, move || {
                for id in listings.changed.take() {
                    if let Some(listing) = listings.entries.borrow_mut().get_mut(&id) {
                        draw(id, listing);
                    }
                }
                basket::show();
            });
        }
        changed.insert(id);
    }

    /// Changes were missed: what is shown is read again, ever less often until that has worked.
    fn miss(self: &Rc<Self>) {
        self.resets.set(self.resets.get().wrapping_add(1));
        self.entries.borrow_mut().values_mut().for_each(Listing::miss);
        if self.is_behind.replace(true) {
            return;
        }
        self.show_state();
        let listings = self.clone();
        spawn_local(async move {
            dom::sleep(SPREAD.mul_f64(js_sys::Math::random())).await;
            let mut backoff = Backoff::default();
            loop {
                if dom::is_visible() {
                    listings.read_missed().await;
                }
                if listings.missed().is_empty() {
                    break;
                }
                dom::sleep(backoff.next(js_sys::Math::random())).await;
            }
            listings.is_behind.set(false);
            listings.show_state();
        });
    }

    /// Reads the page again, and those of its listings that have left it one by one.
    async fn read_missed(self: &Rc<Self>) {
        let resets = self.resets.get();
        let Some(page) = page::read().await else { return };
        let mut fresh = facts(&page);
        let mut asked = 0;
        for id in self.missed() {
            let mut read = fresh.remove(&id);
            if read.is_none() && asked < MOST_READ {
                asked += 1;
                read = read_one(id).await;
            }
            // What was read before changes were missed again may lack those.
            if self.resets.get() != resets {
                return;
            }
            if let Some(read) = read {
                self.change(id, |listing| listing.read(read));
            }
        }
    }

    fn missed(&self) -> Vec<TicketId> {
        let entries = self.entries.borrow();
        entries.iter().filter(|(_, listing)| listing.is_missed()).map(|(id, _)| *id).collect()
    }
}

async fn read_one(id: TicketId) -> Option<Facts> {
    let json = page::fetch(&format!("/api/tickets/{id}")).await?;
    let ticket: TicketView = serde_json::from_str(&json).ok()?;
    Some(Facts::of(&ticket))
}

fn draw(id: TicketId, listing: &mut Listing) {
    let before = listing.show();
    let Facts { units, title, price } = listing.known();
    let id = id.to_string();
    let flash = units.flash(before.units);
    for place in ticket::places(&id) {
        ticket::show_offer(&place, &before.price, listing.known());
        ticket::show_units(&place, *units, flash);
    }
    if units.text() != before.units.text() {
        announce::tell(id.clone(), t!("say-seats", title = title.as_str(), seats = units.text()));
    }
    if *price != before.price {
        announce::tell(id + "price", t!("say-price", title = title.as_str(), price = price.text()));
    }
}
