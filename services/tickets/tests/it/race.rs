//! Several at once.

use common::events::{Event, ListingStatus};
use serde_json::json;
use testkit::eventually;

use crate::market::{Market, listing, order, sell};

/// Whichever is first: all units taken fit into what is listed, and what is announced says so.
#[tokio::test]
async fn a_cut_and_a_reservation_at_the_same_time_end_with_room_for_the_reservation() {
    let market = Market::open().await;
    let ada = market.user("ada");
    for _ in 0..20 {
        let id = sell(&ada, listing("Hamlet", 20.0, json!({ "quantity": 10 }))).await.id;
        let path = format!("/api/tickets/{id}");
        let cut = ada.put(&path, listing("Hamlet", 20.0, json!({ "quantity": 2 })));
        let reserved = Event::OrderCreated(order(id, 1, 5, 0));
        let reservation = market.broker.publish(&reserved);
        let (answer, ()) = tokio::join!(cut, reservation);
        let was_cut = match answer.status {
            200 => true,
            409 => false,
            other => panic!("{other}: {}", answer.text),
        };
        let (version, quantity) = if was_cut { (3, 5) } else { (1, 10) };
        let view = market.until_available(id, quantity - 5).await;
        let settled = eventually("room for the reservation", || async {
            Some(market.look(id).await).filter(|view| view.version == version)
        })
        .await;
        assert_eq!((settled.quantity, settled.available), (quantity, quantity - 5), "{view:?}");
        let announced = market.until_announced(id, usize::try_from(version).unwrap()).await;
        let versions: Vec<_> = announced.iter().map(|(_, state)| (state.version, state.quantity)).collect();
        assert_eq!(versions, if was_cut { vec![(1, 10), (2, 2), (3, 5)] } else { vec![(1, 10)] });
    }
    market.close().await;
}

/// Edits of a listing whose availability moves all the time: each is decided on what is really stored.
#[tokio::test]
async fn edits_and_projections_do_not_overwrite_each_other() {
    let market = Market::open().await;
    let ada = market.user("ada");
    let id = sell(&ada, listing("0", 20.0, json!({ "quantity": 100 }))).await.id;
    let path = format!("/api/tickets/{id}");
    let sold = async {
        for seq in 1..=40_u32 {
            market.broker.publish(&Event::OrderCompleted(order(id, u64::from(seq), 0, seq))).await;
        }
    };
    let edits = futures::future::join_all((0..16).map(|number| {
        let (ada, path) = (ada.clone(), path.clone());
        async move { ada.put(&path, listing(&format!("edit {number}"), 20.0, json!({}))).await.status }
    }));
    let (statuses, ()) = tokio::join!(edits, sold);
    let done = statuses.iter().filter(|status| **status == 200).count();
    // Many writers of one listing may lose every round; they are told so, never 5xx.
    assert!(statuses.iter().all(|status| matches!(status, 200 | 409)), "{statuses:?}");
    assert!(done > 0, "{statuses:?}");
    let view = market.until_available(id, 60).await;
    assert_eq!(view.version, u64::try_from(done).unwrap() + 1);
    let announced = market.until_announced(id, done + 1).await;
    let versions: std::collections::BTreeSet<_> = announced.iter().map(|(_, state)| state.version).collect();
    assert_eq!(versions, (1..=view.version).collect());
    assert!(
        announced.iter().all(|(_, state)| state.status == ListingStatus::Listed && state.quantity == 100)
    );
    market.close().await;
}
