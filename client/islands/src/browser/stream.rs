//! Server-sent events, as long as somebody looks.
//!
//! A browser has few connections to one host for all its tabs, so a page that nobody sees holds none. It tries a lost
//! connection again by itself, and gives up at the first answer that is not a stream; then, and after a sleep, it is
//! opened anew here. A new one cannot say what the last one ended with, so it asks for everything since that time.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
    time::Duration,
};

use jiff::Timestamp;
use leptos::prelude::window;
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{Event, EventSource, MessageEvent};

use super::{clock, dom};
use crate::{
    backoff::Backoff,
    clock::{arrived_until, slept},
};

/// How often the page looks whether it slept.
const WATCH: Duration = Duration::from_secs(5);

/// What takes an event's name and data.
type OnEvent = Box<dyn Fn(&str, &str)>;

/// A stream of events, and who wants them.
pub(crate) struct Stream {
    address: Box<dyn Fn(Timestamp) -> String>,
    names: &'static [&'static str],
    on_event: OnEvent,
    on_state: Box<dyn Fn(Option<Timestamp>)>,
    source: RefCell<Option<Source>>,
    backoff: Cell<Backoff>,
    /// Which attempt to open is the latest: a wait for an older one is void.
    attempt: Cell<u32>,
    /// When the last event came: what was told since is wanted. Not when the connection was lost, for that may have gone
    /// unnoticed for a while.
    since: Cell<Timestamp>,
    /// When it was last looked whether the machine slept.
    looked: Cell<i64>,
    is_live: Cell<bool>,
}

/// An open connection, with what listens to it.
struct Source {
    events: EventSource,
    _heard: Closure<dyn FnMut(MessageEvent)>,
    _state: Closure<dyn FnMut(Event)>,
}

impl Drop for Source {
    fn drop(&mut self) {
        self.events.close();
        self.events.set_onopen(None);
        self.events.set_onerror(None);
    }
}

impl Stream {
    /// Opens a stream now and whenever the page is seen. `address` gets the time since when everything is wanted;
    /// `on_state` gets until when changes have arrived, or nothing while they do.
    pub(crate) fn open(
        since: Timestamp,
        names: &'static [&'static str],
        address: impl Fn(Timestamp) -> String + 'static,
        on_event: impl Fn(&str, &str) + 'static,
        on_state: impl Fn(Option<Timestamp>) + 'static,
    ) {
        let stream = Rc::new(Self {
            address: Box::new(address),
            names,
            on_event: Box::new(on_event),
            on_state: Box::new(on_state),
            source: RefCell::default(),
            backoff: Cell::default(),
            attempt: Cell::default(),
            since: Cell::new(since),
            looked: Cell::new(clock::here()),
            is_live: Cell::default(),
        });
        let back = stream.clone();
        dom::on_return(move || back.follow_visibility());
        let gone = stream.clone();
        dom::on(&window(), "pagehide", move |_| gone.shut());
        stream.watch_for_sleep();
    }

    fn follow_visibility(self: &Rc<Self>) {
        if !dom::is_visible() {
            return self.shut();
        }
        self.look();
        if self.has_given_up() {
            self.backoff.set(Backoff::default());
            self.connect();
        }
    }

    /// Whether nothing is open, and nothing will be by itself.
    fn has_given_up(&self) -> bool {
        self.source.borrow().as_ref().is_none_or(|source| source.events.ready_state() == EventSource::CLOSED)
    }

    fn watch_for_sleep(self: Rc<Self>) {
        dom::every(WATCH, move || {
            if self.look() && dom::is_visible() {
                self.connect();
            }
        });
    }

    /// Whether the machine slept. Then the connection is shut, which may be dead without having said so.
    fn look(&self) -> bool {
        let slept = slept(self.looked.get(), clock::here());
        if slept {
            self.shut();
        }
        self.looked.set(clock::here());
        slept
    }

    fn connect(self: &Rc<Self>) {
        self.attempt.set(self.attempt.get().wrapping_add(1));
        let Ok(events) = EventSource::new(&(self.address)(self.since.get())) else { return };
        let stream = Rc::downgrade(self);
        let heard = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            if let (Some(stream), Some(data)) = (stream.upgrade(), event.data().as_string()) {
                (stream.on_event)(&event.type_(), &data);
                stream.since.set(clock::timestamp());
            }
        });
        for name in self.names {
            let _ = events.add_event_listener_with_callback(name, heard.as_ref().unchecked_ref());
        }
        let stream = Rc::downgrade(self);
        let state = Closure::<dyn FnMut(Event)>::new(move |event: Event| {
            let Some(stream) = stream.upgrade() else { return };
            if event.type_() == "open" {
                stream.backoff.set(Backoff::default());
                stream.set_live(true);
            } else {
                stream.failed();
            }
        });
        events.set_onopen(Some(state.as_ref().unchecked_ref()));
        events.set_onerror(Some(state.as_ref().unchecked_ref()));
        self.source.replace(Some(Source { events, _heard: heard, _state: state }));
    }

    fn failed(self: &Rc<Self>) {
        self.set_live(false);
        if self.has_given_up() {
            let mut backoff = self.backoff.get();
            let wait = backoff.next(js_sys::Math::random());
            self.backoff.set(backoff);
            let (stream, attempt) = (self.clone(), self.attempt.get());
            dom::after(wait, move || {
                // Meanwhile the page may have been hidden or come back, which opens it sooner.
                if stream.attempt.get() == attempt && dom::is_visible() {
                    stream.connect();
                }
            });
        }
    }

    fn shut(&self) {
        self.attempt.set(self.attempt.get().wrapping_add(1));
        // Taken out first: a closure must not be dropped while the cell that holds it is borrowed.
        let source = self.source.take();
        self.set_live(false);
        drop(source);
    }

    fn set_live(&self, live: bool) {
        if self.is_live.replace(live) != live {
            let now = clock::here();
            // Who learns here of a sleep need not look for it.
            let until = arrived_until(self.looked.replace(now), now);
            (self.on_state)((!live).then(|| clock::timestamp_at(until)));
        }
    }
}
