//! A listing that tries to be more than text.

use browser::{Visitor, play};
use fantoccini::Locator;

const TITLE: &str = r#"<script>alert(1)</script> "><img src=x onerror=alert(2)> ' &quot;"#;
const DESCRIPTION: &str =
    r#"</textarea><script>alert(3)</script></p><img src=x onerror="alert(4)"> &lt;b&gt;"#;
const VENUE: &str = r#"'"><svg onload=alert(5)>"#;
const CITY: &str = "</title><script>alert(6)</script>";
const CATEGORY: &str = "</option><iframe src=//x>";

/// Tells apart from what pages are made of what only a listing could have brought along.
const SMUGGLED: &str = "const ours = new Set([...document.head.querySelectorAll('script')].filter(({ nonce }) => nonce));
    return [...document.querySelectorAll('script, img, iframe, object, embed, base, link:not([rel]), style, svg, *')]
        .filter((element) => {
            if (element.matches('script')) return !ours.has(element);
            if (element.matches('svg')) return !element.matches('[viewBox]');
            return element.matches('img, iframe, object, embed, base, style')
                || [...element.attributes].some(({ name }) => name.startsWith('on'))
                || /^\\s*javascript:/i.test(element.getAttribute('href') ?? '');
        })
        .map((element) => element.outerHTML.slice(0, 200))";

/// Keeps count of what the policy had to forbid: of pages that are only text, nothing.
const WATCH: &str = "addEventListener('securitypolicyviolation', (event) => {
        (window.forbidden ??= []).push(`${event.violatedDirective} ${event.sample} ${event.blockedURI}`);
    });
    window.alert = (number) => { (window.alerts ??= []).push(number); };";

/// Nothing that only the listing could have brought along.
async fn is_only_text(visitor: &Visitor) {
    let path = visitor.path().await;
    assert_eq!(
        visitor.asks(SMUGGLED).await,
        serde_json::json!([]),
        "{path} has elements of the listing's own"
    );
    for element in ["title", "main", "footer"] {
        let all = visitor.browser.find_all(Locator::Css(&format!("{element}:not(svg *)"))).await.unwrap();
        assert_eq!(all.len(), 1, "{element} of {path}");
    }
    let done = visitor.asks("return [window.alerts ?? [], window.forbidden ?? []]").await;
    assert_eq!(done, serde_json::json!([[], []]), "{path}");
    if visitor.has_scripts() {
        assert_eq!(visitor.complaints().await, Vec::<String>::new(), "{path}");
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
    visitor.has_filled_in(fields).await;
}

#[test]
fn a_hostile_listing_is_text_everywhere() {
    play("hostile", async |cast| {
        let (seller, buyer) = (cast.member("mallory").await, cast.member("bea").await);
        for visitor in [&seller, &buyer] {
            visitor.runs_first(WATCH).await;
        }
        let title = cast.titled(TITLE);
        let mut fields = [
            ("Title", title.as_str()),
            ("Price of one ticket", "0.001"),
            ("How many", "3"),
            ("Description", DESCRIPTION),
            ("Category", CATEGORY),
            ("Venue", VENUE),
            ("City", CITY),
        ];
        seller.go("/sell").await;
        seller.fills_in(&fields).await;
        seller.is_refused("Put on sale").await;
        seller.is_corrected("Price of one ticket", "two decimals").await;
        holds(&seller, &fields).await;

        fields[1].1 = "5";
        seller.fills("Price of one ticket", "5").await;
        seller.presses("Put on sale").await;
        let listing = seller.path().await;
        let all = [title.as_str(), DESCRIPTION, CATEGORY, VENUE, CITY];
        shows(&seller, &all).await;
        assert!(seller.browser.title().await.unwrap().starts_with(&title));
        seller.follows("Edit").await;
        holds(&seller, &fields).await;
        seller.presses("Save").await;
        shows(&seller, &all).await;
        seller.follows("Withdraw").await;
        shows(&seller, &[&title]).await;
        seller.follows("My listings").await;
        shows(&seller, &[&title]).await;

        buyer.go(&cast.landing()).await;
        buyer.reloads_until(&title).await;
        shows(&buyer, &[&title, VENUE, CITY]).await;
        let typed = cast.titled("script alert");
        buyer
            .fills_in(&[("What are you looking for?", &typed), ("City", CITY), ("Category", CATEGORY)])
            .await;
        buyer.presses("Show tickets").await;
        holds(&buyer, &[("City", CITY), ("Category", CATEGORY)]).await;
        assert_eq!(buyer.titles().await, [title.as_str()]);
        buyer.fills("What are you looking for?", VENUE).await;
        buyer.presses("Show tickets").await;
        holds(&buyer, &[("What are you looking for?", VENUE)]).await;

        // What an open page is told of it is text as well.
        buyer.go(&listing).await;
        shows(&buyer, &all).await;
        let edited = cast.titled(r"<img src=x onerror=alert(7)>");
        seller.go(&format!("{listing}/edit")).await;
        seller.fills("Title", &edited).await;
        seller.presses("Save").await;
        buyer.learns(&edited).await;
        shows(&buyer, &[&edited]).await;

        buyer.adds_to_basket(&listing, 1).await;
        buyer.go("/basket").await;
        shows(&buyer, &[&edited]).await;
        buyer.go(&listing).await;
        buyer.presses("Reserve now").await;
        buyer.holds_a_reservation().await;
        shows(&buyer, &[&edited]).await;
        assert!(buyer.browser.title().await.unwrap().contains(&edited));
        buyer.pays("tok_visa", "$5.00").await;
        shows(&buyer, &[&edited]).await;
        buyer.follows("My orders").await;
        shows(&buyer, &[&edited]).await;
    });
}
