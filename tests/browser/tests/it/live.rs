//! What a page tells by itself while it is open.

use std::time::Duration;

use browser::{Driver, Scripts, Visitor, on_stage, perform, play_live};
use common::api::TicketView;
use e2e::Market;
use serde_json::json;
use stack::Service;
use testkit::eventually;

/// From the click of one to the sight of another.
const WITHIN: Duration = Duration::from_secs(1);
/// More than the connections a browser keeps to one host.
const TABS: usize = 8;

/// Notes when what the page says of a listing's units changes, by this machine's clock, and that it was not reloaded.
const WATCH: &str = "window.sameDocument = true;
    window.changes = [];
    const main = document.querySelector('main');
    const units = () => main.querySelector(`[data-listing='${arguments[0]}'] [data-units]`).innerText;
    let last = units();
    new MutationObserver(() => {
        const now = units();
        if (now !== last) window.changes.push({ at: Date.now(), units: last = now });
    }).observe(main, { subtree: true, childList: true, characterData: true, attributes: true });";

/// Notes when the next form is sent.
const NOTE_SENDING: &str = "addEventListener('submit', () => sessionStorage.setItem('sent', Date.now()))";

async fn watches(visitor: &Visitor, ticket: &TicketView) {
    visitor.is_live().await;
    visitor.browser.execute(WATCH, vec![ticket.id.to_string().into()]).await.unwrap();
}

/// When the first change was seen, in milliseconds since 1970.
async fn saw_first_change(visitor: &Visitor) -> u64 {
    eventually(format!("{} to see a change", visitor.name()), async || {
        visitor.asks("return window.changes[0]?.at").await.as_u64()
    })
    .await
}

async fn is_still_the_same_page(visitor: &Visitor) {
    assert_eq!(visitor.asks("return window.sameDocument").await, true, "{} got another page", visitor.name());
}

#[test]
fn one_reserves_and_the_other_sees_it_within_a_second() {
    play_live("side-by-side", async |cast| {
        let seller = cast.market().person("sam").await;
        let title = cast.titled("Tightrope over the river");
        let ticket = seller.list(&title, 12, 3).await;
        let listing = format!("/tickets/{}", ticket.id);
        let (buyer, on_page, on_landing) =
            (cast.member("bea").await, cast.guest("paul").await, cast.guest("lou").await);
        on_page.go(&listing).await;
        on_page.sees("3 left").await;
        on_landing.go(&cast.landing()).await;
        on_landing.reloads_until(&title).await;
        for visitor in [&on_page, &on_landing] {
            watches(visitor, &ticket).await;
        }

        buyer.go(&listing).await;
        buyer.asks(NOTE_SENDING).await;
        buyer.presses("Reserve now").await;
        let order = buyer.holds_a_reservation().await;
        let sent = buyer.asks("return Number(sessionStorage.getItem('sent'))").await.as_u64().unwrap();
        for visitor in [&on_page, &on_landing] {
            let seen = saw_first_change(visitor).await;
            let after = Duration::from_millis(seen.saturating_sub(sent));
            println!("{} saw it {after:?} after the click", visitor.name());
            assert!(after < WITHIN, "{} saw it only after {after:?}", visitor.name());
            visitor.counts_units(&listing, 2).await;
        }

        // And what is given back.
        buyer.cancels().await;
        assert!(buyer.path().await.starts_with(&order));
        for visitor in [&on_page, &on_landing] {
            visitor.counts_units(&listing, 3).await;
            is_still_the_same_page(visitor).await;
        }
    });
}

#[test]
fn selling_out_turns_the_page_of_whoever_looks_at_it() {
    play_live("sold-out", async |cast| {
        let (seller, buyer) = (cast.market().person("sam").await, cast.market().person("bea").await);
        let ticket = seller.list(&cast.titled("The only seat"), 15, 1).await;
        let listing = format!("/tickets/{}", ticket.id);
        let visitor = cast.member("vera").await;
        visitor.go(&listing).await;
        watches(&visitor, &ticket).await;
        assert!(visitor.has_button("Reserve now").await);

        let order = buyer.reserved(ticket.id).await;
        visitor.comes_to_see("All reserved").await;
        assert!(!visitor.has_button("Reserve now").await);
        buyer.pay(order.id, "tok_visa").await.expect(201);
        visitor.comes_to_see("sold out").await;
        assert!(!visitor.has_button("Reserve now").await);
        is_still_the_same_page(&visitor).await;
        visitor.is_served_well().await;
    });
}

#[test]
fn an_order_turns_complete_without_a_reload() {
    play_live("turning", async |cast| {
        let seller = cast.market().person("sam").await;
        let ticket = seller.list(&cast.titled("Silent disco"), 8, 2).await;
        let buyer = cast.member("bea").await;
        buyer.reserves(&format!("/tickets/{}", ticket.id)).await;
        // The bank's answer is lost, so the page that follows says so and learns the rest by itself.
        buyer.chooses_card("tok_timeoutThenSucceeded").await;
        buyer.presses("Pay $8.00").await;
        buyer.sees("Your payment is under way").await;
        buyer.asks("window.sameDocument = true").await;
        buyer.comes_to_see("Your order is paid").await;
        is_still_the_same_page(&buyer).await;
        assert!(!buyer.has_button("Cancel this order").await);
        buyer.is_served_well().await;
    });
}

async fn cancels_in_another_tab(buyer: &Visitor, order: &str) {
    let here = buyer.browser.window().await.unwrap();
    let other = buyer.browser.new_window(false).await.unwrap();
    buyer.browser.switch_to_window(other.handle).await.unwrap();
    buyer.go(order).await;
    buyer.cancels().await;
    buyer.browser.switch_to_window(here).await.unwrap();
}

