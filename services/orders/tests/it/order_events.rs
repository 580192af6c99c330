//! `GET /api/orders/{id}/events`: one's own order, whenever it changes.

use std::time::Duration;

use common::{
    api::{CancelReason, OrderStatus, OrderView, PaymentStatus, live::OrderChange},
    events::{Event, PaymentState, RefundedLine, RevokedSessions, SessionRevoked, Stream},
    id::OrderId,
};
use testkit::{Actor, EventStream, eventually};
use tokio::time::Instant;

use crate::actors::{Buyer, Market};

fn path(order: OrderId) -> String {
    format!("/api/orders/{order}/events")
}

async fn next(stream: &mut EventStream) -> OrderView {
    let event = stream.next().await.expect("the stream goes on");
    let change = OrderChange::read(&event.name, &event.data).unwrap();
    assert_eq!(stream.last_id(), change.order.version.to_string());
    change.order
}

async fn reserved(market: &Market, buyer: &Actor) -> OrderView {
    let ticket = market.list(1).await;
    buyer.reserve(ticket.id).await.expect(201).read()
}

#[tokio::test]
async fn the_buyer_is_told_every_state_up_to_the_last() {
    let market = Market::open().await;
    let ada = market.buyer("ada");
    let order = reserved(&market, &ada).await;
    let mut stream = ada.events(&path(order.id), None).await;
    for (name, value) in
        [("content-type", "text/event-stream"), ("cache-control", "no-store"), ("x-accel-buffering", "no")]
    {
        assert_eq!(stream.headers()[name], value);
    }
    let first = stream.next().await.unwrap();
    let change: OrderChange = first.read();
    assert_eq!((first.name.as_str(), &change.order), ("order", &ada.order(order.id).await));
    assert_eq!(change.now, market.clock.now());

    let payment = market.new_payment();
    let paid = |status| Market::payment(&order, payment, status);
    market.broker.publish(&Event::PaymentAuthorized(paid(PaymentStatus::Authorized))).await;
    let confirmed = next(&mut stream).await;
    assert_eq!((confirmed.status, confirmed.version), (OrderStatus::AwaitingPayment, 2));
    market.broker.publish(&Event::PaymentCaptured(paid(PaymentStatus::Captured))).await;
    let complete = next(&mut stream).await;
    assert_eq!((complete.status, complete.version), (OrderStatus::Complete, 3));
    assert_eq!(complete, ada.order(order.id).await);
    market.close().await;
}

#[tokio::test]
async fn a_complete_order_is_told_again_when_it_is_refunded() {
    let market = Market::open().await;
    let ada = market.buyer("ada");
    let order = reserved(&market, &ada).await;
    let payment = Market::payment(&order, market.new_payment(), PaymentStatus::Captured);
    market.broker.publish(&Event::PaymentCaptured(payment.clone())).await;
    ada.order_when(order.id, "to be complete", |order| order.status == OrderStatus::Complete).await;
    let mut stream = ada.events(&path(order.id), None).await;
    let paid = next(&mut stream).await;
    let line = RefundedLine { ticket_id: order.ticket.id, amount_minor: order.total.0, units: 1 };
    let refunded =
        PaymentState { refunded_minor: order.total.0, refunded_lines: vec![line], version: 4, ..payment };
    market.broker.publish(&Event::PaymentRefunded(refunded)).await;
    let refunded = next(&mut stream).await;
    assert_eq!((refunded.status, refunded.version), (OrderStatus::Complete, paid.version + 1));
    assert_eq!((refunded.items[0].refunded, refunded.items[0].returned), (order.total, 1));
    assert_eq!(refunded.history, paid.history);
    let mut back = ada.events(&path(order.id), Some("2")).await;
    assert_eq!(next(&mut back).await, refunded);
    market.close().await;
}

#[tokio::test]
async fn a_lapse_is_told_and_nothing_is_told_twice() {
    let market = Market::open().await;
    let ada = market.buyer("ada");
    let order = reserved(&market, &ada).await;
    let mut stream = ada.events(&path(order.id), None).await;
    assert_eq!(next(&mut stream).await.version, 1);
    // What is announced once more is no news.
    market.running.republish().await.unwrap();
    market.advance(901);
    market.expire(order.id, order.expires_at).await;
    let lapsed = next(&mut stream).await;
    assert_eq!((lapsed.version, lapsed.cancel_reason), (2, Some(CancelReason::Expired)));
    market.close().await;
}

