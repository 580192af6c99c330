//! The collection of deadlines: what is true.

use std::time::Duration;

use common::{events::Event, id::OrderId};
use futures::{Stream, StreamExt, TryStreamExt};
use jiff::Timestamp;
use messaging::{Aggregate, Aggregates, Messaging, StoreError, WriteError, datetime};
use mongodb::{
    Collection, IndexModel,
    bson::{Document, doc},
    options::IndexOptions,
};
use serde::Deserialize;

use crate::domain::{Deadline, WAITING};

/// How long a deadline is kept once it is done. It fences off its order's older events, so it has to outlast them:
/// the broker keeps an event for 14 days.
const KEPT_FOR: Duration = Duration::from_hours(30 * 24);

impl Aggregate for Deadline {
    const COLLECTION: &'static str = "deadlines";

    fn id(&self) -> String {
        self.id().to_string()
    }

    fn version(&self) -> u64 {
        self.version()
    }

    fn announcement(&self) -> Option<Event> {
        self.announcement()
    }

    /// What ends the document.
    fn derived(&self) -> Document {
        self.done_at().map_or_else(Document::new, |done_at| doc! { "doneAt": datetime(done_at) })
    }
}

/// All deadlines. Cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct Deadlines {
    aggregates: Aggregates<Deadline>,
    rows: Collection<DueRow>,
}

/// An order and when its reservation lapses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Due {
    pub(crate) id: String,
    pub(crate) expires_at: Timestamp,
}

#[derive(Debug, Deserialize)]
struct DueRow {
    #[serde(rename = "_id")]
    id: String,
    state: DueState,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct DueState {
    #[serde(with = "messaging::timestamp")]
    expires_at: Timestamp,
}

impl Deadlines {
    /// Opens the collection.
    pub(crate) async fn open(messaging: &Messaging) -> Result<Self, StoreError> {
        let by_time = IndexModel::builder().keys(doc! { "state.status": 1, "state.expiresAt": 1 }).build();
        let expiry = IndexOptions::builder().expire_after(KEPT_FOR).build();
        let done = IndexModel::builder().keys(doc! { "derived.doneAt": 1 }).options(expiry).build();
        let aggregates = Aggregates::open(messaging, vec![by_time, done]).await?;
        Ok(Self { rows: aggregates.collection(), aggregates })
    }

    /// The deadline of an order.
    pub(crate) async fn get(&self, id: &str) -> Result<Option<Deadline>, StoreError> {
        self.aggregates.get(id).await
    }

    /// Stores a new deadline. Nobody is told of it.
    pub(crate) async fn insert(&self, deadline: &Deadline) -> Result<(), WriteError> {
        self.aggregates.insert(deadline, &[]).await
    }

    /// Stores the next version of a deadline, and its announcement if it has fired.
    pub(crate) async fn replace(&self, deadline: &Deadline) -> Result<(), WriteError> {
        self.aggregates.replace(deadline, deadline.announcement().as_slice()).await
    }

    /// At most `limit` orders whose time was over at `now`, the longest overdue first.
    pub(crate) async fn overdue(&self, now: Timestamp, limit: i64) -> Result<Vec<Due>, StoreError> {
        let rows = self
            .waiting_until(now)
            .limit(limit)
            .await
            .map_err(StoreError::during("looking for overdue deadlines"))?;
        let rows: Result<Vec<DueRow>, _> = rows.try_collect().await;
        let rows = rows.map_err(StoreError::during("reading overdue deadlines"))?;
        Ok(rows.into_iter().map(Due::from).collect())
    }

    /// All orders that wait and whose time is over by `horizon`, the earliest first.
    pub(crate) async fn waiting(
        &self,
        horizon: Timestamp,
    ) -> Result<impl Stream<Item = Result<Due, StoreError>>, StoreError> {
        let during = StoreError::during("reading the waiting deadlines");
        let rows = self.waiting_until(horizon).await.map_err(&during)?;
        Ok(rows.map(move |row| row.map(Due::from).map_err(&during)))
    }

    fn waiting_until(&self, moment: Timestamp) -> mongodb::action::Find<'_, DueRow> {
        let filter: Document =
            doc! { "state.status": WAITING, "state.expiresAt": { "$lte": datetime(moment) } };
        self.rows.find(filter).projection(doc! { "state.expiresAt": 1 }).sort(doc! { "state.expiresAt": 1 })
    }
}

impl From<DueRow> for Due {
    fn from(row: DueRow) -> Self {
        Self { id: row.id, expires_at: row.state.expires_at }
    }
}

impl From<&Deadline> for Due {
    fn from(deadline: &Deadline) -> Self {
        let id: OrderId = deadline.id();
        Self { id: id.to_string(), expires_at: deadline.expires_at() }
    }
}
