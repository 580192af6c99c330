//! Cards that do not work at once, orders given up, listings changed and taken back.

use browser::play;

#[test]
fn a_declined_buyer_pays_with_another_card() {
    play("declined", async |cast| {
        let seller = cast.market().person("sam").await;
        let ticket = seller.list(&cast.titled("Owls at dusk, guided"), 12, 1).await;
        let buyer = cast.member("bea").await;
        let order = buyer.reserves(&format!("/tickets/{}", ticket.id)).await;
        buyer.chooses_card("tok_chargeDeclined").await;
        buyer.presses("Pay $12.00").await;
        buyer.is_told("Your card was declined").await;
        assert!(buyer.has_chosen_card("tok_chargeDeclined").await);
        buyer.sees("Reserved for you until").await;
        buyer.is_served_well_if_scripted().await;

        buyer.chooses_card("pm_card_authenticationRequired").await;
        buyer.presses("Pay $12.00").await;
        buyer.learns("Your bank wants you to confirm").await;
        buyer.presses("Confirm $12.00").await;
        buyer.learns("Your order is paid").await;
        assert!(buyer.path().await.starts_with(&order));
        buyer.sees("Card declined").await;
    });
}

#[test]
fn an_order_is_given_up_and_its_listing_changed_and_withdrawn() {
    play("second-thoughts", async |cast| {
        let (seller, buyer) = (cast.member("sam").await, cast.member("bea").await);
        let (title, better) = (cast.titled("Cello recital"), cast.titled("Cello and piano recital"));
        let listing = seller.lists(&[("Title", &title), ("Price of one ticket", "30")]).await;
        buyer.reserves(&listing).await;

        seller.learns("All reserved").await;
        seller.go(&format!("{listing}/edit")).await;
        seller.fills("Title", &better).await;
        seller.is_refused("Save").await;
        seller.is_told("A buyer is holding").await;
        assert_eq!(seller.value("Title").await, better);
        seller.go(&format!("{listing}/withdraw")).await;
        seller.is_refused("Withdraw").await;
        seller.is_told("A buyer is holding").await;

        buyer.cancels().await;
        assert!(!buyer.has_button("Cancel this order").await);
        buyer.follows("My orders").await;
        buyer.sees("Cancelled").await;

        seller.go(&listing).await;
        seller.learns("1 left").await;
        seller.follows("Edit").await;
        seller.has_filled_in(&[("Title", &title), ("Price of one ticket", "30")]).await;
        seller.fills_in(&[("Title", &better), ("Description", "Programme to be announced")]).await;
        seller.presses("Save").await;
        assert_eq!(seller.path().await, listing);
        buyer.go(&listing).await;
        for visitor in [&seller, &buyer] {
            visitor.sees(&better).await;
            visitor.sees("Programme to be announced").await;
        }

        seller.follows("Withdraw").await;
        seller.sees("cannot be put back").await;
        seller.presses("Withdraw").await;
        assert!(seller.path().await.starts_with("/me/tickets"));
        seller.sees("Withdrawn").await;
        buyer.learns("The seller has withdrawn this listing").await;
        assert!(!buyer.has_button("Reserve now").await);
        buyer.go(&cast.landing()).await;
        buyer.reloads_while(&better).await;
    });
}
