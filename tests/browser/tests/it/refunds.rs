//! Money that goes back: what its seller does, and what its buyer sees of it.

use browser::play;

#[test]
fn a_seller_gives_back_and_the_buyer_sees_it() {
    play("refund", async |cast| {
        let (seller, buyer) = (cast.member("sam").await, cast.member("bea").await);
        let title = cast.titled("Opera without its second act");
        let listing =
            seller.lists(&[("Title", &title), ("Price of one ticket", "40"), ("How many", "2")]).await;
        buyer.go(&listing).await;
        buyer.fills("How many?", "2").await;
        let order = buyer.reserves_here().await;
        buyer.pays("tok_visa", "$80.00").await;

        seller.go("/me/sales").await;
        seller.reloads_until(&title).await;
        seller.sees("$80.00").await;
        seller.follows("Give money back").await;
        seller.sees("Up to $80.00 is left to give back").await;
        seller.has_filled_in(&[("Amount", "80"), ("Tickets that go back on sale", "0")]).await;
        seller.fills("Amount", "80.01").await;
        seller.is_refused("Give back").await;
        seller.is_corrected("Amount", "at most what is left to give back").await;
        let fields =
            [("Amount", "40"), ("Tickets that go back on sale", "1"), ("Reason", "The second act was cut.")];
        seller.fills_in(&fields).await;
        seller.presses("Give back").await;
        seller.sees("The money is on its way back to the buyer.").await;
        seller.sees("$40.00").await;

        buyer.go(&order).await;
        buyer.reloads_until("1 of the tickets is no longer yours").await;
        for text in ["Partly refunded", "$40.00 refunded", "The second act was cut."] {
            buyer.sees(text).await;
        }
        buyer.follows("Receipt").await;
        buyer.sees("Remains").await;
        buyer.sees("\u{2212}$40.00").await;
        buyer.is_served_well_if_scripted().await;

        seller.follows_in_main("All sales").await;
        seller.follows_in_main("Money").await;
        seller.sees("Tickets sold").await;
        seller.sees("Money given back to a buyer").await;
        // What went back on sale can be had again.
        seller.go(&listing).await;
        seller.reloads_until("1 left").await;
    });
}
