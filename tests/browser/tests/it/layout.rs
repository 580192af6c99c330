//! Sizes: how much comes over the wire, and that nothing jumps.

use browser::{Look, Visitor, play_live};
use common::api::TicketView;
use futures::future::join_all;
use serde_json::json;

/// Bytes of the landing page's HTML with this many listings.
const LANDING_MAX: u64 = 60 * 1024;
const LISTINGS: usize = 50;
/// All that a first visit brings over the wire: page, stylesheet, program.
const FIRST_VISIT_MAX: u64 = 400 * 1024;
/// What browsers' makers call good is 0.1.
const SHIFT_MAX: f64 = 0.02;

async fn stays_put(visitor: &Visitor) {
    for look in [Look::DESKTOP, Look::PHONE] {
        visitor.looks(look).await;
        visitor.reloads().await;
        let (shift, moved) = visitor.layout_shift().await;
        let path = visitor.path().await;
        println!("{path} at {} px shifts by {shift:.4}", look.width);
        assert!(shift < SHIFT_MAX, "{path} at {} px shifts by {shift}: {moved:?}", look.width);
    }
}

#[test]
fn pages_are_small_and_stay_where_they_are() {
    play_live("layout", async |cast| {
        let market = cast.market();
        let seller = market.person("sam").await;
        let titles: Vec<_> = (0..LISTINGS)
            .map(|number| cast.titled(&format!("An evening of ordinary length, part {number}")))
            .collect();
        let tickets: Vec<TicketView> = join_all(titles.iter().map(async |title| {
            let listing = json!({
                "title": title, "price": 25, "quantity": 40, "category": "Concert", "city": "Garmisch-Partenkirchen",
                "venue": "Old festival hall, upper floor", "startsAt": "2099-09-30T18:30:00Z",
                "timeZone": "Europe/Berlin",
            });
            seller.actor().post("/api/tickets", listing).await.expect(201).read()
        }))
        .await;
        let newcomer = cast.guest("nina").await;
        newcomer.go("/?sort=newest").await;
        let fetched = newcomer.fetched().await;
        let host = format!("{}/", market.url());
        for part in &fetched {
            println!("{} {} bytes, {} over the wire", part.url, part.bytes, part.wire);
            assert!(part.url.starts_with(&host), "{} is somebody else's", part.url);
        }
        assert_eq!(newcomer.titles().await.len(), LISTINGS);
        assert!(fetched[0].bytes <= LANDING_MAX, "the landing page has {} bytes", fetched[0].bytes);
        let wire: u64 = fetched.iter().map(|part| part.wire).sum();
        assert!(wire > 0 && wire <= FIRST_VISIT_MAX, "{wire} bytes over the wire");

        // What was fetched once is not fetched again.
        newcomer.go("/?sort=newest").await;
        for part in newcomer.fetched().await.iter().skip(1) {
            assert!(part.wire == 0 || !part.url.contains("/assets/"), "{} was fetched again", part.url);
        }
        stays_put(&newcomer).await;
        newcomer.go(&format!("/tickets/{}", tickets[0].id)).await;
        stays_put(&newcomer).await;
        let buyer = cast.member("bea").await;
        buyer.reserves(&format!("/tickets/{}", tickets[1].id)).await;
        stays_put(&buyer).await;
    });
}
