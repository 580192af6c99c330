//! The latest changes, and what somebody who comes now has missed of them.

use std::{
    collections::{HashMap, VecDeque},
    time::Duration,
};

use common::{api::live::TicketEvent, events::Stream, id::TicketId};
use jiff::Timestamp;
use messaging::Began;
use runtime::Events;

use super::{
    audience::Filter,
    change::{Change, Subject},
    position::{Mark, Position},
};

/// How much older than what it says a page may be: its availability is a projection, which lags behind the events, and
/// clocks differ.
const MARGIN: Duration = Duration::from_secs(30);

/// From where somebody wants to know of changes.
#[derive(Debug, Clone)]
pub(crate) enum Resume {
    /// Behind the last one that was received, as the client named it.
    After(String),
    /// From when the page was true; from now on, if that was not said.
    Since(Option<Timestamp>),
}

/// A change that was heard of and not told yet.
#[derive(Debug)]
struct Fresh {
    change: Change,
    stream: Stream,
    sequence: u64,
    published: Timestamp,
    /// The place that is reached with it.
    place: Position,
}

/// A change that was told.
#[derive(Debug)]
struct Entry {
    subject: Subject,
    fence: u64,
    stream: Stream,
    sequence: u64,
    published: Timestamp,
    events: Events,
}

/// The latest changes in the order in which this process heard of them, as many as are kept.
#[derive(Debug)]
pub(super) struct History {
    limit: usize,
    entries: VecDeque<Entry>,
    fresh: Vec<Fresh>,
    /// How far each stream was heard; not known before the following began.
    orders: Option<Mark>,
    tickets: Option<Mark>,
    /// The place everybody was told of.
    position: Position,
    /// Everything behind this place was told and is kept, or is still to be told.
    floor: Position,
    /// The same for everything of this moment or later.
    since: Timestamp,
}

impl History {
    pub(super) fn new(limit: usize) -> Self {
        Self {
            limit,
            entries: VecDeque::new(),
            fresh: Vec::new(),
            orders: None,
            tickets: None,
            position: Position::default(),
            floor: Position::default(),
            since: Timestamp::MIN,
        }
    }

    /// Knowledge of a stream begins. If it had begun before, something may have been missed since: then nothing that
    /// is kept is of use to anybody any more, and everybody is to be told what is returned.
    pub(super) fn begin(&mut self, stream: Stream, began: Began) -> Option<Events> {
        let mark = Mark { epoch: began.epoch, sequence: began.after };
        let again = self.mark(stream).replace(mark).is_some();
        if again {
            self.forget(self.entries.len());
            self.fresh.clear();
        }
        *self.floor.of(stream) = mark;
        self.since = self.since.max(began.since);
        for fresh in &mut self.fresh {
            *fresh.place.of(stream) = mark;
        }
        self.position = self.heard()?;
        again.then(|| self.reset())
    }

    /// Something happened. All changes of one event are taken in one call.
    pub(super) fn add(&mut self, stream: Stream, sequence: u64, published: Timestamp, changes: Vec<Change>) {
        let before = self.place();
        self.mark(stream).get_or_insert_default().sequence = sequence;
        let after = self.place();
        let count = changes.len();
        for (number, change) in (1..).zip(changes) {
            // Who has only a part of an event has not reached its place yet.
            let place = if number == count { after } else { before };
            self.fresh.push(Fresh { change, stream, sequence, published, place });
        }
    }

    /// The changes that were not told yet, each listing's as one. They count as told from here on.
    pub(super) fn news(&mut self) -> Vec<(TicketId, Events)> {
        let Some(heard) = self.heard() else { return Vec::new() };
        self.position = heard;
        let fresh = newest(self.fresh.drain(..), |fresh| (fresh.change.subject, fresh.change.fence));
        let mut news = Vec::with_capacity(fresh.len());
        for Fresh { change: Change { subject, fence, event }, stream, sequence, published, place } in fresh {
            let data = match event.data() {
                Ok(data) => data,
                Err(error) => {
                    tracing::error!(%error, "a change could not be written");
                    continue;
                }
            };
            let events = Events::one(event.name(), Some(&place.to_string()), &data);
            news.push((subject.listing, events.clone()));
            self.entries.push_back(Entry { subject, fence, stream, sequence, published, events });
        }
        self.forget(self.entries.len().saturating_sub(self.limit));
        news
    }

