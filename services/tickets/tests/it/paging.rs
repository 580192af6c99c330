//! Pages of lists: every listing once, whatever is added or removed meanwhile.

use std::{collections::HashSet, time::Duration};

use common::{api::TicketView, id::TicketId};
use serde_json::json;
use testkit::Answer;

use crate::market::{Market, listing, sell};

/// The relative URL of the next page.
fn next(answer: &Answer) -> Option<String> {
    let link = answer.header("link");
    Some(link.strip_prefix('<')?.strip_suffix(">; rel=\"next\"")?.to_owned())
}

fn ids(answer: &Answer) -> Vec<TicketId> {
    answer.read::<Vec<TicketView>>().into_iter().map(|view| view.id).collect()
}

/// Reads the list page by page and lists more in between.
async fn walk(market: &Market, first: &str) -> Vec<TicketId> {
    let seller = market.user("late");
    let (mut seen, mut path) = (Vec::new(), Some(first.to_owned()));
    while let Some(now) = path {
        let page = market.stranger().get(&now).await.expect(200);
        seen.extend(ids(&page));
        path = next(&page);
        // One that belongs before everything seen so far, one that ties, one that belongs at the end.
        for (price, starts_at) in
            [(1.0, "2027-01-02T00:00:00Z"), (10.0, "2027-02-01T00:00:00Z"), (999.0, "2029-01-01T00:00:00Z")]
        {
            if seen.len() < 10 {
                sell(&seller, listing("Hamlet again", price, json!({ "startsAt": starts_at }))).await;
            }
        }
    }
    seen
}

#[tokio::test]
async fn pages_hold_every_listing_once_while_others_are_added() {
    let market = Market::open().await;
    let ada = market.user("ada");
    let mut listed = HashSet::new();
    for number in 0..13 {
        // Ties in each order: dates, prices, and ids made in the same second.
        let starts_at = match number % 4 {
            0 => json!(null),
            1 => json!("2027-02-01T00:00:00Z"),
            _ => json!("2027-03-01T00:00:00Z"),
        };
        let price = if number % 3 == 0 { 10.0 } else { 20.0 };
        let view = sell(&ada, listing("Hamlet", price, json!({ "startsAt": starts_at }))).await;
        listed.insert(view.id);
        if number % 5 == 0 {
            market.clock.advance(Duration::from_secs(1));
        }
    }
    for sort in ["soonest", "newest", "cheapest"] {
        let seen = walk(&market, &format!("/api/tickets?limit=3&sort={sort}&q=hamlet")).await;
        let distinct: HashSet<_> = seen.iter().copied().collect();
        assert_eq!(distinct.len(), seen.len(), "{sort}: something came twice");
        assert!(distinct.is_superset(&listed), "{sort}: something was left out");
        market.let_lists_grow_old();
    }
    market.close().await;
}

#[tokio::test]
async fn removing_what_a_cursor_points_at_does_not_matter() {
    let market = Market::open().await;
    let ada = market.user("ada");
    for price in [1.0, 2.0, 3.0, 4.0] {
        sell(&ada, listing("Hamlet", price, json!({}))).await;
    }
    let page = market.stranger().get("/api/tickets?sort=cheapest&limit=2").await.expect(200);
    let last = ids(&page)[1];
    let _ = ada.delete(&format!("/api/tickets/{last}")).await.expect(204);
    let rest = market.stranger().get(&next(&page).unwrap()).await.expect(200);
    assert_eq!(ids(&rest).len(), 2);
    assert_eq!(next(&rest), None);
    market.close().await;
}

#[tokio::test]
async fn the_link_keeps_every_parameter() {
    let market = Market::open().await;
    let ada = market.user("ada");
    for _ in 0..3 {
        let more = json!({ "category": "Rock & Roll", "city": "Łódź", "startsAt": "2027-02-01T00:00:00Z" });
        sell(&ada, listing("A+B=C?", 20.0, more)).await;
    }
    let asked = format!(
        "q=a%2Bb&category=rock+%26+roll&city=%C5%81%C3%B3d%C5%BA&from=2027-01-01&to=2027-12-31&minPrice=1&maxPrice=99.5&seller={}&sort=newest&limit=1",
        ada.id()
    );
    let mut path = format!("/api/tickets?{asked}");
    for page_number in 0..3 {
        let page = market.stranger().get(&path).await.expect(200);
        assert_eq!(ids(&page).len(), 1);
        match next(&page) {
            Some(link) if page_number < 2 => {
                assert!(link.starts_with(&format!("/api/tickets?{asked}&cursor=")), "{link}");
                path = link;
            }
            other => assert_eq!((other, page_number), (None, 2)),
        }
    }
    market.close().await;
}

#[tokio::test]
async fn a_page_has_fifty_unless_told_otherwise_and_a_cursor_fits_only_its_order() {
    let market = Market::open().await;
    let ada = market.user("ada");
    for _ in 0..51 {
        sell(&ada, listing("Hamlet", 20.0, json!({}))).await;
    }
    let page = market.stranger().get("/api/tickets").await.expect(200);
    assert_eq!(ids(&page).len(), 50);
    let link = next(&page).unwrap();
    assert_eq!(ids(&market.stranger().get(&link).await.expect(200)).len(), 1);
    let other = format!("{link}&sort=cheapest");
    let answer = market.stranger().get(&other).await.expect_problem(400, "invalid_input");
    assert_eq!(answer.errors()[0].0, "cursor");
    assert_eq!(ids(&market.stranger().get("/api/tickets?limit=51").await.expect(200)).len(), 51);
    assert!(next(&market.stranger().get("/api/tickets?limit=51").await).is_none());
    market.close().await;
}
