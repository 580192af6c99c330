//! A listing that tries to be more than text.

use fantoccini::Locator;

use crate::{stage::play, visitor::Visitor};

const TITLE: &str = r#"<script>alert(1)</script> "><img src=x onerror=alert(2)>"#;
const DESCRIPTION: &str =
    r#"</textarea><script>alert(3)</script></p><img src=x onerror="alert(4)"> &lt;b&gt;"#;
const VENUE: &str = r#"'"><svg onload=alert(5)>"#;
const CITY: &str = "</title><script>alert(6)</script>";
const CATEGORY: &str = "</option><iframe src=//x>";

/// Nothing that only the listing could have brought along: the pages themselves have none of these.
async fn is_only_text(visitor: &Visitor) {
    let smuggled = "script, img, svg, iframe, [onerror], [onload]";
    let found = visitor.browser.find_all(Locator::Css(smuggled)).await.unwrap();
    let path = visitor.path().await;
    assert!(found.is_empty(), "{path} has {} elements of the listing's own", found.len());
    for element in ["title", "main", "footer"] {
        let all = visitor.browser.find_all(Locator::Css(element)).await.unwrap();
        assert_eq!(all.len(), 1, "{element} of {path}");
    }
}

async fn shows(visitor: &Visitor, texts: &[&str]) {
    is_only_text(visitor).await;
    for text in texts {
        visitor.sees(text).await;
    }
}

/// A form with the listing in it holds exactly what was typed.
async fn holds(visitor: &Visitor, fields: &[(&str, &str)]) {
    is_only_text(visitor).await;
    for (label, value) in fields {
        assert_eq!(visitor.value(label).await, *value, "{label}");
    }
}

#[tokio::test]
async fn a_hostile_listing_is_text_everywhere() {
    play("hostile", async |cast| {
        let (seller, buyer) = (cast.member("mallory").await, cast.member("bea").await);
        let mut fields = [
            ("Title", TITLE),
            ("Price of one ticket", "0.001"),
            ("Description", DESCRIPTION),
            ("Category", CATEGORY),
            ("Venue", VENUE),
            ("City", CITY),
        ];
        seller.go("/sell").await;
        for (label, value) in &fields {
            seller.fills(label, value).await;
        }
        seller.presses("Put on sale").await;
        seller.is_corrected("Price of one ticket", "two decimals").await;
        holds(&seller, &fields).await;

        fields[1].1 = "5";
        seller.fills("Price of one ticket", "5").await;
        seller.presses("Put on sale").await;
        let listing = seller.path().await;
        let all = [TITLE, DESCRIPTION, CATEGORY, VENUE, CITY];
        shows(&seller, &all).await;
        assert!(seller.browser.title().await.unwrap().starts_with(TITLE));
        seller.follows("Edit").await;
        holds(&seller, &fields).await;
        seller.presses("Save").await;
        shows(&seller, &all).await;
        seller.follows("Withdraw").await;
        shows(&seller, &[TITLE]).await;
        seller.follows("My listings").await;
        shows(&seller, &[TITLE]).await;

        buyer.go("/").await;
        buyer.reloads_until(TITLE).await;
        shows(&buyer, &[TITLE, CATEGORY, VENUE, CITY]).await;
        buyer.fills("Search", "script alert").await;
        buyer.fills("City", CITY).await;
        buyer.fills("Category", CATEGORY).await;
        buyer.presses("Show tickets").await;
        holds(&buyer, &[("City", CITY), ("Category", CATEGORY)]).await;
        assert_eq!(buyer.titles().await, [TITLE]);
        buyer.fills("Search", VENUE).await;
        buyer.presses("Show tickets").await;
        holds(&buyer, &[("Search", VENUE)]).await;

        buyer.go(&listing).await;
        shows(&buyer, &all).await;
        buyer.presses("Reserve").await;
        buyer.holds_a_reservation().await;
        shows(&buyer, &[TITLE]).await;
        assert!(buyer.browser.title().await.unwrap().contains(TITLE));
        buyer.follows("My orders").await;
        shows(&buyer, &[TITLE]).await;
    })
    .await;
}
