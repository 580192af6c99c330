//! Pages that were true when they were opened.

use crate::stage::play;

#[tokio::test]
async fn a_page_that_is_out_of_date_sells_nothing() {
    play("too-late", async |cast| {
        let (seller, slow) = (cast.member("sam").await, cast.member("sid").await);
        let quick = cast.member("quinn").await;
        let listing = seller.lists(&[("Title", "One chair left"), ("Price of one ticket", "8")]).await;

        slow.go(&listing).await;
        seller.follows("Edit").await;
        seller.fills("Price of one ticket", "9").await;
        seller.presses("Save").await;
        // Until orders has heard of it the old price is still good, and nobody could tell the difference.
        quick.go(&listing).await;
        quick.reloads_until("$9.00").await;
        let order = quick.reserves(&listing).await;

        slow.presses("Reserve").await;
        let path = slow.path().await;
        assert!(path.starts_with(&listing), "{path}");
        slow.sees("One chair left").await;
        let told = ["Somebody was faster", "The seller changed the price"];
        let text = slow.text().await;
        assert!(told.iter().any(|words| text.contains(words)), "{text}");

        quick.go(&order).await;
        quick.presses("Cancel this order").await;
        slow.go(&listing).await;
        slow.reloads_until("1 ticket").await;
        slow.sees("$9.00").await;
        seller.follows("Edit").await;
        seller.fills("Price of one ticket", "10").await;
        seller.presses("Save").await;
        slow.presses("Reserve").await;
        if slow.path().await.starts_with("/orders/") {
            // The old price was still good, so it is the one that is charged.
            slow.sees("Total: $9.00").await;
        } else {
            slow.is_told("The seller changed the price").await;
            slow.sees("$10.00").await;
        }
    })
    .await;
}
