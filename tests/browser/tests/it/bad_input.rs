//! Mistakes: said beside their fields, and nothing has to be typed twice.

use crate::{
    stage::play,
    visitor::{PASSWORD, Visitor},
};

#[tokio::test]
async fn a_listing_with_mistakes_comes_back_as_it_was_typed() {
    play("bad-listing", async |cast| {
        let seller = cast.member("sam").await;
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
        for (label, value) in &typed {
            seller.fills(label, value).await;
        }
        seller.presses("Put on sale").await;
        seller.is_corrected("Title", "Title is required").await;
        seller.is_corrected("Price of one ticket", "at most two decimals").await;
        still_has(&seller, &typed).await;

        for (field, better) in [(0, "Tango for two"), (1, "10.99")] {
            typed[field].1 = better;
            seller.fills(typed[field].0, better).await;
        }
        seller.presses("Put on sale").await;
        seller.is_corrected("Starts at", "future").await;
        still_has(&seller, &typed).await;

        seller.fills("Starts at", "2099-02-03T04:05").await;
        seller.presses("Put on sale").await;
        seller.sees("Tango for two").await;
        seller.sees("$10.99").await;

        seller.follows("Edit").await;
        seller.fills("Title", "   ").await;
        seller.fills("City", "Gera").await;
        seller.presses("Save").await;
        seller.is_corrected("Title", "Title is required").await;
        still_has(&seller, &[("City", "Gera"), ("Description", "Two lines\nof text")]).await;
    })
    .await;
}

async fn still_has(visitor: &Visitor, typed: &[(&str, &str)]) {
    for (label, value) in typed {
        assert_eq!(visitor.value(label).await, *value, "{label}");
    }
}

#[tokio::test]
async fn bad_credentials_come_back_without_the_password() {
    play("bad-credentials", async |cast| {
        let visitor = cast.guest("ada").await;
        let gives = async |email: &str, password: &str, button: &str| {
            visitor.fills("Email", email).await;
            visitor.fills("Password", password).await;
            visitor.presses(button).await;
        };
        let keeps_only = async |email: &str| {
            assert_eq!(visitor.value("Email").await, email);
            assert_eq!(visitor.value("Password").await, "");
        };
        visitor.go("/signup").await;
        // Good enough for the browser itself, which would not send anything worse.
        gives("ada@localhost", "short", "Sign up").await;
        visitor.is_corrected("Email", "Email must be valid").await;
        visitor.is_corrected("Password", "between 8 and 128 characters").await;
        keeps_only("ada@localhost").await;

        gives(&visitor.email, PASSWORD, "Sign up").await;
        visitor.is_signed_in().await;
        visitor.presses("Sign out").await;
        visitor.go("/signup").await;
        gives(&visitor.email.to_uppercase(), PASSWORD, "Sign up").await;
        visitor.is_told("Email in use").await;
        keeps_only(&visitor.email.to_uppercase()).await;

        visitor.go("/signin").await;
        for email in [visitor.email.as_str(), "nobody@example.org"] {
            gives(email, "wrong horse battery", "Sign in").await;
            visitor.is_told("Invalid credentials").await;
            keeps_only(email).await;
        }
        gives(&visitor.email, PASSWORD, "Sign in").await;
        visitor.is_signed_in().await;
    })
    .await;
}