#[tokio::test]
async fn who_comes_back_is_told_only_what_is_new() {
    let market = Market::open().await;
    let twin = market.twin().await;
    let ada = market.buyer("ada");
    let order = reserved(&market, &ada).await;
    let elsewhere = ada.at(&twin);
    let mut known = elsewhere.events(&path(order.id), Some("1")).await;
    // A comment comes all the same.
    known.next_of_any_kind().await.unwrap();
    let mut unknown = elsewhere.events(&path(order.id), Some("nonsense")).await;
    assert_eq!(next(&mut unknown).await.version, 1);
    let _ = ada.delete(&format!("/api/orders/{}", order.id)).await.expect(204);
    assert_eq!(next(&mut known).await.version, 2);
    assert_eq!(next(&mut unknown).await.version, 2);
    let mut back = ada.events(&path(order.id), Some("1")).await;
    assert_eq!(next(&mut back).await.status, OrderStatus::Cancelled);
    market.close().await;
}

#[tokio::test]
async fn nobody_else_is_told() {
    let market = Market::open().await;
    let (ada, bob) = (market.buyer("ada"), market.buyer("bob"));
    let order = reserved(&market, &ada).await;
    bob.get(&path(order.id)).await.expect_problem(404, "not_found");
    Actor::new(&market.url).get(&path(order.id)).await.expect_problem(401, "not_signed_in");
    ada.get("/api/orders/none/events").await.expect_problem(400, "invalid_input");
    ada.post(&path(order.id), serde_json::json!({})).await.expect_problem(405, "method_not_allowed");
    let head = ada.send(ada.request("HEAD", &path(order.id))).await.expect(200);
    assert_eq!(head.header("content-type"), "text/event-stream");
    market.close().await;
}

#[tokio::test]
async fn a_stream_ends_with_its_session_and_no_other_does() {
    let market = Market::open().await;
    let (ada, bob) = (market.buyer("ada"), market.buyer("bob"));
    let (hers, his) = (reserved(&market, &ada).await, reserved(&market, &bob).await);
    let mut ended = ada.events(&path(hers.id), None).await;
    let mut stays = bob.events(&path(his.id), None).await;
    next(&mut ended).await;
    next(&mut stays).await;
    let scope = RevokedSessions::AllOf { user_id: ada.id(), issued_before: market.clock.now(), except: None };
    let expires_at = market.clock.now() + Duration::from_hours(12);
    let began = Instant::now();
    market.broker.publish(&Event::SessionRevoked(SessionRevoked { scope, expires_at })).await;
    assert_eq!(ended.next().await, None);
    assert!(began.elapsed() < Duration::from_secs(1), "{:?}", began.elapsed());
    ada.get(&path(hers.id)).await.expect_problem(401, "not_signed_in");

    let _ = bob.delete(&format!("/api/orders/{}", his.id)).await.expect(204);
    assert_eq!(next(&mut stays).await.version, 2);
    // His token runs out, although nobody revokes it.
    market.advance(12 * 60 * 60);
    let began = Instant::now();
    assert_eq!(stays.next().await, None);
    assert!(began.elapsed() < Duration::from_secs(1), "{:?}", began.elapsed());
    market.close().await;
}

#[tokio::test]
async fn what_happens_while_the_stream_of_orders_is_lost_is_told() {
    let market = Market::open().await;
    let ada = market.buyer("ada");
    let order = reserved(&market, &ada).await;
    let mut stream = ada.events(&path(order.id), None).await;
    assert_eq!(next(&mut stream).await.version, 1);
    market.lose(Stream::Orders).await;
    let _ = ada.delete(&format!("/api/orders/{}", order.id)).await.expect(204);
    assert_eq!(next(&mut stream).await.version, 2);
    market.close().await;
}

#[tokio::test]
async fn more_clients_than_are_allowed_are_told_to_come_back() {
    let market = Market::open_with(|namespace| namespace.with("EVENT_CLIENTS_MAX", "1")).await;
    let ada = market.buyer("ada");
    let order = reserved(&market, &ada).await;
    let open = ada.events(&path(order.id), None).await;
    let refused = ada.get(&path(order.id)).await.expect_problem(503, "unavailable");
    assert!(!refused.header("retry-after").is_empty());
    drop(open);
    eventually("a free place", async || {
        let answer = ada.request("GET", &path(order.id)).send().await.unwrap();
        (answer.status() == 200).then_some(())
    })
    .await;
    market.close().await;
}

#[tokio::test]
async fn streams_end_with_the_process() {
    let market = Market::open().await;
    let ada = market.buyer("ada");
    let order = reserved(&market, &ada).await;
    let mut stream = ada.events(&path(order.id), None).await;
    next(&mut stream).await;
    market.close().await;
    let began = Instant::now();
    assert_eq!(stream.next_of_any_kind().await, None);
    assert!(began.elapsed() < Duration::from_secs(1), "{:?}", began.elapsed());
}
