//! Following the listings of a page.

use std::{
    cell::{Cell, RefCell},
    collections::{BTreeMap, BTreeSet},
    rc::Rc,
    time::Duration,
};

use common::{
    api::{
        TicketView,
        live::{ListingChange, TicketEvent},
    },
    id::{Id as _, TicketId},
};
use jiff::Timestamp;
use leptos::{
    prelude::{RwSignal, Set as _, document},
    task::spawn_local,
};
use web_sys::Document;

use super::{announce, clock, dom, page, stream::Stream, ticket};
use crate::{money::amount, t, units::Units, words::words};

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

/// What is known of a listing on the page.
struct Entry {
    units: Units,
    /// What the page shows.
    drawn: Units,
    /// The seller's last change, if it is not shown yet.
    edit: Option<ListingChange>,
    title: String,
    /// Something was told since a reading of the page began.
    is_told: bool,
}

struct Listings {
    entries: RefCell<BTreeMap<TicketId, Entry>>,
    news: RefCell<BTreeSet<TicketId>>,
    changed: RefCell<BTreeSet<TicketId>>,
    wants_news: bool,
    /// When the page was made.
    since: Timestamp,
    is_reading: Cell<bool>,
    shown: Shown,
}

/// Follows the listings that are on the page, and with `wants_news` those that are not yet.
pub(crate) fn follow(at: Timestamp, wants_news: bool, shown: Shown) {
    clock::page_said(at);
    // Once all islands stand.
    dom::after(Duration::ZERO, move || {
        dom::on(&document(), "input", |event| {
            let place = dom::target(&event).and_then(|field| field.closest("[data-listing]").ok().flatten());
            if let Some(place) = place {
                ticket::show_totals(&place);
            }
        });
        let entries = entries(&document());
        if entries.is_empty() && !wants_news {
            return;
        }
        let listings = Rc::new(Listings {
            entries: RefCell::new(entries),
            news: RefCell::default(),
            changed: RefCell::default(),
            wants_news,
            since: at,
            is_reading: Cell::default(),
            shown,
        });
        listings.listen(at);
    });
}

/// The listings a document shows.
fn entries(document: &Document) -> BTreeMap<TicketId, Entry> {
    let places = dom::all_in(document, "[data-listing]");
    let entries = places.iter().filter_map(|place| {
        let id = place.get_attribute("data-listing")?.parse().ok()?;
        let units = ticket::units(place)?;
        let title = ticket::title(place).unwrap_or_default();
        Some((id, Entry { units, drawn: units, edit: None, title, is_told: false }))
    });
    entries.collect()
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
            move |live| {
                state.shown.live.set(live);
                if !live {
                    state.shown.until.set(clock::timestamp());
                }
            },
        );
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
            TicketEvent::Availability(change) => {
                self.change(change.id, |entry| entry.units.count(&change));
            }
            TicketEvent::Edited(change) => self.change(change.id, |entry| {
                let is_news = entry.units.edit(&change);
                if is_news {
                    entry.edit = Some(change);
                }
                is_news
            }),
            TicketEvent::Withdrawn(change) => self.change(change.id, |entry| entry.units.withdraw(&change)),
            TicketEvent::Listed(change) => self.note_new(change.id),
            TicketEvent::Reset => self.clone().read_again(),
        }
    }

    fn change(self: &Rc<Self>, id: TicketId, apply: impl FnOnce(&mut Entry) -> bool) {
        let is_news = self.entries.borrow_mut().get_mut(&id).is_some_and(|entry| {
            entry.is_told = true;
            apply(entry)
        });
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
                    if let Some(entry) = listings.entries.borrow_mut().get_mut(&id) {
                        draw(id, entry);
                    }
                }
            });
        }
        changed.insert(id);
    }

    /// After changes were missed: reads the page again, and those of its listings that have left it one by one.
    fn read_again(self: Rc<Self>) {
        if self.is_reading.replace(true) {
            return;
        }
        for entry in self.entries.borrow_mut().values_mut() {
            entry.is_told = false;
        }
        spawn_local(async move {
            dom::sleep(SPREAD.mul_f64(js_sys::Math::random())).await;
            let fresh = page::read().await.map(|page| entries(&page)).unwrap_or_default();
            let shown: Vec<_> = self.entries.borrow().keys().copied().collect();
            let mut asked = 0;
            for id in shown {
                let mut units = fresh.get(&id).map(|entry| entry.units);
                if units.is_none() && asked < MOST_READ {
                    asked += 1;
                    units = read_one(id).await;
                }
                if let Some(units) = units {
                    self.read(id, units);
                }
            }
            self.is_reading.set(false);
        });
    }

    fn read(self: &Rc<Self>, id: TicketId, units: Units) {
        if let Some(entry) = self.entries.borrow_mut().get_mut(&id)
            // What was told meanwhile is newer.
            && !entry.is_told
        {
            entry.units.read_again(units);
        }
        self.draw_soon(id);
    }
}

async fn read_one(id: TicketId) -> Option<Units> {
    let json = page::fetch(&format!("/api/tickets/{id}")).await?;
    let ticket: TicketView = serde_json::from_str(&json).ok()?;
    Some(Units::of(&ticket))
}

fn draw(id: TicketId, entry: &mut Entry) {
    let before = std::mem::replace(&mut entry.drawn, entry.units);
    let (units, edit) = (entry.units, entry.edit.take());
    let id = id.to_string();
    let flash = units.flash(before);
    let says_other = units.text() != before.text();
    if let Some(edit) = &edit {
        entry.title = edit.title.to_string();
    }
    let mut was_price = None;
    for place in ticket::places(&id) {
        if let Some(edit) = &edit {
            was_price = was_price.or_else(|| dom::first(&place, "[data-price]")?.text_content());
            ticket::show_listing(&place, edit.title.as_str(), edit.price, &edit.currency);
        }
        ticket::show_units(&place, units, flash);
    }
    let title = &entry.title;
    if says_other {
        announce::tell(id.clone(), t!("say-seats", title = title.as_str(), seats = units.text()));
    }
    if let Some(edit) = edit {
        let price = amount(edit.price, &edit.currency, words().language());
        if was_price.is_some_and(|was| was != price) {
            announce::tell(id + "price", t!("say-price", title = title.as_str(), price = price));
        }
    }
}
