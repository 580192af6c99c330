//! Invariants I1 to I5 under faults, in the short form that runs with every `cargo xtask test`.

mod crashes;
mod losses;
mod replicas;

use common::id::TicketId;
use e2e::Market;
use stack::FleetOptions;

/// Short reservations, so that lapses happen while a test watches.
fn short_reservations(replicas: usize) -> FleetOptions {
    FleetOptions { replicas, reservation_seconds: Some(2), ..Default::default() }
}

/// Some listings with enough units for a while of business.
async fn listings(market: &Market, count: usize) -> Vec<TicketId> {
    let seller = market.person("seller").await;
    let mut tickets = Vec::new();
    for number in 0..count {
        tickets.push(seller.list(&format!("Listing {number}"), 25, 100).await.id);
    }
    tickets
}
