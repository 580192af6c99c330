//! The procedures of `docs/operations.md`, carried out.

#![expect(clippy::unwrap_used, reason = "the lint knows test functions, not the steps they share")]

mod backup;
mod keys;
mod mongodb_users;
mod nats_cluster;
mod nats_users;
mod rollout;
mod versions;
mod visitors;

use common::id::TicketId;
use e2e::Market;

/// Some listings with enough units for a while of business.
async fn listings(market: &Market, count: usize) -> Vec<TicketId> {
    let seller = market.person("seller").await;
    let mut tickets = Vec::new();
    for number in 0..count {
        tickets.push(seller.list(&format!("Listing {number}"), 25, 100).await.id);
    }
    tickets
}
