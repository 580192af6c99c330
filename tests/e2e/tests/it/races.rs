//! Sixty-four buyers at once.

use common::{api::OrderView, id::TicketId};
use e2e::{Market, Person};
use stack::{FleetOptions, Service};
use testkit::Answer;

const BUYERS: usize = 64;

async fn all_ask(buyers: &[Person], ticket: TicketId) -> Vec<Answer> {
    futures::future::join_all(buyers.iter().map(|buyer| buyer.reserve(ticket))).await
}

fn winners(answers: &[Answer]) -> Vec<OrderView> {
    let (won, lost): (Vec<_>, Vec<_>) = answers.iter().partition(|answer| answer.status == 201);
    for answer in lost {
        answer.clone().expect_problem(409, "ticket_unavailable");
    }
    won.into_iter().map(Answer::read).collect()
}

#[tokio::test]
async fn sixty_four_buyers_for_fifty_single_tickets_in_turn() {
    // One buyer may win many of the fifty.
    let options = FleetOptions::default().env(Service::Orders, "MAX_HELD_UNITS_PER_BUYER", "100");
    let market = Market::open_with(options).await;
    let seller = market.person("sam").await;
    let buyers = market.people("buyer", BUYERS).await;
    let mut promised = Vec::new();
    for number in 0..50 {
        let ticket = seller.list(&format!("Seat {number}"), 10, 1).await;
        let won = winners(&all_ask(&buyers, ticket.id).await);
        assert_eq!(won.len(), 1, "seat {number}");
        promised.push(won[0].id);
    }
    market.invariants().with_promised(promised).hold().await;
}

#[tokio::test]
async fn sixty_four_buyers_for_ten_units() {
    let market = Market::open().await;
    let seller = market.person("sam").await;
    let buyers = market.people("buyer", BUYERS).await;
    let ticket = seller.list("Ten seats", 10, 10).await;
    let won = winners(&all_ask(&buyers, ticket.id).await);
    assert_eq!(won.len(), 10);
    buyers[0].ticket_when_available(ticket.id, 0).await;

    let (left, shared, right) =
        tokio::join!(seller.list("Left", 5, 1), seller.list("Shared", 5, 1), seller.list("Right", 5, 1));
    let (ada, bob) = (market.person("ada").await, market.person("bob").await);
    let baskets = ([(left.id, 1), (shared.id, 1)], [(shared.id, 1), (right.id, 1)]);
    let (one, two) = tokio::join!(ada.reserve_units(&baskets.0), bob.reserve_units(&baskets.1));
    let first_won = one.status == 201;
    assert_eq!(winners(&[one, two]).len(), 1);
    ada.ticket_when_available(shared.id, 0).await;
    let (taken, free) = if first_won { (left.id, right.id) } else { (right.id, left.id) };
    ada.ticket_when_available(taken, 0).await;
    ada.ticket_when_available(free, 1).await;
    market.invariants().hold().await;
}
