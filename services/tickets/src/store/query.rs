//! Lists as MongoDB queries.

use bson::{DateTime, Document, doc};
use common::id::{TicketId, UserId};
use jiff::Timestamp;
use messaging::datetime;

use crate::domain::{Cursor, Search, Sort, UNDATED};

/// Beyond every text that begins with what stands before it.
const LAST_CHARACTER: char = char::MAX;

const STARTS: &str = "derived.startsKey";
const PRICE: &str = "state.details.price";

pub(super) fn order(sort: Sort) -> Document {
    match sort {
        Sort::Soonest => doc! { STARTS: 1, "_id": 1 },
        Sort::Newest => doc! { "_id": -1 },
        Sort::Cheapest => doc! { PRICE: 1, "_id": 1 },
    }
}

pub(super) fn filter(search: &Search, now: Timestamp) -> Document {
    let mut filter = doc! { "derived.open": true };
    if let Some(category) = &search.category {
        filter.insert("derived.category", category);
    }
    if let Some(city) = &search.city {
        filter.insert("derived.city", city);
    }
    if let Some(seller) = search.seller {
        filter.insert("state.seller", seller.to_string());
    }
    if !search.words.is_empty() {
        let begins = |word: &String| {
            // One element must lie within both bounds; without $elemMatch two elements could share them.
            let range = doc! { "$gte": word, "$lt": format!("{word}{LAST_CHARACTER}") };
            doc! { "derived.words": { "$elemMatch": range } }
        };
        filter.insert("$and", search.words.iter().map(begins).collect::<Vec<_>>());
    }
    let mut starts = doc! { "$gt": datetime(now) };
    if let Some(from) = search.from {
        starts.insert("$gte", datetime(from));
        starts.insert("$lt", DateTime::from_millis(UNDATED));
    }
    if let Some(to) = search.to {
        starts.insert("$lte", datetime(to));
    }
    let mut price = Document::new();
    if let Some(least) = search.min_price {
        price.insert("$gte", least.get());
    }
    if let Some(most) = search.max_price {
        price.insert("$lte", most.get());
    }
    if let Some(cursor) = &search.after {
        go_on(search.sort, cursor, &mut filter, &mut starts, &mut price);
    }
    filter.insert(STARTS, starts);
    if !price.is_empty() {
        filter.insert(PRICE, price);
    }
    filter
}

/// Restricts a list to what comes behind the cursor.
fn go_on(sort: Sort, cursor: &Cursor, filter: &mut Document, starts: &mut Document, price: &mut Document) {
    let id = cursor.id().to_string();
    // The bound beside the alternatives says where in the index to begin.
    match sort {
        Sort::Newest => {
            filter.insert("_id", doc! { "$lt": id });
        }
        Sort::Soonest => {
            let key = DateTime::from_millis(cursor.key());
            let later = starts.get_datetime("$gte").is_ok_and(|from| *from >= key);
            if !later {
                starts.insert("$gte", key);
            }
            let alternatives =
                vec![doc! { STARTS: { "$gt": key } }, doc! { STARTS: key, "_id": { "$gt": id } }];
            filter.insert("$or", alternatives);
        }
        Sort::Cheapest => {
            let key = cursor.key();
            let dearer = price.get_i64("$gte").is_ok_and(|least| least >= key);
            if !dearer {
                price.insert("$gte", key);
            }
            let alternatives =
                vec![doc! { PRICE: { "$gt": key } }, doc! { PRICE: key, "_id": { "$gt": id } }];
            filter.insert("$or", alternatives);
        }
    }
}

/// The filter and the order of a seller's own listings.
pub(super) fn of_seller(seller: UserId, before: Option<TicketId>) -> (Document, Document) {
    let mut filter = doc! { "state.seller": seller.to_string() };
    if let Some(id) = before {
        filter.insert("_id", doc! { "$lt": id.to_string() });
    }
    (filter, doc! { "_id": -1 })
}
