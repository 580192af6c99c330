//! Cards that do not work at once, orders given up, listings changed and taken back.

use crate::stage::play;

#[tokio::test]
async fn a_declined_buyer_pays_with_another_card() {
    play("declined", async |cast| {
        let (seller, buyer) = (cast.member("sam").await, cast.member("bea").await);
        let listing =
            seller.lists(&[("Title", "Owls at dusk, guided"), ("Price of one ticket", "12.05")]).await;
        let order = buyer.reserves(&listing).await;
        buyer.chooses_card("tok_chargeDeclined").await;
        buyer.presses("Pay $12.05").await;
        buyer.is_told("Your card was declined").await;
        assert!(buyer.has_chosen_card("tok_chargeDeclined").await);
        buyer.sees("Reserved for you until").await;

        buyer.chooses_card("pm_card_authenticationRequired").await;
        buyer.presses("Pay $12.05").await;
        buyer.reloads_until("Your bank wants you to confirm").await;
        buyer.presses("Confirm $12.05").await;
        buyer.reloads_until("Paid. The tickets are yours").await;
        assert!(buyer.path().await.starts_with(&order));
    })
    .await;
}

#[tokio::test]
async fn an_order_is_given_up_and_its_listing_changed_and_withdrawn() {
    play("second-thoughts", async |cast| {
        let (seller, buyer) = (cast.member("sam").await, cast.member("bea").await);
        let listing = seller.lists(&[("Title", "Cello recital"), ("Price of one ticket", "30")]).await;
        buyer.reserves(&listing).await;

        seller.reloads_until("Reserved").await;
        seller.follows("Edit").await;
        seller.fills("Title", "Cello and piano recital").await;
        seller.presses("Save").await;
        seller.is_told("A buyer is holding").await;
        assert_eq!(seller.value("Title").await, "Cello and piano recital");
        seller.follows("Withdraw it").await;
        seller.presses("Withdraw").await;
        seller.is_told("A buyer is holding").await;

        buyer.presses("Cancel this order").await;
        buyer.sees("You cancelled this order").await;
        assert!(!buyer.has_button("Cancel this order").await);
        buyer.follows("My orders").await;
        buyer.sees("Cancelled").await;

        seller.go(&listing).await;
        seller.reloads_until("1 ticket").await;
        seller.follows("Edit").await;
        assert_eq!(seller.value("Title").await, "Cello recital");
        assert_eq!(seller.value("Price of one ticket").await, "30");
        seller.fills("Title", "Cello and piano recital").await;
        seller.fills("Description", "Programme to be announced").await;
        seller.presses("Save").await;
        assert_eq!(seller.path().await, listing);
        buyer.go(&listing).await;
        for visitor in [&seller, &buyer] {
            visitor.sees("Cello and piano recital").await;
            visitor.sees("Programme to be announced").await;
        }

        seller.follows("Withdraw").await;
        seller.sees("It cannot be put back").await;
        seller.presses("Withdraw").await;
        assert_eq!(seller.path().await, "/me/tickets");
        seller.sees("Withdrawn").await;
        buyer.reloads_until("The seller has withdrawn this listing").await;
        assert!(!buyer.has_button("Reserve").await);
        buyer.go("/").await;
        buyer.reloads_while("Cello and piano recital").await;
    })
    .await;
}
