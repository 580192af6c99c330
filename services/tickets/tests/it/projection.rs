//! `order.*`: availability as the orders service announces it.

use std::time::Duration;

use common::{
    api::{TicketStatus, TicketView},
    events::Event,
    id::{Id, TicketId},
};
use mongodb::bson::{Document, doc};
use proptest::{prelude::*, strategy::ValueTree, test_runner::TestRunner};
use serde_json::json;
use testkit::{eventually, holds};

use crate::market::{Market, NOW, listing, order, sell};

/// One after the other the four events of a life, with the inventory they leave.
fn life(id: TicketId) -> Vec<Event> {
    vec![
        Event::OrderCreated(order(id, 1, 2, 0)),
        Event::OrderCreated(order(id, 2, 3, 0)),
        Event::OrderConfirmed(order(id, 2, 3, 0)),
        Event::OrderCancelled(order(id, 3, 2, 0)),
        Event::OrderCompleted(order(id, 4, 0, 2)),
    ]
}

/// `seq` and `takings`.
async fn stored(market: &Market, id: TicketId) -> (i64, i64) {
    let tickets = market.namespace.database().await.collection::<Document>("tickets");
    let stored = tickets.find_one(doc! { "_id": id.to_string() }).await.unwrap().unwrap();
    let availability = stored.get_document("state").unwrap().get_document("availability").unwrap();
    (availability.get_i64("seq").unwrap(), availability.get_i64("takings").unwrap())
}

async fn stored_seq(market: &Market, id: TicketId) -> i64 {
    stored(market, id).await.0
}

#[tokio::test]
async fn twice_in_reverse_and_shuffled_end_the_same() {
    let market = Market::open().await;
    let ada = market.user("ada");
    let mut ids = Vec::new();
    for _ in 0..4 {
        ids.push(sell(&ada, listing("Hamlet", 20.0, json!({ "quantity": 5 }))).await.id);
    }
    let (forward, twice, backward, shuffled) = (life(ids[0]), life(ids[1]), life(ids[2]), life(ids[3]));
    for event in &forward {
        market.broker.publish(event).await;
    }
    for event in twice.iter().chain(&twice) {
        market.broker.publish(event).await;
    }
    for event in backward.iter().rev() {
        market.broker.publish(event).await;
    }
    for at in [4, 1, 0, 4, 2, 3, 0] {
        market.broker.publish(&shuffled[at]).await;
    }
    for id in ids {
        let done = async || {
            let view = market.look(id).await;
            stored_seq(&market, id).await == 4 && (view.available, view.version) == (3, 1)
        };
        eventually("the last count", || async { done().await.then_some(()) }).await;
        holds("the last count stays", Duration::from_millis(200), done).await;
        // A projection is not the listing's own change and is not announced.
        assert_eq!(market.announced(id).await.len(), 1);
    }
    market.close().await;
}

/// `(seq, held, sold)`
type Count = (u64, u32, u32);

/// What an inventory went through that never gives away more than the quantity: each `(held, sold)` has the next `seq`.
fn histories() -> impl Strategy<Value = (u32, Vec<Count>)> {
    (1_u32..=100).prop_flat_map(|quantity| {
        let count = (0..=quantity).prop_flat_map(move |held| (Just(held), 0..=quantity - held));
        let numbered = prop::collection::vec(count, 1..12)
            .prop_map(|counts| (1..).zip(counts).map(|(seq, (held, sold))| (seq, held, sold)).collect());
        (Just(quantity), numbered)
    })
}

/// A quantity, a history, and its counts as they may arrive: each at least once, in any order.
fn deliveries() -> impl Strategy<Value = (u32, Vec<Count>, Vec<Count>)> {
    histories().prop_flat_map(|(quantity, history)| {
        let repeated = prop::collection::vec(prop::sample::select(history.clone()), 0..10);
        let arrived = repeated.prop_map({
            let history = history.clone();
            move |repeated| [history.clone(), repeated].concat()
        });
        (Just(quantity), Just(history), arrived.prop_shuffle())
    })
}

