//! `GET /api/tickets/events`: what changes, as it happens.

use std::{collections::HashMap, time::Duration};

use common::{
    api::{
        TicketStatus,
        live::{AvailabilityChange, TicketEvent},
    },
    clock::Clock,
    events::{Event, OrderState, Stream},
    id::{Id, TicketId},
};
use runtime::entropy;
use serde_json::json;
use testkit::{Actor, EventStream, Namespace, SentEvent, eventually, holds};
use tokio::{sync::Mutex, time::Instant};

use crate::market::{Market, listing, order, sell};

const PATH: &str = "/api/tickets/events";

async fn open_with(settings: impl FnOnce(Namespace) -> Namespace) -> Market {
    // The broker's clock says when a change was, so the service's has to agree with it.
    Market::open_with(Clock::System, settings).await
}

async fn open() -> Market {
    open_with(|namespace| namespace).await
}

fn told(event: &SentEvent) -> TicketEvent {
    TicketEvent::read(&event.name, &event.data).unwrap()
}

async fn next(stream: &mut EventStream) -> TicketEvent {
    told(&stream.next().await.expect("the stream goes on"))
}

fn units(event: &SentEvent) -> AvailabilityChange {
    match told(event) {
        TicketEvent::Availability(change) => change,
        other => panic!("{other:?}"),
    }
}

fn new_id() -> TicketId {
    TicketId::generate(Clock::System.now(), entropy())
}

/// An order after which a listing of 100 has so many left, as the inventory's change of that number.
fn left(id: TicketId, seq: u64, available: u32) -> OrderState {
    let mut order = order(id, seq, 100 - available, 0);
    order.items[0].quantity_listed = 100;
    order
}

/// Announces that a listing has so many left; it need not be known to the service.
async fn announce(market: &Market, id: TicketId, seq: u64, available: u32) {
    market.broker.publish(&Event::OrderCreated(left(id, seq, available))).await;
}

/// Reads a stream until what it told of a listing is this, and returns everything it told of.
async fn until_left(stream: &mut EventStream, id: TicketId, available: u32) -> HashMap<TicketId, u32> {
    let mut seen = HashMap::new();
    while seen.get(&id) != Some(&available) {
        if let TicketEvent::Availability(change) = next(stream).await {
            seen.insert(change.id, change.available);
        }
    }
    seen
}

#[tokio::test]
async fn an_open_page_is_told_what_happens_to_listings() {
    let market = open().await;
    let (ada, stranger) = (market.user("ada"), market.stranger());
    let mut all = stranger.events(PATH, None).await;
    for (name, value) in
        [("content-type", "text/event-stream"), ("cache-control", "no-store"), ("x-accel-buffering", "no")]
    {
        assert_eq!(all.headers()[name], value);
    }
    // Something is sent at once, whether or not anything happens.
    all.next_of_any_kind().await.unwrap();

    let ticket = sell(&ada, listing("Hamlet", 49.5, json!({ "quantity": 3 }))).await;
    let path = format!("/api/tickets/{}", ticket.id);
    match next(&mut all).await {
        TicketEvent::Listed(change) => {
            assert_eq!((change.id, change.version, change.quantity), (ticket.id, 1, 3));
            assert_eq!(
                (change.title.as_str(), change.price, change.currency),
                ("Hamlet", ticket.price, "usd".into())
            );
        }
        other => panic!("{other:?}"),
    }
    let mut one = stranger.events(&format!("{PATH}?ids={},{}", new_id(), ticket.id), None).await;
    // What happened just before is told again: the page it is for may not have it.
    assert!(matches!(next(&mut one).await, TicketEvent::Listed(change) if change.id == ticket.id));
    let _ = sell(&ada, listing("Macbeth", 1.0, json!({}))).await;
    let _ = ada.put(&path, listing("Hamlet, stalls", 49.5, json!({ "quantity": 3 }))).await.expect(200);
    assert!(matches!(next(&mut one).await, TicketEvent::Edited(change) if change.version == 2));

    let mut taken = order(ticket.id, 1, 1, 2);
    taken.items[0].quantity_listed = 3;
    market.broker.publish(&Event::OrderCreated(taken)).await;
    let change = units(&one.next().await.unwrap());
    assert_eq!((change.id, change.seq, change.quantity), (ticket.id, 1, 3));
    assert_eq!((change.available, change.status), (0, TicketStatus::Reserved));

    let mut released = order(ticket.id, 2, 0, 2);
    released.items[0].quantity_listed = 3;
    market.broker.publish(&Event::OrderCancelled(released)).await;
    assert_eq!(units(&one.next().await.unwrap()).available, 1);
    market.until_available(ticket.id, 1).await;
    let _ = ada.delete(&path).await.expect(204);
    assert!(matches!(next(&mut one).await, TicketEvent::Withdrawn(change) if change.version == 3));
    market.close().await;
}

