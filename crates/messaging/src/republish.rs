//! Announcing again what is: the cure for a lost stream.

use bson::doc;
use futures::TryStreamExt;
use runtime::Failure;

use crate::{Aggregate, Messaging, Row, StoreError, envelope};

/// Aggregates whose confirmations are awaited together.
const BATCH: usize = 256;

pub(crate) async fn republish<A: Aggregate>(messaging: &Messaging) -> Result<u64, Failure>
where
    Row<A>: Unpin,
{
    let during = StoreError::during("reading aggregates");
    let mut rows = messaging
        .database()
        .collection::<Row<A>>(A::COLLECTION)
        .find(doc! {})
        .projection(doc! { "state": 1 })
        .sort(doc! { "_id": 1 })
        .await
        .map_err(&during)?;
    let mut count = 0;
    let mut confirmations = Vec::with_capacity(BATCH);
    while let Some(row) = rows.try_next().await.map_err(&during)? {
        let Some(event) = row.state.announcement() else { continue };
        // A new id each time: the broker must not take it for the announcement it may have lost.
        for entry in messaging.outbox().entries(&[event])? {
            let subject = messaging.settings().prefix.subject(&entry.kind);
            let headers = envelope::headers(&entry, messaging.settings().service());
            let jetstream = messaging.jetstream();
            confirmations.push(jetstream.publish_with_headers(subject, headers, entry.data.into()).await?);
            count += 1;
        }
        if confirmations.len() >= BATCH {
            for confirmation in confirmations.drain(..) {
                confirmation.await?;
            }
        }
    }
    for confirmation in confirmations {
        confirmation.await?;
    }
    Ok(count)
}