#[test]
fn an_order_that_ends_elsewhere_ends_here() {
    play_live("elsewhere", async |cast| {
        let seller = cast.market().person("sam").await;
        let ticket = seller.list(&cast.titled("Shadow theatre"), 8, 1).await;
        let buyer = cast.member("bea").await;
        let order = buyer.reserves(&format!("/tickets/{}", ticket.id)).await;
        buyer.asks("window.sameDocument = true").await;
        cancels_in_another_tab(&buyer, &order).await;
        buyer.comes_to_see("You cancelled this order").await;
        assert!(!buyer.has_button("Pay $8.00").await);
        is_still_the_same_page(&buyer).await;
    });
}

#[test]
fn a_page_that_answers_a_form_goes_on_as_the_page_it_shows() {
    play_live("after-a-refusal", async |cast| {
        let seller = cast.market().person("sam").await;
        let ticket = seller.list(&cast.titled("Hall of mirrors"), 8, 1).await;
        let buyer = cast.member("bea").await;
        let order = buyer.reserves(&format!("/tickets/{}", ticket.id)).await;
        buyer.chooses_card("tok_chargeDeclined").await;
        buyer.presses("Pay $8.00").await;
        buyer.sees("The payment was declined").await;
        buyer.is_live().await;
        assert_eq!(buyer.path().await, order);
        buyer.asks("window.sameDocument = true").await;
        cancels_in_another_tab(&buyer, &order).await;
        buyer.comes_to_see("You cancelled this order").await;
        is_still_the_same_page(&buyer).await;
    });
}

#[test]
fn what_the_seller_changes_is_seen_by_whoever_browses() {
    play_live("sellers-changes", async |cast| {
        let seller = cast.market().person("sam").await;
        let title = cast.titled("Harp by candlelight");
        let ticket = seller.list(&title, 40, 2).await;
        let listing = format!("/api/tickets/{}", ticket.id);
        let reader = cast.guest("rita").await;
        reader.go(&cast.landing()).await;
        reader.reloads_until(&title).await;
        reader.asks("window.sameDocument = true").await;

        let edited = json!({ "title": cast.titled("Two harps"), "price": 35, "quantity": 2 });
        seller.actor().put(&listing, edited).await.expect(200);
        reader.comes_to_see("$35.00").await;
        assert_eq!(reader.titles().await, [cast.titled("Two harps")]);
        seller.actor().delete(&listing).await.expect(204);
        reader.comes_to_see("withdrawn").await;
        is_still_the_same_page(&reader).await;
        reader.is_served_well().await;
    });
}

#[test]
fn new_listings_are_told_and_a_page_goes_on_after_the_service_was_restarted() {
    on_stage(async {
        Driver::shared().await;
        // Where nobody else lists anything.
        let market = Market::open().await;
        perform(&market, &[Scripts::On], "restarted", async |cast| {
            let (seller, buyer) = (market.person("sam").await, market.person("bea").await);
            let ticket = seller.list("Phoenix, the ballet", 30, 5).await;
            let listing = format!("/tickets/{}", ticket.id);
            let (visitor, reader) = (cast.guest("vera").await, cast.guest("rita").await);
            visitor.go(&listing).await;
            visitor.sees("5 left").await;
            reader.go("/").await;
            reader.reloads_until("Phoenix").await;
            for visitor in [&visitor, &reader] {
                visitor.is_live().await;
                visitor.asks("window.sameDocument = true").await;
            }
            seller.list("Brand new", 5, 1).await;
            reader.comes_to_see("1 new listing · Show").await;

            market.fleet.kill9(Service::Tickets, 0);
            let late = cast.guest("lea").await;
            for path in ["/", &listing] {
                late.go(path).await;
                late.sees("Listings are not available right now").await;
                late.is_served_well().await;
            }
            // Missed: it happens while nobody tells.
            let order = buyer.reserved(ticket.id).await;
            market.fleet.restart(Service::Tickets, 0).await.unwrap_or_else(|error| panic!("{error}"));
            for visitor in [&visitor, &reader] {
                visitor.counts_units(&listing, 4).await;
            }
            buyer.cancel(order.id).await.expect(204);
            visitor.counts_units(&listing, 5).await;
            buyer.reserved(ticket.id).await;
            for visitor in [&visitor, &reader] {
                visitor.counts_units(&listing, 4).await;
                is_still_the_same_page(visitor).await;
            }
            reader.follows("1 new listing · Show").await;
            reader.sees("Brand new").await;
        })
        .await;
    });
}

#[test]
fn many_tabs_do_not_starve_each_other() {
    play_live("tabs", async |cast| {
        let (seller, buyer) = (cast.market().person("sam").await, cast.market().person("bea").await);
        let ticket = seller.list(&cast.titled("Octopus lecture"), 6, 4).await;
        let listing = format!("/tickets/{}", ticket.id);
        let visitor = cast.guest("tabitha").await;
        visitor.go(&listing).await;
        let mut tabs = vec![visitor.browser.window().await.unwrap()];
        for _ in 1..TABS {
            let tab = visitor.browser.new_window(true).await.unwrap();
            visitor.browser.switch_to_window(tab.handle.clone()).await.unwrap();
            // With a connection for each tab that was opened before, this one would wait for ever.
            visitor.go(&listing).await;
            tabs.push(tab.handle);
        }
        buyer.reserved(ticket.id).await;
        visitor.counts_units(&listing, 3).await;
        // Those that were out of sight know better as soon as they are looked at.
        for tab in tabs {
            visitor.browser.switch_to_window(tab).await.unwrap();
            visitor.counts_units(&listing, 3).await;
        }
    });
}
