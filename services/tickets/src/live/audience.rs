//! Those who want to know of changes.
//!
//! Whoever looks at the same listings gets the same bytes, so clients stand together in groups, and what a change costs
//! depends on how many look at its listing, not on how many look at anything.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use common::id::TicketId;
use runtime::{EventQueue, Events};

/// Which listings somebody wants to know of.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Filter {
    /// All of them.
    Everything,
    /// These, sorted.
    These(Arc<[TicketId]>),
}

impl Filter {
    /// Only these listings, in whatever order and however often they are named.
    pub(crate) fn these(mut ids: Vec<TicketId>) -> Self {
        ids.sort_unstable();
        ids.dedup();
        Self::These(ids.into())
    }

    pub(super) fn passes(&self, listing: TicketId) -> bool {
        match self {
            Self::Everything => true,
            Self::These(ids) => ids.binary_search(&listing).is_ok(),
        }
    }
}

/// Clients with the same filter.
#[derive(Debug)]
struct Group {
    filter: Filter,
    clients: Vec<EventQueue>,
}

/// All clients, and how to find those a change is for.
#[derive(Debug, Default)]
pub(super) struct Audience {
    groups: HashMap<u64, Group>,
    by_filter: HashMap<Filter, u64>,
    by_listing: HashMap<TicketId, Vec<u64>>,
    last_group: u64,
}

impl Audience {
    /// One more client.
    pub(super) fn join(&mut self, filter: Filter, client: EventQueue) {
        let number =
            if let Some(number) = self.by_filter.get(&filter) { *number } else { self.found(filter) };
        if let Some(group) = self.groups.get_mut(&number) {
            group.clients.push(client);
        }
    }

    fn found(&mut self, filter: Filter) -> u64 {
        self.last_group += 1;
        let number = self.last_group;
        if let Filter::These(ids) = &filter {
            for id in ids.iter() {
                self.by_listing.entry(*id).or_default().push(number);
            }
        }
        self.by_filter.insert(filter.clone(), number);
        self.groups.insert(number, Group { filter, clients: Vec::new() });
        number
    }

    /// Tells each change to those it is for, all that is for a client at once.
    pub(super) fn tell(&mut self, changes: &[(TicketId, Events)]) {
        let everything = self.by_filter.get(&Filter::Everything);
        let mut parts: BTreeMap<u64, Vec<&Events>> = BTreeMap::new();
        for (listing, events) in changes {
            let groups = self.by_listing.get(listing).into_iter().flatten();
            for number in groups.chain(everything) {
                parts.entry(*number).or_default().push(events);
            }
        }
        for (number, parts) in parts {
            let events = Events::join(parts);
            self.keep(number, |client| client.send(events.clone()).is_ok());
        }
    }

    /// Tells everybody.
    pub(super) fn tell_all(&mut self, events: &Events) {
        self.keep_all(|client| client.send(events.clone()).is_ok());
    }

    /// Forgets those who have gone.
    pub(super) fn sweep(&mut self) {
        self.keep_all(|client| !client.is_closed());
    }

    fn keep_all(&mut self, keep: impl Fn(&EventQueue) -> bool) {
        let numbers: Vec<u64> = self.groups.keys().copied().collect();
        for number in numbers {
            self.keep(number, &keep);
        }
    }

    fn keep(&mut self, number: u64, keep: impl Fn(&EventQueue) -> bool) {
        let Some(group) = self.groups.get_mut(&number) else { return };
        group.clients.retain(keep);
        if group.clients.is_empty() {
            self.disband(number);
        }
    }

    fn disband(&mut self, number: u64) {
        let Some(group) = self.groups.remove(&number) else { return };
        self.by_filter.remove(&group.filter);
        let Filter::These(ids) = &group.filter else { return };
        for id in ids.iter() {
            if let Some(groups) = self.by_listing.get_mut(id) {
                groups.retain(|other| *other != number);
                if groups.is_empty() {
                    self.by_listing.remove(id);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use axum::response::Response;
    use common::id::Id;
    use futures::{FutureExt, StreamExt};
    use jiff::Timestamp;
    use runtime::{Env, EventSettings, EventStreams, Life};

    use super::*;

    fn listing(number: u8) -> TicketId {
        TicketId::generate(Timestamp::UNIX_EPOCH, [number; 8])
    }

    fn join(audience: &mut Audience, filter: Filter) -> Response {
        let streams = EventStreams::new(EventSettings::read(&mut Env::default()), &Life::detached());
        let (queue, response) = streams.admit().unwrap().open(Vec::new());
        audience.join(filter, queue);
        response
    }

    /// What has reached a client, without the greeting.
    fn received(response: Response) -> String {
        let mut chunks = response.into_body().into_data_stream();
        let mut all = String::new();
        while let Some(Some(chunk)) = chunks.next().now_or_never() {
            all.push_str(std::str::from_utf8(&chunk.unwrap()).unwrap());
        }
        all.split_off("retry: 2000\n:\n\n".len())
    }

    #[test]
    fn everybody_is_told_what_they_asked_for_and_nothing_else() {
        let mut audience = Audience::default();
        let all = join(&mut audience, Filter::Everything);
        let both = join(&mut audience, Filter::these(vec![listing(2), listing(1), listing(2)]));
        let again = join(&mut audience, Filter::these(vec![listing(1), listing(2)]));
        let other = join(&mut audience, Filter::these(vec![listing(3)]));
        assert_eq!(audience.groups.len(), 3);
        let change = |number: u8| (listing(number), Events::one(&number.to_string(), None, "x"));
        audience.tell(&[change(1), change(4), change(2)]);
        audience.tell_all(&Events::heartbeat(None));
        let text = |number: u8| format!("event: {number}\ndata: x\n\n");
        assert_eq!(received(all), [text(1), text(4), text(2), ":\n\n".to_owned()].concat());
        assert_eq!(received(both), [text(1), text(2), ":\n\n".to_owned()].concat());
        assert_eq!(received(again), [text(1), text(2), ":\n\n".to_owned()].concat());
        assert_eq!(received(other), ":\n\n");
    }

    #[test]
    fn nothing_is_left_of_those_who_have_gone() {
        let mut audience = Audience::default();
        let gone = [Filter::Everything, Filter::these(vec![listing(1), listing(2)])]
            .map(|filter| join(&mut audience, filter));
        let stays = join(&mut audience, Filter::these(vec![listing(2)]));
        drop(gone);
        audience.sweep();
        assert_eq!((audience.groups.len(), audience.by_filter.len(), audience.by_listing.len()), (1, 1, 1));
        drop(stays);
        audience.tell(&[(listing(2), Events::heartbeat(None))]);
        assert!(
            audience.groups.is_empty() && audience.by_filter.is_empty() && audience.by_listing.is_empty()
        );
    }
}
