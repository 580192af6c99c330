//! A reservation that nobody pays.

use e2e::Market;
use stack::FleetOptions;

use crate::{driver::Driver, stage::play_on};

/// Long enough to pay within, on a busy machine; short enough to wait for.
const RESERVATION_SECONDS: u32 = 5;

#[tokio::test]
async fn an_unpaid_reservation_lapses_and_somebody_else_gets_the_ticket() {
    Driver::shared().await;
    let options = FleetOptions { reservation_seconds: Some(RESERVATION_SECONDS), ..Default::default() };
    let market = Market::open_with(options).await;
    let seller = market.person("sam").await;
    let ticket = seller.list("Last seat in the house", 20, 1).await;
    let listing = format!("/tickets/{}", ticket.id);
    play_on(market.url(), "lapse", async |cast| {
        let (first, next) = (cast.member("ada").await, cast.member("bob").await);
        let lapsed = first.reserves(&listing).await;
        first.sees("less than a minute left").await;
        first.reloads_until("The reservation lapsed before it was paid").await;
        assert!(!first.has_button("Pay $20.00").await);
        assert!(!first.has_button("Cancel this order").await);

        next.go("/").await;
        next.reloads_until("Last seat in the house").await;
        next.go(&listing).await;
        next.reloads_until("1 ticket").await;
        next.presses("Reserve").await;
        let order = next.holds_a_reservation().await;
        assert_ne!(order, lapsed);
        next.presses("Pay $20.00").await;
        next.reloads_until("Paid. The tickets are yours").await;

        first.follows("Back to the listing").await;
        first.reloads_until("These tickets are sold out").await;
        // Somebody else's order is nobody else's business.
        first.go(&order).await;
        first.sees("There is no such page").await;
    })
    .await;
    market.invariants().hold().await;
}