    /// A sign of life that names the place everybody has reached. Without it somebody who looks at a quiet listing
    /// would come back naming a place long forgotten.
    pub(super) fn heartbeat(&self) -> Events {
        Events::heartbeat(Some(&self.position.to_string()))
    }

    /// What somebody has missed who comes at `now`; `None` before enough is known to say so.
    pub(super) fn missed(&self, filter: &Filter, resume: &Resume, now: Timestamp) -> Option<Vec<Events>> {
        self.heard()?;
        let (reset, entries) = match resume {
            Resume::After(text) => match text.parse().ok().filter(|place| self.knows(place)) {
                Some(place) => (false, self.kept(filter, |entry| entry.is_behind(&place))),
                // What is read again may lag behind as much as any page.
                None => (true, self.recent(filter, now)),
            },
            Resume::Since(Some(since)) if *since < self.since => (true, self.recent(filter, now)),
            Resume::Since(since) => (false, self.recent(filter, since.unwrap_or(now))),
        };
        let reset = reset.then(|| self.reset());
        Some(reset.into_iter().chain(entries).chain([self.heartbeat()]).collect())
    }

    /// Whether everything that happened behind this place and was told is kept.
    fn knows(&self, place: &Position) -> bool {
        self.floor.precedes(place) && place.precedes(&self.position)
    }

    fn recent(&self, filter: &Filter, moment: Timestamp) -> Vec<Events> {
        let from = moment.checked_sub(MARGIN).unwrap_or(moment);
        self.kept(filter, |entry| entry.published >= from)
    }

    fn kept(&self, filter: &Filter, wanted: impl Fn(&Entry) -> bool) -> Vec<Events> {
        let entries =
            self.entries.iter().filter(|entry| wanted(entry) && filter.passes(entry.subject.listing));
        newest(entries, |entry| (entry.subject, entry.fence))
            .into_iter()
            .map(|entry| entry.events.clone())
            .collect()
    }

    fn reset(&self) -> Events {
        Events::one(TicketEvent::Reset.name(), Some(&self.position.to_string()), "{}")
    }

    fn mark(&mut self, stream: Stream) -> &mut Option<Mark> {
        if stream == Stream::Orders { &mut self.orders } else { &mut self.tickets }
    }

    /// The place that was reached, once it is known.
    fn heard(&self) -> Option<Position> {
        Some(Position { orders: self.orders?, tickets: self.tickets? })
    }

    /// The same, with a mark that is to be filled in for a stream that did not begin yet.
    fn place(&self) -> Position {
        Position { orders: self.orders.unwrap_or_default(), tickets: self.tickets.unwrap_or_default() }
    }

    fn forget(&mut self, count: usize) {
        for oldest in self.entries.drain(..count) {
            let floor = self.floor.of(oldest.stream);
            floor.sequence = floor.sequence.max(oldest.sequence);
            let next = oldest.published.checked_add(Duration::from_nanos(1)).unwrap_or(oldest.published);
            self.since = self.since.max(next);
        }
    }
}

impl Entry {
    fn is_behind(&self, place: &Position) -> bool {
        let mark = if self.stream == Stream::Orders { place.orders } else { place.tickets };
        self.sequence > mark.sequence
    }
}

/// Of all changes of a subject only the newest, in the order they came.
fn newest<T>(changes: impl Iterator<Item = T>, key: impl Fn(&T) -> (Subject, u64)) -> Vec<T> {
    let changes: Vec<T> = changes.collect();
    let mut newest: HashMap<Subject, (u64, usize)> = HashMap::with_capacity(changes.len());
    for (at, change) in changes.iter().enumerate() {
        let (subject, fence) = key(change);
        let best = newest.entry(subject).or_insert((fence, at));
        if fence >= best.0 {
            *best = (fence, at);
        }
    }
    let mut keep = changes
        .iter()
        .enumerate()
        .map(|(at, change)| newest[&key(change).0].1 == at)
        .collect::<Vec<_>>()
        .into_iter();
    changes.into_iter().filter(|_| keep.next().unwrap_or_default()).collect()
}

#[cfg(test)]
mod tests;
