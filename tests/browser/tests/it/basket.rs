//! Several listings, one order.

use browser::{Visitor, play, play_live};
use common::api::TicketView;
use serde_json::json;

async fn fills_basket(buyer: &Visitor, listings: &[(&TicketView, u32)]) {
    for (listing, units) in listings {
        buyer.adds_to_basket(&format!("/tickets/{}", listing.id), *units).await;
    }
    buyer.go("/basket").await;
}

#[test]
fn a_basket_of_two_listings_becomes_one_order() {
    play("basket", async |cast| {
        let seller = cast.market().person("sam").await;
        let (first, second) = (cast.titled("Matinee"), cast.titled("Soirée"));
        let one = seller.list(&first, 10, 5).await;
        let two = seller.list(&second, 25, 2).await;
        // Filled before anybody is known.
        let buyer = cast.guest("bea").await;
        fills_basket(&buyer, &[(&one, 2), (&two, 1)]).await;
        for text in [first.as_str(), &second, "$45.00"] {
            buyer.sees(text).await;
        }
        buyer.go("/signup?next=/basket").await;
        buyer.gives_credentials("Sign up").await;
        assert_eq!(buyer.path().await, "/basket");
        buyer.presses("Reserve everything").await;
        buyer.holds_a_reservation().await;
        for text in [first.as_str(), &second, "$45.00"] {
            buyer.sees(text).await;
        }
        buyer.pays("tok_visa", "$45.00").await;
        buyer.go("/basket").await;
        buyer.sees_no(&first).await;
        buyer.go("/me/orders").await;
        assert_eq!(buyer.titles().await.len(), 1);
    });
}

#[test]
fn a_basket_that_no_longer_holds_says_so_by_line() {
    play("basket-refused", async |cast| {
        let market = cast.market();
        let (seller, rival) = (market.person("sam").await, market.person("rex").await);
        let (kept, gone) = (cast.titled("Still there"), cast.titled("Gone in a minute"));
        let keeps = seller.list(&kept, 10, 5).await;
        let goes = seller.list(&gone, 25, 1).await;
        let buyer = cast.member("bea").await;
        fills_basket(&buyer, &[(&keeps, 1), (&goes, 1)]).await;
        rival.reserved(goes.id).await;
        buyer.is_refused("Reserve everything").await;
        buyer.sees(&gone).await;
        // All or nothing: what is still there was not reserved either.
        rival.ticket_when_available(keeps.id, 5).await;
        buyer.removes_from_basket(&gone).await;
        buyer.sees_no(&gone).await;
        buyer.presses("Reserve everything").await;
        buyer.holds_a_reservation().await;
        buyer.sees(&kept).await;
        buyer.sees("$10.00").await;
    });
}

#[test]
fn what_a_basket_comes_to_follows_the_price_and_the_choice() {
    play_live("basket-sums", async |cast| {
        let seller = cast.market().person("sam").await;
        let (first, second) = (cast.titled("Matinee"), cast.titled("Soirée"));
        let one = seller.list(&first, 10, 5).await;
        let two = seller.list(&second, 25, 2).await;
        let buyer = cast.guest("bea").await;
        fills_basket(&buyer, &[(&one, 2), (&two, 1)]).await;
        for text in ["$20.00", "3 tickets", "$45.00"] {
            buyer.sees(text).await;
        }
        buyer.is_live().await;
        buyer.asks("window.sameDocument = true").await;

        let edited = json!({ "title": first, "price": 12, "quantity": 5 });
        seller.actor().put(&format!("/api/tickets/{}", one.id), edited).await.expect(200);
        buyer.comes_to_see("$12.00").await;
        for text in ["$24.00", "3 tickets", "$49.00"] {
            buyer.sees(text).await;
        }
        // And that is what reserving would ask for.
        let price = format!("return document.querySelector('[name=\"price-{}\"]').value", one.id);
        assert_eq!(buyer.asks(&price).await, "12");

        buyer.fills(&format!("Tickets {first}"), "3").await;
        for text in ["$36.00", "4 tickets", "$61.00"] {
            buyer.sees(text).await;
        }
        assert_eq!(buyer.asks("return window.sameDocument").await, true);
        buyer.is_served_well().await;
    });
}
