//! Pages that were true when they were opened.

use browser::{Scripts, on_stage, perform, play, shared_market};

#[test]
fn a_page_that_is_out_of_date_sells_nothing() {
    // With scripts the page would not be out of date.
    on_stage(async {
        perform(shared_market().await, &[Scripts::Off], "too-late", async |cast| {
            let (seller, slow) = (cast.member("sam").await, cast.member("sid").await);
            let quick = cast.member("quinn").await;
            let title = cast.titled("One chair left");
            let listing = seller.lists(&[("Title", &title), ("Price of one ticket", "8")]).await;

            slow.go(&listing).await;
            seller.follows("Edit").await;
            seller.fills("Price of one ticket", "9").await;
            seller.presses("Save").await;
            // Until orders has heard of it the old price is still good, and nobody could tell the difference.
            quick.go(&listing).await;
            quick.reloads_until("$9.00").await;
            let order = quick.reserves(&listing).await;

            slow.presses("Reserve now").await;
            let path = slow.path().await;
            assert!(path.starts_with(&listing), "{path}");
            slow.sees(&title).await;
            let told = ["Somebody was faster", "The seller changed the price"];
            let text = slow.text().await;
            assert!(told.iter().any(|words| text.contains(words)), "{text}");

            quick.go(&order).await;
            quick.cancels().await;
            slow.go(&listing).await;
            slow.reloads_until("1 left").await;
            slow.sees("$9.00").await;
            seller.follows("Edit").await;
            seller.fills("Price of one ticket", "10").await;
            seller.presses("Save").await;
            slow.presses("Reserve now").await;
            if slow.path().await.starts_with("/orders/") {
                // The old price was still good, so it is the one that is charged.
                slow.sees("$9.00").await;
            } else {
                slow.is_told("The seller changed the price").await;
                slow.sees("$10.00").await;
            }
        })
        .await;
    });
}

/// Sends the reservation's form without leaving the page, and waits for the answer.
const SEND: &str = "const form = document.querySelector('form[action$=\"/reserve\"]');
    const request = new XMLHttpRequest();
    request.open('POST', form.action, false);
    request.send(new URLSearchParams(new FormData(form)));
    return request.responseURL";

#[test]
fn a_reservation_sent_twice_is_one_and_going_back_sends_nothing() {
    play("twice", async |cast| {
        let seller = cast.market().person("sam").await;
        let ticket = seller.list(&cast.titled("Trapeze for two"), 30, 5).await;
        let buyer = cast.member("bea").await;
        buyer.go(&format!("/tickets/{}", ticket.id)).await;
        let first = buyer.asks(SEND).await;
        let order = buyer.reserves_here().await;
        assert!(first.as_str().is_some_and(|first| first.ends_with(&order)), "{first} is not {order}");
        buyer.goes_back().await;
        buyer.go("/me/orders").await;
        assert_eq!(buyer.titles().await.len(), 1);
        seller.ticket_when_available(ticket.id, 4).await;
    });
}