#[tokio::test]
async fn any_order_and_repetition_of_deliveries_ends_the_same() {
    let market = Market::open().await;
    let ada = market.user("ada");
    let mut runner = TestRunner::default();
    let mut cases = Vec::new();
    for _ in 0..48 {
        let (quantity, history, arrived) = deliveries().new_tree(&mut runner).unwrap().current();
        let id = sell(&ada, listing("Hamlet", 20.0, json!({ "quantity": quantity }))).await.id;
        for (seq, held, sold) in &arrived {
            market.broker.publish(&Event::OrderCreated(order(id, *seq, *held, *sold))).await;
        }
        cases.push((id, quantity, history, arrived));
    }
    market.until_heard().await;
    for (id, quantity, history, arrived) in cases {
        let (seq, held, sold) = *history.last().unwrap();
        let view = market.look(id).await;
        let stored = stored(&market, id).await;
        let available = quantity - held - sold;
        assert_eq!(
            (stored, view.available, view.quantity, view.version),
            ((i64::try_from(seq).unwrap(), i64::from(sold) * 1000), available, quantity, 1),
            "{quantity} listed, {history:?} heard as {arrived:?}"
        );
    }
    market.close().await;
}

/// The orders service counts with the announced quantity again once the units are released. So must this service, which
/// hears of the release first and of the shortage too late.
#[tokio::test]
async fn a_shortage_heard_of_after_its_end_raises_nothing() {
    let market = Market::open().await;
    let ada = market.user("ada");
    let id = sell(&ada, listing("Hamlet", 20.0, json!({ "quantity": 10 }))).await.id;
    let cut = listing("Hamlet", 20.0, json!({ "quantity": 2 }));
    let _ = ada.put(&format!("/api/tickets/{id}"), cut).await.expect(200);
    market.broker.publish(&Event::OrderCancelled(order(id, 2, 0, 0))).await;
    market.until_heard().await;
    assert_eq!(stored_seq(&market, id).await, 2);
    market.broker.publish(&Event::OrderCreated(order(id, 1, 5, 0))).await;
    market.until_heard().await;
    let view = market.look(id).await;
    assert_eq!((view.quantity, view.available, view.version), (2, 2, 2));
    assert_eq!(market.until_announced(id, 2).await.len(), 2);
    market.close().await;
}

#[tokio::test]
async fn the_status_follows_the_inventory() {
    let market = Market::open().await;
    let ada = market.user("ada");
    let id = sell(&ada, listing("Hamlet", 20.0, json!({ "quantity": 2 }))).await.id;
    for (seq, held, sold, status) in [
        (1, 1, 0, TicketStatus::Available),
        (2, 2, 0, TicketStatus::Reserved),
        (3, 1, 1, TicketStatus::Reserved),
        (4, 0, 2, TicketStatus::Sold),
    ] {
        market.broker.publish(&Event::OrderCreated(order(id, seq, held, sold))).await;
        let seen = async || {
            let view = market.look(id).await;
            view.status == status && view.available == 2 - held - sold
        };
        eventually("the status", || async { seen().await.then_some(()) }).await;
    }
    market.close().await;
}

/// An order that is complete is told again when money goes back: with a newer count of fewer sold units and less taken.
#[tokio::test]
async fn a_refund_puts_a_sold_out_listing_back_on_sale_whatever_comes_first() {
    let market = Market::open().await;
    let ada = market.user("ada");
    let sold = |id, seq, sold| Event::OrderCompleted(order(id, seq, 0, sold));
    for reversed in [false, true] {
        let id = sell(&ada, listing("Hamlet", 20.0, json!({ "quantity": 2 }))).await.id;
        market.broker.publish(&Event::OrderCompleted(order(id, 1, 0, 2))).await;
        let view = market.until_available(id, 0).await;
        assert_eq!(view.status, TicketStatus::Sold);
        market.let_lists_grow_old();
        assert_eq!(market.titles("/api/tickets").await, Vec::<String>::new());

        let mut refunds = [sold(id, 2, 1), sold(id, 3, 0)];
        if reversed {
            refunds.reverse();
        }
        for event in refunds.iter().chain(&refunds) {
            market.broker.publish(event).await;
            market.until_heard().await;
        }
        assert_eq!(stored(&market, id).await, (3, 0), "seq and takings");
        let view = market.until_available(id, 2).await;
        assert_eq!((view.status, view.version), (TicketStatus::Available, 1));
        // The shared list does not know for half a second; one made anew does.
        assert_eq!(market.titles("/api/tickets").await, Vec::<String>::new());
        market.let_lists_grow_old();
        assert_eq!(market.titles("/api/tickets").await, ["Hamlet"]);
        let _ = ada.delete(&format!("/api/tickets/{id}")).await.expect(204);
        // What comes back of a withdrawn listing is counted and not on sale.
        market.broker.publish(&sold(id, 4, 1)).await;
        market.until_heard().await;
        assert_eq!(stored(&market, id).await, (4, 1000));
        market.let_lists_grow_old();
        assert_eq!(market.titles("/api/tickets").await, Vec::<String>::new());
    }
    market.close().await;
}

