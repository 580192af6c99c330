//! Signing in and out, and getting back to where one was going.

use crate::stage::play;

#[tokio::test]
async fn protected_pages_lead_to_signing_in_and_back() {
    play("accounts", async |cast| {
        let member = cast.member("ada").await;
        let listing = member.lists(&[("Title", "Choir rehearsal"), ("Price of one ticket", "3")]).await;
        let edit = format!("{listing}/edit");
        for path in ["/sell", "/me/tickets", "/me/orders", &edit] {
            member.go("/").await;
            member.presses("Sign out").await;
            assert_eq!(member.path().await, "/");
            member.go(path).await;
            assert!(member.path().await.starts_with("/signin?next="), "{path}");
            member.gives_credentials("Sign in").await;
            member.is_signed_in().await;
            assert_eq!(member.path().await, path);
        }
        // Another site is no place to be led back to.
        member.presses("Sign out").await;
        member.go("/signin?next=//example.org/").await;
        member.gives_credentials("Sign in").await;
        assert_eq!(member.path().await, "/");

        let guest = cast.guest("gus").await;
        guest.go(&listing).await;
        assert!(!guest.has_button("Reserve").await);
        guest.follows("Sign in to reserve").await;
        guest.follows("Sign up").await;
        guest.gives_credentials("Sign up").await;
        guest.is_signed_in().await;
        assert_eq!(guest.path().await, listing);
        let order = guest.reserves(&listing).await;
        guest.presses("Sign out").await;
        guest.go(&order).await;
        assert!(guest.path().await.starts_with("/signin?next="));
        guest.gives_credentials("Sign in").await;
        assert_eq!(guest.path().await, order);
        guest.holds_a_reservation().await;
    })
    .await;
}

#[tokio::test]
async fn a_form_survives_signing_out_in_another_tab() {
    play("two-tabs", async |cast| {
        let member = cast.member("ada").await;
        member.go("/sell").await;
        let typed = [("Title", "Lecture on moths"), ("Price of one ticket", "4.20"), ("City", "Ulm")];
        for (label, value) in typed {
            member.fills(label, value).await;
        }
        let form = member.browser.window().await.unwrap();
        let other = member.browser.new_window(true).await.unwrap();
        member.browser.switch_to_window(other.handle).await.unwrap();
        member.go("/").await;
        member.presses("Sign out").await;

        member.browser.switch_to_window(form.clone()).await.unwrap();
        member.presses("Put on sale").await;
        member.is_told("You are not signed in").await;
        for (label, value) in typed {
            assert_eq!(member.value(label).await, value);
        }
        let windows = member.browser.windows().await.unwrap();
        let other = windows.into_iter().find(|window| *window != form).unwrap();
        member.browser.switch_to_window(other).await.unwrap();
        member.go("/signin").await;
        member.gives_credentials("Sign in").await;
        member.browser.switch_to_window(form).await.unwrap();
        member.presses("Put on sale").await;
        member.sees("Lecture on moths").await;
        member.sees("$4.20").await;
    })
    .await;
}
