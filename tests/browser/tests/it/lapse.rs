//! A reservation that nobody pays.

use browser::{Driver, Scripts, on_stage, perform};
use e2e::Market;
use stack::FleetOptions;

/// Long enough to pay within, on a busy machine; short enough to wait for.
const RESERVATION_SECONDS: u32 = 6;

#[test]
fn an_unpaid_reservation_lapses_and_somebody_else_gets_the_ticket() {
    on_stage(async {
        Driver::shared().await;
        let options = FleetOptions { reservation_seconds: Some(RESERVATION_SECONDS), ..Default::default() };
        let market = Market::open_with(options).await;
        perform(&market, &Scripts::BOTH, "lapse", async |cast| {
            let seller = cast.market().person("sam").await;
            let title = cast.titled("Last seat in the house");
            let ticket = seller.list(&title, 20, 1).await;
            let listing = format!("/tickets/{}", ticket.id);
            let (first, next) = (cast.member("ada").await, cast.member("bob").await);
            let lapsed = first.reserves(&listing).await;
            next.go(&listing).await;
            next.learns("All reserved").await;
            // By itself where scripts run: the countdown reaches its end, and the order's page says what that means.
            first.learns("Your reservation lapsed").await;
            assert!(!first.has_button("Pay $20.00").await);
            assert!(!first.has_button("Cancel this order").await);
            first.is_served_well_if_scripted().await;

            // The ticket is offered again, to the next one and to the one who was too slow.
            next.learns("1 left").await;
            first.follows("Back to the listing").await;
            first.learns("1 left").await;
            assert_eq!(first.path().await, listing);

            next.presses("Reserve now").await;
            let order = next.holds_a_reservation().await;
            assert_ne!(order, lapsed);
            next.pays("tok_visa", "$20.00").await;

            first.learns("sold out").await;
            // Somebody else's order is nobody else's business.
            first.go(&order).await;
            first.sees("There is no such page").await;
        })
        .await;
        market.invariants().hold().await;
    });
}