#[tokio::test]
async fn every_line_of_an_order_is_applied() {
    let market = Market::open().await;
    let ada = market.user("ada");
    let first = sell(&ada, listing("Hamlet", 20.0, json!({ "quantity": 5 }))).await.id;
    let second = sell(&ada, listing("Macbeth", 20.0, json!({ "quantity": 5 }))).await.id;
    let mut basket = order(first, 1, 2, 0);
    basket.items.extend(order(second, 7, 0, 4).items);
    market.broker.publish(&Event::OrderCreated(basket)).await;
    market.until_available(first, 3).await;
    market.until_available(second, 1).await;
    market.close().await;
}

#[tokio::test]
async fn an_unknown_ticket_is_a_dead_letter_and_does_not_hold_up_the_others() {
    let market = Market::open().await;
    let known = sell(&market.user("ada"), listing("Hamlet", 20.0, json!({ "quantity": 5 }))).await.id;
    let unknown = TicketId::generate(NOW.parse().unwrap(), [7; 8]);
    let mut basket = order(unknown, 1, 1, 0);
    basket.items.extend(order(known, 1, 1, 0).items);
    market.broker.publish(&Event::OrderCreated(basket)).await;
    market.broker.publish_raw("order.created", r#"{"id":"nonsense"}"#).await;
    market.until_available(known, 4).await;
    let letters = eventually("two dead letters", || async {
        let letters = market.messaging.dead_letters().list().await.unwrap();
        (letters.len() == 2).then_some(letters)
    })
    .await;
    let reason = format!("ticket {unknown} was never listed here");
    assert!(letters.iter().any(|letter| letter.reason == reason), "{letters:?}");
    market.close_with_dead_letters().await;
}

#[tokio::test]
async fn a_reservation_that_beat_a_cut_raises_the_quantity_even_after_a_crash() {
    let market = Market::open().await;
    let ada = market.user("ada");
    let id = sell(&ada, listing("Hamlet", 20.0, json!({ "quantity": 10 }))).await.id;
    let cut = listing("Hamlet", 20.0, json!({ "quantity": 2 }));
    let _ = ada.put(&format!("/api/tickets/{id}"), cut).await.expect(200);
    market.broker.publish(&Event::OrderCreated(order(id, 1, 4, 1))).await;
    let raised = async |version: u64, quantity: u32| {
        let reached = async || {
            let view = market.look(id).await;
            Some(view).filter(|view| view.version == version && view.quantity == quantity)
        };
        eventually("a raised quantity", reached).await
    };
    let view: TicketView = raised(3, 5).await;
    assert_eq!((view.available, view.status), (0, TicketStatus::Reserved));
    let announced = market.until_announced(id, 3).await;
    assert_eq!((announced[2].0, announced[2].1.version, announced[2].1.quantity), ("ticket.updated", 3, 5));

    // A crash between the projection and the raise: the count is stored, the room is not made.
    let tickets = market.namespace.database().await.collection::<Document>("tickets");
    let crashed = doc! { "$set": { "state.availability.seq": 9_i64, "state.availability.held": 7_i64 } };
    tickets.update_one(doc! { "_id": id.to_string() }, crashed).await.unwrap();
    market.broker.publish(&Event::OrderCreated(order(id, 9, 7, 1))).await;
    raised(4, 8).await;
    assert_eq!(market.until_announced(id, 4).await[3].1.quantity, 8);
    market.close().await;
}