#[tokio::test]
async fn a_sold_out_listing_is_told_to_be_available_again_once_units_were_refunded() {
    let market = open().await;
    let ticket = sell(&market.user("ada"), listing("Hamlet", 20.0, json!({ "quantity": 2 }))).await;
    let mut stream = market.stranger().events(&format!("{PATH}?ids={}", ticket.id), None).await;
    assert!(matches!(next(&mut stream).await, TicketEvent::Listed(_)));
    // The same order, complete, then told again as it is after each of two refunds; the second overtakes the first.
    let bought = order(ticket.id, 1, 0, 2);
    let told = |version, seq, sold| {
        let mut order = OrderState { id: bought.id, version, ..order(ticket.id, seq, 0, sold) };
        order.items[0].quantity_listed = 2;
        Event::OrderCompleted(order)
    };
    for (events, expected) in [
        (vec![told(2, 1, 2)], (1, 0, TicketStatus::Sold)),
        (vec![told(4, 3, 0), told(3, 2, 1)], (3, 2, TicketStatus::Available)),
    ] {
        for event in &events {
            market.broker.publish(event).await;
        }
        let change = units(&stream.next().await.unwrap());
        assert_eq!((change.seq, change.available, change.status), expected);
    }
    let view = market.until_available(ticket.id, 2).await;
    assert_eq!(view.status, TicketStatus::Available);
    market.close().await;
}

#[tokio::test]
async fn nothing_falls_between_a_page_and_its_stream() {
    let market = open().await;
    let (ada, stranger) = (market.user("ada"), market.stranger());
    let ticket = sell(&ada, listing("Hamlet", 20.0, json!({ "quantity": 100 }))).await;
    let page = Clock::System.now();
    for (seq, available) in [(1, 70), (2, 60), (3, 50)] {
        announce(&market, ticket.id, seq, available).await;
    }
    for since in [format!("&since={page}"), String::new()] {
        let path = format!("{PATH}?ids={}{since}", ticket.id);
        let mut stream = stranger.events(&path, None).await;
        until_left(&mut stream, ticket.id, 50).await;
    }
    // Once it is old news it is not told to new pages, and a page too old to be mended is told so.
    let mut told = stranger.events(&format!("{PATH}?since={}", page + Duration::from_mins(1)), None).await;
    assert_eq!(told.caught_up().await, []);
    let mut stale = stranger.events(&format!("{PATH}?since={}", page - Duration::from_hours(1)), None).await;
    assert_eq!(next(&mut stale).await, TicketEvent::Reset);
    market.close().await;
}

#[tokio::test]
async fn who_lost_the_connection_loses_no_change_whichever_pod_comes_next() {
    let market = open().await;
    let other_pod = market.second_pod().await;
    let (here, there) = (market.stranger(), market.stranger().at(&other_pod));
    let ids: Vec<TicketId> = (0..20).map(|_| new_id()).collect();
    let mut stream = here.events(PATH, None).await;
    announce(&market, ids[0], 1, 90).await;
    until_left(&mut stream, ids[0], 90).await;
    let last = stream.last_id().to_owned();
    drop(stream);

    for (id, seq) in ids.iter().zip(2..) {
        announce(&market, *id, seq, 40).await;
        announce(&market, *id, seq + 100, 30).await;
    }
    announce(&market, ids[0], 999, 7).await;
    for pod in [&there, &here] {
        let mut stream = pod.events(PATH, Some(&last)).await;
        let seen = until_left(&mut stream, ids[0], 7).await;
        assert!(ids[1..].iter().all(|id| seen.get(id) == Some(&30)), "{seen:?}");
        // Nothing twice to who names the last place.
        let place = stream.last_id().to_owned();
        let mut again = pod.events(PATH, Some(&place)).await;
        assert_eq!(again.caught_up().await, []);
    }
    market.close_with_dead_letters().await;
}

#[tokio::test]
async fn all_pods_name_the_same_places() {
    let market = open().await;
    let other_pod = market.second_pod().await;
    let mut streams = [market.url.clone(), other_pod].map(|url| (url, None));
    for (url, stream) in &mut streams {
        let mut open = Actor::new(url).events(PATH, None).await;
        open.caught_up().await;
        *stream = Some(open);
    }
    let id = new_id();
    for (seq, available) in [(1, 9), (2, 8), (3, 7)] {
        announce(&market, id, seq, available).await;
        let mut places = Vec::new();
        for (_, stream) in &mut streams {
            let stream = stream.as_mut().unwrap();
            until_left(stream, id, available).await;
            places.push(stream.last_id().to_owned());
        }
        assert_eq!(places[0], places[1]);
    }
    market.close_with_dead_letters().await;
}

