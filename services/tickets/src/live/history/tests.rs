use common::{
    api::{TicketStatus, live::AvailabilityChange},
    events::{Event, ListingStatus, TicketState},
    id::{Id, UserId},
    money::Price,
};

use super::*;
use crate::live::change::changes;

const EPOCH: i64 = 16;

fn listing(number: u8) -> TicketId {
    TicketId::generate(Timestamp::UNIX_EPOCH, [number; 8])
}

fn second(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

/// The units of a listing changed, which left so many.
fn units(number: u8, seq: u64, available: u32) -> Change {
    let id = listing(number);
    let change =
        AvailabilityChange { id, seq, available, quantity: 100, sold: None, status: TicketStatus::Available };
    Change { subject: Subject::units(id), fence: seq, event: TicketEvent::Availability(change) }
}

fn begun(limit: usize) -> History {
    let mut history = History::new(limit);
    for stream in [Stream::Orders, Stream::Tickets] {
        let began = Began { epoch: EPOCH, after: 10, since: second(100) };
        assert_eq!(history.begin(stream, began), None);
    }
    history
}

/// One change of the listing of that number for each second from 101 on, as the eleventh order event and so on.
fn eventful(limit: usize, listings: &[u8]) -> History {
    let mut history = begun(limit);
    for (number, at) in listings.iter().zip(1_u8..) {
        let seq = u64::from(at);
        history.add(
            Stream::Orders,
            10 + seq,
            second(100 + i64::from(at)),
            vec![units(*number, seq, u32::from(at))],
        );
        history.news();
    }
    history
}

/// `id` and `available` of events; `reset` and heartbeats by their names.
fn told(events: &[Events]) -> Vec<String> {
    let line = |text: &str, name: &str| {
        text.lines().find_map(|line| line.strip_prefix(name)).map(str::to_owned).unwrap_or_default()
    };
    let short = |events: &Events| {
        let text = std::str::from_utf8(events.as_bytes()).unwrap();
        let id = line(text, "id: ");
        let data = line(text, "data: ");
        match line(text, "event: ").as_str() {
            "" => format!("at {id}"),
            "reset" => format!("reset {id}"),
            _ => {
                let change: AvailabilityChange = serde_json::from_str(&data).unwrap();
                format!("{} left at {id}", change.available)
            }
        }
    };
    events.iter().map(short).collect()
}

fn missed(history: &History, resume: Resume, now: i64) -> Vec<String> {
    told(&history.missed(&Filter::Everything, &resume, second(now)).unwrap())
}

fn after(text: &str) -> Resume {
    Resume::After(text.to_owned())
}

fn since(moment: i64) -> Resume {
    Resume::Since(Some(second(moment)))
}

#[test]
fn nobody_is_served_before_both_streams_are_known() {
    let mut history = History::new(10);
    let began = Began { epoch: EPOCH, after: 10, since: second(100) };
    assert_eq!(history.begin(Stream::Orders, began), None);
    history.add(Stream::Orders, 11, second(101), vec![units(1, 1, 5)]);
    assert!(history.news().is_empty());
    assert!(history.missed(&Filter::Everything, &Resume::Since(None), second(101)).is_none());
    assert_eq!(history.begin(Stream::Tickets, Began { after: 7, ..began }), None);
    assert_eq!(
        told(&history.news().into_iter().map(|(_, events)| events).collect::<Vec<_>>()),
        ["5 left at o11.10-t7.10"]
    );
    assert_eq!(missed(&history, Resume::Since(None), 101), ["5 left at o11.10-t7.10", "at o11.10-t7.10"]);
}

#[test]
fn who_comes_back_gets_what_is_behind_the_place_they_name() {
    let history = eventful(10, &[1, 2, 3, 2]);
    assert_eq!(
        missed(&history, after("o12.10-t10.10"), 0),
        ["3 left at o13.10-t10.10", "4 left at o14.10-t10.10", "at o14.10-t10.10"]
    );
    // Of two changes of one listing only the newer one.
    assert_eq!(missed(&history, after("o10.10-t10.10"), 0).len(), 4);
    assert_eq!(missed(&history, after("o14.10-t10.10"), 0), ["at o14.10-t10.10"]);
    let filter = Filter::these(vec![listing(1)]);
    let narrow = history.missed(&filter, &after("o10.10-t10.10"), second(0)).unwrap();
    assert_eq!(told(&narrow), ["1 left at o11.10-t10.10", "at o14.10-t10.10"]);
}

#[test]
fn a_place_that_is_not_known_is_a_reset_with_what_is_recent() {
    let history = eventful(2, &[1, 2, 3, 4]);
    for place in [
        "o11.10-t10.10",
        "o9.10-t10.10",
        "o13.10-t9.10",
        "o15.10-t10.10",
        "o13.10-t11.10",
        "o13.11-t10.10",
        "o13.10-t10.11",
        "nonsense",
        "",
    ] {
        assert_eq!(
            missed(&history, after(place), 133),
            ["reset o14.10-t10.10", "3 left at o13.10-t10.10", "4 left at o14.10-t10.10", "at o14.10-t10.10"],
            "{place}"
        );
    }
    assert_eq!(missed(&history, after("o12.10-t10.10"), 0).len(), 3, "the last place that is known");
}

#[test]
fn a_new_page_gets_what_it_may_not_have_seen() {
    let history = eventful(10, &[1, 2, 3]);
    assert_eq!(missed(&history, Resume::Since(None), 133), ["3 left at o13.10-t10.10", "at o13.10-t10.10"]);
    assert_eq!(missed(&history, since(133), 999), ["3 left at o13.10-t10.10", "at o13.10-t10.10"]);
    assert_eq!(missed(&history, since(132), 999).len(), 3);
    assert_eq!(missed(&history, since(100), 999).len(), 4);
    assert_eq!(missed(&history, since(99), 999), ["reset o13.10-t10.10", "at o13.10-t10.10"]);
    // The first change is forgotten, of second 101.
    let short = eventful(2, &[1, 2, 3]);
    assert_eq!(missed(&short, since(102), 999).len(), 3);
    assert_eq!(missed(&short, since(101), 999)[0], "reset o13.10-t10.10");
}

#[test]
fn of_changes_that_come_together_the_newest_is_told_whichever_came_last() {
    let mut history = begun(10);
    history.add(Stream::Orders, 11, second(101), vec![units(1, 8, 2)]);
    history.add(Stream::Orders, 12, second(101), vec![units(2, 1, 9), units(1, 7, 3)]);
    let news: Vec<Events> = history.news().into_iter().map(|(_, events)| events).collect();
    // A part of the second event does not name its place.
    assert_eq!(told(&news), ["2 left at o11.10-t10.10", "9 left at o11.10-t10.10"]);
    assert!(history.news().is_empty());
    assert_eq!(missed(&history, Resume::Since(None), 101).last().unwrap(), "at o12.10-t10.10");
}

#[test]
fn a_new_listing_is_told_also_if_it_was_edited_at_once() {
    let mut history = begun(10);
    let state = |version, title: &str| TicketState {
        id: listing(1),
        version,
        seller_id: UserId::generate(Timestamp::UNIX_EPOCH, [1; 8]),
        title: title.parse().unwrap(),
        price_minor: Price::parse("20").unwrap(),
        currency: "usd".parse().unwrap(),
        quantity: 1,
        status: ListingStatus::Listed,
        starts_at: None,
        time_zone: None,
    };
    for (sequence, event) in [
        (11, Event::TicketCreated(state(1, "Hamlet"))),
        (12, Event::TicketUpdated(state(2, "Macbeth"))),
        (13, Event::TicketUpdated(state(3, "Lear"))),
    ] {
        history.add(Stream::Tickets, sequence, second(101), changes(&event));
    }
    let news = history.news();
    let texts: Vec<_> =
        news.iter().map(|(_, events)| std::str::from_utf8(events.as_bytes()).unwrap()).collect();
    assert!(texts.len() == 2 && texts[0].contains("Hamlet") && texts[1].contains("Lear"), "{texts:?}");
}

#[test]
fn a_stream_that_was_made_anew_makes_all_that_was_known_worthless() {
    let mut history = eventful(10, &[1, 2]);
    let reset = history.begin(Stream::Orders, Began { epoch: 17, after: 0, since: second(200) });
    assert_eq!(told(&[reset.unwrap()]), ["reset o0.11-t10.10"]);
    history.add(Stream::Orders, 1, second(201), vec![units(1, 9, 7)]);
    history.news();
    assert_eq!(missed(&history, after("o0.11-t10.10"), 0), ["7 left at o1.11-t10.10", "at o1.11-t10.10"]);
    assert_eq!(missed(&history, after("o12.10-t10.10"), 0)[0], "reset o1.11-t10.10");
    assert_eq!(missed(&history, since(199), 999)[0], "reset o1.11-t10.10");
}
