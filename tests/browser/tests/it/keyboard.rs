//! Buying without a mouse.

use browser::play;
use fantoccini::{Locator, key::Key};

#[test]
fn a_ticket_is_bought_with_the_keyboard_alone() {
    play("keyboard", async |cast| {
        let seller = cast.market().person("sam").await;
        let title = cast.titled("Piano four hands");
        let ticket = seller.list(&title, 21, 3).await;
        let buyer = cast.member("kay").await;

        // The first stop leads past what all pages share.
        buyer.go("/").await;
        buyer.tabs_to("Skip to content").await;
        buyer.strikes(Key::Enter).await;
        assert!(buyer.path().await.ends_with("#main"));
        buyer.tabs_to("What are you looking for?").await;
        let focused = buyer.browser.active_element().await.unwrap();
        focused.send_keys(&title).await.unwrap();
        buyer.enters().await;
        assert_eq!(buyer.titles().await, [title.as_str()]);
        buyer.tabs_to(&title).await;
        buyer.enters().await;
        assert_eq!(buyer.path().await, format!("/tickets/{}", ticket.id));

        buyer.tabs_to("Reserve now").await;
        buyer.enters().await;
        buyer.holds_a_reservation().await;
        buyer.tabs_to("Visa").await;
        // From one card to the next and back.
        buyer.strikes(Key::Down).await;
        assert!(!buyer.has_chosen_card("tok_visa").await);
        buyer.strikes(Key::Up).await;
        assert!(buyer.has_chosen_card("tok_visa").await);
        buyer.tabs_to("Pay $21.00").await;
        buyer.enters().await;
        buyer.learns("Your order is paid").await;
    });
}

#[test]
fn a_refused_form_puts_the_focus_on_what_is_wrong() {
    play("focus", async |cast| {
        let seller = cast.member("sam").await;
        seller.go("/sell").await;
        seller.fills_in(&[("Title", "   "), ("Price of one ticket", "10.999")]).await;
        seller.presses_in_vain("Put on sale").await;
        seller.is_corrected("Title", "Title is required").await;
        if seller.is_at().await.starts_with("Title") {
            // Straight to the field.
        } else {
            // To what lists the problems, the first of which leads to its field.
            let alert = seller.browser.active_element().await.unwrap();
            assert_eq!(
                alert.attr("role").await.unwrap().as_deref(),
                Some("alert"),
                "{}",
                seller.is_at().await
            );
            seller.strikes(Key::Tab).await;
            seller.strikes(Key::Enter).await;
            assert!(seller.is_at().await.starts_with("Title"), "{}", seller.is_at().await);
        }
        seller.browser.active_element().await.unwrap().send_keys("Right at last").await.unwrap();
        assert_eq!(
            seller
                .browser
                .find(Locator::Id("field-title"))
                .await
                .unwrap()
                .prop("value")
                .await
                .unwrap()
                .unwrap()
                .trim(),
            "Right at last"
        );
    });
}
