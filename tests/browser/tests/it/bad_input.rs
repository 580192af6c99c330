//! Mistakes: said beside their fields, and nothing has to be typed twice.

use browser::{PASSWORD, Visitor, play, play_live};

#[test]
fn a_listing_with_mistakes_comes_back_as_it_was_typed() {
    play("bad-listing", async |cast| {
        let seller = cast.member("sam").await;
        let title = cast.titled("Tango for two");
        seller.go("/sell").await;
        let mut typed = vec![
            ("Title", "   "),
            ("Price of one ticket", "10.999"),
            ("How many", "3"),
            ("Description", "Two lines\nof text"),
            ("Category", "Dance"),
            ("Starts at", "2001-02-03T04:05"),
            ("Venue", "Old mill"),
            ("City", "Jena"),
        ];
        seller.fills_in(&typed).await;
        seller.is_refused("Put on sale").await;
        seller.is_corrected("Title", "Title is required").await;
        seller.is_corrected("Price of one ticket", "at most two decimals").await;
        seller.has_filled_in(&typed).await;

        for (field, better) in [(0, title.as_str()), (1, "10.99")] {
            typed[field].1 = better;
            seller.fills(typed[field].0, better).await;
        }
        seller.is_refused("Put on sale").await;
        seller.is_corrected("Starts at", "future").await;
        seller.has_filled_in(&typed).await;

        seller.fills("Starts at", "2099-02-03T04:05").await;
        seller.presses("Put on sale").await;
        seller.sees(&title).await;
        seller.sees("$10.99").await;

        seller.follows("Edit").await;
        seller.fills("Title", "   ").await;
        seller.fills("City", "Gera").await;
        seller.is_refused("Save").await;
        seller.is_corrected("Title", "Title is required").await;
        seller.has_filled_in(&[("City", "Gera"), ("Description", "Two lines\nof text")]).await;
    });
}

#[test]
fn mistakes_are_told_as_they_are_made() {
    play_live("inline", async |cast| {
        let seller = cast.member("sam").await;
        seller.go("/sell").await;
        seller.fills("Price of one ticket", "10.999").await;
        // The field is left for the next one.
        seller.fills("City", "Jena").await;
        seller.is_corrected("Price of one ticket", "at most two decimals").await;
        seller.fills("Price of one ticket", "10.99").await;
        seller.fills("City", "Gera").await;
        seller.is_corrected_no_more("Price of one ticket").await;
        seller.is_served_well().await;
    });
}

#[test]
fn bad_credentials_come_back_without_the_password() {
    play("bad-credentials", async |cast| {
        let visitor = cast.guest("ada").await;
        let gives = async |email: &str, password: &str, button: &str| {
            visitor.fills_in(&[("Email", email), ("Password", password)]).await;
            visitor.is_refused(button).await;
        };
        visitor.go("/signup").await;
        // Good enough for the browser itself, which would not send anything worse.
        gives("ada@localhost", PASSWORD, "Sign up").await;
        visitor.is_corrected("Email", "Email must be valid").await;
        if visitor.has_scripts() {
            // Nothing was sent, so nothing is lost; and the page knows all the rules.
            gives("ada@localhost", "short", "Sign up").await;
            visitor.is_corrected("Password", "between 8 and 128 characters").await;
        } else {
            keeps_only(&visitor, "ada@localhost").await;
        }

        visitor.fills_in(&[("Email", &visitor.email), ("Password", PASSWORD)]).await;
        visitor.presses("Sign up").await;
        visitor.is_signed_in().await;
        visitor.presses("Sign out").await;
        visitor.go("/signup").await;
        gives(&visitor.email.to_uppercase(), "another horse battery", "Sign up").await;
        visitor.is_told("There is an account with this email already").await;
        keeps_only(&visitor, &visitor.email.to_uppercase()).await;

        visitor.go("/signin").await;
        for email in [visitor.email.as_str(), "nobody@example.org"] {
            gives(email, "wrong horse battery", "Sign in").await;
            visitor.is_told("Email or password is not right").await;
            keeps_only(&visitor, email).await;
        }
        visitor.gives_credentials("Sign in").await;
        visitor.is_signed_in().await;
    });
}

async fn keeps_only(visitor: &Visitor, email: &str) {
    visitor.has_filled_in(&[("Email", email), ("Password", "")]).await;
}