#[tokio::test]
async fn who_was_away_too_long_is_told_to_read_again() {
    let market = open_with(|namespace| namespace.with("EVENT_CHANGES_KEPT", "4")).await;
    let stranger = market.stranger();
    let mut stream = stranger.events(PATH, None).await;
    stream.caught_up().await;
    let old = stream.last_id().to_owned();
    let page = Clock::System.now();
    let ids: Vec<TicketId> = (0..6).map(|_| new_id()).collect();
    for id in &ids {
        announce(&market, *id, 1, 50).await;
    }
    until_left(&mut stream, ids[5], 50).await;
    let ahead = old.replace('o', "o9");
    for place in [old.as_str(), ahead.as_str(), "o1-t1", "nonsense", ""] {
        let mut back = stranger.events(PATH, Some(place)).await;
        let events = back.caught_up().await;
        assert_eq!(told(&events[0]), TicketEvent::Reset, "{place}");
        // What the reader will read again may be a moment old, so what is recent follows.
        assert_eq!(events[1..].iter().map(|event| units(event).id).collect::<Vec<_>>(), ids[2..], "{place}");
    }
    let mut stale = stranger.events(&format!("{PATH}?since={page}"), None).await;
    assert_eq!(next(&mut stale).await, TicketEvent::Reset);
    market.close_with_dead_letters().await;
}

#[tokio::test]
async fn a_stream_that_is_made_anew_is_told_and_followed() {
    let market = open().await;
    let stranger = market.stranger();
    let mut stream = stranger.events(PATH, None).await;
    let id = new_id();
    announce(&market, id, 1, 90).await;
    until_left(&mut stream, id, 90).await;
    let before = stream.last_id().to_owned();
    let name = format!("{}_{}", market.namespace.name().to_uppercase(), Stream::Orders.name());
    market.broker.jetstream().delete_stream(&name).await.unwrap();
    assert_eq!(next(&mut stream).await, TicketEvent::Reset);
    announce(&market, id, 2, 80).await;
    until_left(&mut stream, id, 80).await;
    let mut back = stranger.events(PATH, Some(&before)).await;
    assert_eq!(next(&mut back).await, TicketEvent::Reset);
    market.close_with_dead_letters().await;
}

#[tokio::test]
async fn more_clients_than_are_allowed_are_told_to_come_back() {
    let market = open_with(|namespace| namespace.with("EVENT_CLIENTS_MAX", "2")).await;
    let stranger = market.stranger();
    let (_one, other) = (stranger.events(PATH, None).await, stranger.events(PATH, None).await);
    let refused = stranger.get(PATH).await.expect_problem(503, "unavailable");
    assert!(!refused.header("retry-after").is_empty());
    drop(other);
    eventually("a free place", async || {
        let answer = stranger.request("GET", PATH).send().await.unwrap();
        (answer.status() == 200).then_some(())
    })
    .await;
    // One that wants to know only how it would be answered takes no place.
    for _ in 0..3 {
        eventually("a HEAD to be answered", async || {
            let head = stranger.send(stranger.request("HEAD", PATH)).await;
            (head.status == 200 && head.header("content-type") == "text/event-stream").then_some(())
        })
        .await;
    }
    stranger.post(PATH, json!({})).await.expect_problem(405, "method_not_allowed");
    market.close().await;
}

#[tokio::test]
async fn bad_parameters_are_named_at_once() {
    let market = open().await;
    let many = vec![new_id().to_string(); 201].join(",");
    for ids in ["me", &many, ","] {
        let path = format!("{PATH}?ids={ids}&since=yesterday");
        let answer = market.stranger().get(&path).await.expect_problem(400, "invalid_input");
        let rules = answer.errors();
        assert_eq!(rules[0].0, "ids");
        assert_eq!(rules[0].1, "Ids must be 1 to 200 ids of 24 hexadecimal digits, with commas between them");
        assert_eq!(rules[1], ("since".into(), "Since must be a time such as 2027-06-30T20:00:00Z".into()));
    }
    let _ = market.stranger().events(&format!("{PATH}?ids=&since="), None).await;
    market.close().await;
}

#[tokio::test]
async fn the_deadline_of_requests_does_not_cut_streams() {
    let market = open_with(|namespace| namespace.with("REQUEST_TIMEOUT_SECONDS", "1")).await;
    let stream = Mutex::new(market.stranger().events(PATH, None).await);
    holds("the stream is open", Duration::from_millis(1500), async || stream.lock().await.is_open()).await;
    let id = new_id();
    announce(&market, id, 1, 90).await;
    until_left(&mut stream.into_inner(), id, 90).await;
    market.close_with_dead_letters().await;
}

#[tokio::test]
async fn streams_do_not_hold_up_the_end_of_the_process() {
    let market = open().await;
    let mut streams = Vec::new();
    for _ in 0..20 {
        let mut stream = market.stranger().events(PATH, None).await;
        stream.caught_up().await;
        streams.push(stream);
    }
    let began = Instant::now();
    market.life.stop();
    for stream in &mut streams {
        assert_eq!(stream.next_of_any_kind().await, None);
    }
    assert!(market.life.drained(Duration::from_secs(10)).await);
    assert!(began.elapsed() < Duration::from_secs(1), "{:?}", began.elapsed());
}
