//! The main road: list, find, reserve, pay.

use browser::{Cast, Visitor, play};
use common::clock::Clock;
use fantoccini::Locator;
use jiff::{SignedDuration, Timestamp};

#[test]
fn two_people_trade_a_ticket() {
    play("trade", async |cast| {
        let (seller, buyer) = (cast.guest("sam").await, cast.guest("bea").await);
        for newcomer in [&seller, &buyer] {
            newcomer.signs_up().await;
        }
        let title = cast.titled("Hamlet in the park");
        let listing = seller
            .lists(&[
                ("Title", &title),
                ("Price of one ticket", "49.50"),
                ("How many", "2"),
                ("Description", "Row 3, on the aisle\nBring a cushion"),
                ("Category", "Theatre"),
                ("Starts at", "2099-06-30T20:00"),
                ("Time zone", "America/New_York"),
                ("Venue", "Open-air stage"),
                ("City", "Leipzig"),
            ])
            .await;
        // The time is the venue's own, and so is its name.
        let told = ["$49.50", "2 left", "30 Jun 2099, 20:00", "Open-air stage", "Leipzig", title.as_str()];
        for text in told.iter().chain(&["Theatre", "20:00 EDT", "Row 3, on the aisle\nBring a cushion"]) {
            seller.sees(text).await;
        }
        seller.sees("This is your listing").await;

        buyer.go(&cast.landing()).await;
        buyer.reloads_until(&title).await;
        search(cast, &buyer, &title).await;
        for text in ["$49.50", "2 left", "20:00 EDT", "Open-air stage, Leipzig"] {
            buyer.sees(text).await;
        }
        buyer.follows(&title).await;
        assert_eq!(buyer.path().await, listing);

        buyer.fills("How many?", "2").await;
        buyer.presses("Reserve now").await;
        let order = buyer.holds_a_reservation().await;
        buyer.sees("2 × $49.50").await;
        buyer.sees("$99.00").await;
        deadline(&buyer).await;
        seller.learns("All reserved").await;

        buyer.pays("tok_visa", "$99.00").await;
        assert!(buyer.path().await.starts_with(&order));
        buyer.learns("Paid, the tickets are yours").await;
        assert!(!buyer.has_button("Pay $99.00").await);
        assert!(!buyer.has_button("Cancel this order").await);

        seller.learns("Sold out").await;
        seller.follows("My listings").await;
        seller.sees(&title).await;
        seller.sees("Sold out").await;
        buyer.follows("My orders").await;
        assert_eq!(buyer.titles().await, [title.as_str()]);
        buyer.sees("Paid").await;
        buyer.go(&cast.landing()).await;
        buyer.reloads_while(&title).await;
    });
}

async fn search(cast: &Cast<'_>, buyer: &Visitor, title: &str) {
    buyer.fills("What are you looking for?", "nobody lists this").await;
    buyer.presses("Search").await;
    buyer.sees("Nothing on sale matches").await;
    buyer.follows("Clear all filters").await;
    assert_eq!(buyer.path().await, "/");
    // Beginnings of words, in any order.
    let typed = cast.titled("PARK haml");
    let filters = [
        ("What are you looking for?", typed.as_str()),
        ("City", "Leipzig"),
        ("From", "2099-06-30"),
        ("Lowest price", "49.50"),
        ("Highest price", "49.50"),
    ];
    buyer.fills_in(&filters).await;
    buyer.presses("Show tickets").await;
    assert_eq!(buyer.titles().await, [title]);
    buyer.has_filled_in(&filters).await;
    // The address says it all: whoever gets it sees the same, and going back leads back.
    let found = buyer.path().await;
    buyer.fills("Highest price", "49.49").await;
    buyer.presses("Show tickets").await;
    assert!(buyer.titles().await.is_empty());
    buyer.goes_back().await;
    assert_eq!(buyer.path().await, found);
    assert_eq!(buyer.titles().await, [title]);
}

/// The page shows the deadline, to people and to machines: a quarter of an hour from about now.
async fn deadline(buyer: &Visitor) {
    let time = buyer.browser.find(Locator::Css("main time.countdown[datetime]")).await.unwrap();
    let deadline: Timestamp = time.attr("datetime").await.unwrap().unwrap().parse().unwrap();
    let left = deadline.duration_since(Clock::System.now());
    assert!(left > SignedDuration::from_mins(14) && left <= SignedDuration::from_mins(15), "{left}");
    let said = time.text().await.unwrap();
    let counted = if buyer.has_scripts() { ["15:00 left", "14:"] } else { ["15 minutes", "14 minutes"] };
    assert!(counted.iter().any(|beginning| said.starts_with(beginning)), "{said}");
    buyer.sees(&deadline.strftime("%H:%M:%S UTC").to_string()).await;
}
