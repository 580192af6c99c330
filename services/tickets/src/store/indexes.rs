//! The indexes that make each list a walk along one of them, in its order.

use bson::{Document, doc};
use mongodb::{IndexModel, options::IndexOptions};

fn index(keys: Document) -> IndexModel {
    IndexModel::builder().keys(keys).build()
}

pub(super) fn all() -> Vec<IndexModel> {
    // No two listings are made by one request.
    let requests = IndexModel::builder()
        .keys(doc! { "derived.request": 1 })
        .options(IndexOptions::builder().sparse(true).unique(true).build())
        .build();
    [
        // What can be bought, in each order there is.
        doc! { "derived.open": 1, "derived.startsKey": 1, "_id": 1 },
        doc! { "derived.open": 1, "_id": -1 },
        doc! { "derived.open": 1, "state.details.price": 1, "_id": 1 },
        // The usual narrowings in the usual order.
        doc! { "derived.open": 1, "derived.category": 1, "derived.startsKey": 1, "_id": 1 },
        doc! { "derived.open": 1, "derived.city": 1, "derived.startsKey": 1, "_id": 1 },
        // Words: the first pages of a frequent word come from a walk in order, a rare word from here.
        doc! { "derived.words": 1, "derived.open": 1 },
        // A seller's own.
        doc! { "state.seller": 1, "_id": -1 },
    ]
    .map(index)
    .into_iter()
    .chain([requests])
    .collect()
}
