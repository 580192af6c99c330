//! Payouts, in the collection `payouts`, and the accounts they go to, in `sellers`.

use bson::{Bson, Document, doc};
use common::{id::UserId, money::Currency};
use futures::TryStreamExt;
use jiff::Timestamp;
use messaging::{Attempts, Messaging, StoreError, WriteError};
use mongodb::{Collection, IndexModel, options::IndexOptions};

use super::Ledger;
use crate::domain::{Entry, Payout};

/// How often a write that lost a race within the database is tried.
const ATTEMPTS: u32 = 5;

/// Payouts. Cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct Payouts {
    messaging: Messaging,
    collection: Collection<Payout>,
    sellers: Collection<Document>,
    ledger: Ledger,
}

impl Payouts {
    pub(crate) async fn open(messaging: &Messaging, ledger: Ledger) -> Result<Self, StoreError> {
        let database = messaging.database();
        let collection = database.collection("payouts");
        let unique = IndexOptions::builder().unique(true).build();
        let numbered = doc! { "sellerId": 1, "currency": 1, "number": 1 };
        let indexes = [
            IndexModel::builder().keys(numbered).options(unique).build(),
            IndexModel::builder().keys(doc! { "status": 1, "_id": 1 }).build(),
        ];
        collection.create_indexes(indexes).await.map_err(StoreError::during("creating indexes"))?;
        Ok(Self { messaging: messaging.clone(), collection, sellers: database.collection("sellers"), ledger })
    }

    /// The last payout to the seller.
    pub(crate) async fn latest(
        &self,
        seller: UserId,
        currency: &Currency,
    ) -> Result<Option<Payout>, StoreError> {
        let own = doc! { "sellerId": seller.to_string(), "currency": currency.as_str() };
        let found = self.collection.find_one(own).sort(doc! { "number": -1 }).await;
        found.map_err(StoreError::during("reading a payout"))
    }

    /// Payouts the gateway still has to be asked for.
    pub(crate) async fn open_ones(&self) -> Result<Vec<Payout>, StoreError> {
        let during = StoreError::during("listing payouts");
        let found = self.collection.find(doc! { "status": "requested" }).sort(doc! { "_id": 1 }).await;
        found.map_err(&during)?.try_collect().await.map_err(during)
    }

    /// Begins a payout. [`WriteError::Duplicate`] if somebody else has just begun this one.
    pub(crate) async fn begin(&self, payout: &Payout, now: Timestamp) -> Result<(), WriteError> {
        self.write(payout, &payout.entry(now), true).await
    }

    /// Keeps what became of a payout. [`WriteError::Stale`] if somebody else was faster.
    pub(crate) async fn finish(&self, payout: &Payout, now: Timestamp) -> Result<(), WriteError> {
        self.write(payout, &payout.entry(now), false).await
    }

    async fn write(&self, payout: &Payout, entry: &Entry, is_new: bool) -> Result<(), WriteError> {
        let mut attempts = Attempts::of(ATTEMPTS);
        loop {
            match self.write_once(payout, entry, is_new).await {
                // It can only be found ended again.
                Err(WriteError::Stale) => return Err(WriteError::Stale),
                Err(error) if attempts.again(&error).await => {}
                outcome => return outcome,
            }
        }
    }

    async fn write_once(&self, payout: &Payout, entry: &Entry, is_new: bool) -> Result<(), WriteError> {
        let during = StoreError::during("writing a payout");
        let mut tx = self.messaging.begin().await?;
        let written = if is_new {
            let inserted = self.collection.insert_one(payout).session(tx.session()).await;
            inserted.map(|_| true).map_err(during).map_err(WriteError::from_store)
        } else {
            let open = doc! { "_id": payout.id().to_string(), "status": "requested" };
            let replaced = self.collection.replace_one(open, payout).session(tx.session()).await;
            replaced.map(|done| done.matched_count == 1).map_err(during).map_err(WriteError::from_store)
        };
        let added = match written {
            Ok(true) => self.ledger.add(&mut tx, entry).await,
            Ok(false) => Err(WriteError::Stale),
            Err(error) => Err(error),
        };
        match added {
            Ok(()) => Ok(tx.commit().await?),
            Err(error) => {
                tx.abort().await;
                Err(error)
            }
        }
    }

    /// The seller's account with the gateway, if one is known.
    pub(crate) async fn account_of(&self, seller: UserId) -> Result<Option<String>, StoreError> {
        let found = self.sellers.find_one(doc! { "_id": seller.to_string() }).await;
        let found = found.map_err(StoreError::during("reading a seller"))?;
        Ok(found.and_then(|seller| seller.get_str("account").ok().map(str::to_owned)))
    }

    /// Keeps the seller's account with the gateway.
    pub(crate) async fn connect(&self, seller: UserId, account: &str) -> Result<(), StoreError> {
        let update = doc! { "$set": { "account": Bson::String(account.to_owned()) } };
        let kept = self.sellers.update_one(doc! { "_id": seller.to_string() }, update).upsert(true).await;
        kept.map(|_| ()).map_err(StoreError::during("keeping a seller's account"))
    }
}
