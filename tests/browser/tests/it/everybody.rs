//! Every page in every state: usable by everybody, no wider than a phone, and without a word on the console.

use browser::{
    gallery::{Gallery, Who},
    play_live,
};
use futures::future::join_all;

#[test]
fn every_page_serves_everybody() {
    play_live("everybody", async |cast| {
        let mut gallery = Gallery::open(cast.market()).await;
        gallery.fill().await;
        let gallery = &gallery;
        join_all(Who::ALL.map(async |who| {
            let visitor = cast.guest(&format!("{who:?}").to_lowercase()).await;
            gallery.seats(who, &visitor).await;
            for place in gallery.places.iter().filter(|place| place.who == who) {
                place.shows_to(&visitor).await;
                visitor.is_served_well().await;
            }
        }))
        .await;
    });
}
