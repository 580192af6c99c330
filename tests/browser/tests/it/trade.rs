//! The main road: list, find, reserve, pay.

use common::clock::Clock;
use fantoccini::Locator;
use jiff::{SignedDuration, Timestamp};

use crate::{stage::play, visitor::Visitor};

#[tokio::test]
async fn two_people_trade_a_ticket() {
    play("trade", async |cast| {
        let (seller, buyer) = (cast.member("sam").await, cast.member("bea").await);
        let listing = seller
            .lists(&[
                ("Title", "Hamlet in the park"),
                ("Price of one ticket", "49.50"),
                ("How many", "2"),
                ("Description", "Row 3, on the aisle\nBring a cushion"),
                ("Category", "Theatre"),
                ("Starts at", "2099-06-30T20:00"),
                ("Venue", "Open-air stage"),
                ("City", "Leipzig"),
            ])
            .await;
        let told = ["$49.50", "2 tickets", "Theatre", "30 Jun 2099, 20:00 UTC", "Open-air stage", "Leipzig"]
            .as_slice();
        for text in told.iter().chain(&["Hamlet in the park", "Row 3, on the aisle\nBring a cushion"]) {
            seller.sees(text).await;
        }
        seller.sees("This is your listing").await;

        buyer.go("/").await;
        buyer.reloads_until("Hamlet in the park").await;
        for text in told {
            buyer.sees(text).await;
        }
        search(&buyer).await;
        buyer.follows("Hamlet in the park").await;
        assert_eq!(buyer.path().await, listing);

        buyer.fills("How many", "2").await;
        buyer.presses("Reserve").await;
        let order = buyer.holds_a_reservation().await;
        buyer.sees("2 × $49.50").await;
        buyer.sees("Total: $99.00").await;
        deadline(&buyer).await;
        seller.reloads_until("Reserved").await;

        buyer.chooses_card("tok_visa").await;
        buyer.presses("Pay $99.00").await;
        assert!(buyer.path().await.starts_with(&order));
        buyer.reloads_until("Paid. The tickets are yours").await;
        buyer.reloads_until("Your card was charged").await;
        assert!(!buyer.has_button("Pay $99.00").await);
        assert!(!buyer.has_button("Cancel this order").await);

        seller.reloads_until("Sold out").await;
        seller.follows("My listings").await;
        seller.sees("Hamlet in the park").await;
        seller.sees("Sold out").await;
        buyer.follows("My orders").await;
        assert_eq!(buyer.titles().await, ["Hamlet in the park"]);
        buyer.sees("Paid").await;
        buyer.follows("Browse").await;
        buyer.reloads_while("Hamlet in the park").await;
    })
    .await;
}

async fn search(buyer: &Visitor) {
    buyer.fills("Search", "nobody lists this").await;
    buyer.presses("Show tickets").await;
    buyer.sees("Nothing on sale matches these filters").await;
    buyer.follows("Clear filters").await;
    buyer.fills("Search", "PARK haml").await;
    buyer.fills("City", "Leipzig").await;
    buyer.fills("Highest price", "49.50").await;
    buyer.presses("Show tickets").await;
    assert_eq!(buyer.titles().await, ["Hamlet in the park"]);
    assert_eq!(buyer.value("Search").await, "PARK haml");
}

/// The page shows the deadline, to people and to machines: a quarter of an hour from about now.
async fn deadline(buyer: &Visitor) {
    buyer.sees("minutes left").await;
    let time = buyer.browser.find(Locator::Css("main time[datetime]")).await.unwrap();
    let deadline: Timestamp = time.attr("datetime").await.unwrap().unwrap().parse().unwrap();
    let left = deadline.duration_since(Clock::System.now());
    assert!(left > SignedDuration::from_mins(14) && left <= SignedDuration::from_mins(15), "{left}");
    buyer.sees(&deadline.strftime("%H:%M:%S UTC").to_string()).await;
}
