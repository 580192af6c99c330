//! Signing in and out, getting back to where one was going, and what is one's own.

use browser::{PASSWORD, play};

#[test]
fn protected_pages_lead_to_signing_in_and_back() {
    play("accounts", async |cast| {
        let member = cast.member("ada").await;
        let title = cast.titled("Choir rehearsal");
        let listing = member.lists(&[("Title", &title), ("Price of one ticket", "3")]).await;
        let edit = format!("{listing}/edit");
        for path in ["/sell", "/me/tickets", "/me/orders", "/account", &edit] {
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
        assert!(!guest.has_button("Reserve now").await);
        guest.follows("Sign in to reserve").await;
        guest.follows_in_main("Sign up").await;
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
    });
}

#[test]
fn a_form_survives_signing_out_in_another_tab() {
    play("two-tabs", async |cast| {
        let member = cast.member("ada").await;
        member.go("/sell").await;
        let title = cast.titled("Lecture on moths");
        let typed = [("Title", title.as_str()), ("Price of one ticket", "4.20"), ("City", "Ulm")];
        member.fills_in(&typed).await;
        let form = member.browser.window().await.unwrap();
        let other = member.browser.new_window(true).await.unwrap().handle;
        member.browser.switch_to_window(other.clone()).await.unwrap();
        member.go("/").await;
        member.presses("Sign out").await;

        member.browser.switch_to_window(form.clone()).await.unwrap();
        member.presses("Put on sale").await;
        member.is_told("You are not signed in").await;
        member.has_filled_in(&typed).await;
        member.browser.switch_to_window(other).await.unwrap();
        member.signs_in().await;
        member.browser.switch_to_window(form).await.unwrap();
        member.presses("Put on sale").await;
        member.sees(&title).await;
        member.sees("$4.20").await;
    });
}

#[test]
fn a_password_is_changed_and_every_session_ended() {
    play("password", async |cast| {
        const NEW: &str = "a fresh pair of shoes";
        let member = cast.member("ada").await;
        let elsewhere = cast.guest("ada-elsewhere").await.who_is(&member);
        elsewhere.signs_in().await;

        member.go("/account").await;
        member.sees(&member.email).await;
        member.fills_in(&[("Current password", "wrong horse battery"), ("New password", NEW)]).await;
        member.is_refused("Change password").await;
        assert_eq!(member.value("New password").await, "");
        member.fills_in(&[("Current password", PASSWORD), ("New password", NEW)]).await;
        member.presses("Change password").await;
        member.sees("Your password is changed").await;
        member.is_signed_in().await;
        // The others are out within a second, and the old password is worth nothing.
        testkit::eventually("the other session to end", async || {
            elsewhere.go("/account").await;
            elsewhere.path().await.starts_with("/signin").then_some(())
        })
        .await;
        elsewhere.fills_in(&[("Email", &elsewhere.email), ("Password", PASSWORD)]).await;
        elsewhere.is_refused("Sign in").await;
        elsewhere.fills_in(&[("Email", &elsewhere.email), ("Password", NEW)]).await;
        elsewhere.presses("Sign in").await;
        elsewhere.is_signed_in().await;

        member.go("/account").await;
        member.presses("Sign out everywhere").await;
        member.sees("You are signed out, here and everywhere else").await;
        for visitor in [&member, &elsewhere] {
            testkit::eventually("every session to end", async || {
                visitor.go("/account").await;
                visitor.path().await.starts_with("/signin").then_some(())
            })
            .await;
        }
    });
}
