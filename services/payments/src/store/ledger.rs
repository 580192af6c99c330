//! The ledger, in the collection `ledger`: entries are added, in one commit with the change that moves the money, and
//! never changed.

use std::{collections::BTreeMap, fmt, str::FromStr};

use bson::{Bson, Document, doc, serialize_to_document};
use common::{
    api::{BalanceView, MovementKind},
    id::{PaymentId, UserId},
    money::{Currency, Major, Minor},
};
use futures::{TryStreamExt, stream::BoxStream};
use jiff::Timestamp;
use messaging::{StoreError, Transaction, WriteError};
use mongodb::{Collection, Database, IndexModel};
use serde::{Deserialize, de::DeserializeOwned};

use crate::domain::{Account, Entry};

/// The ledger. Cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct Ledger {
    collection: Collection<Document>,
}

/// A place in a seller's movements, newest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Position {
    millisecond: i64,
    id: String,
}

/// The text is no place.
#[derive(Debug, thiserror::Error)]
#[error("must come from a Link header")]
pub(crate) struct NoPosition;

impl Position {
    /// Right after this entry.
    pub(crate) fn after(entry: &Entry) -> Self {
        Self { millisecond: entry.at().as_millisecond(), id: entry.id().to_owned() }
    }
}

impl fmt::Display for Position {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}.{}", self.millisecond, self.id)
    }
}

impl FromStr for Position {
    type Err = NoPosition;

    fn from_str(text: &str) -> Result<Self, NoPosition> {
        let (millisecond, id) = text.split_once('.').ok_or(NoPosition)?;
        let millisecond = millisecond.parse().map_err(|_| NoPosition)?;
        let word = id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_');
        if !word || Timestamp::from_millisecond(millisecond).is_err() {
            return Err(NoPosition);
        }
        Ok(Self { millisecond, id: id.to_owned() })
    }
}

/// What moved on an account, summed up by what it depends on.
#[derive(Debug, Deserialize)]
struct Sum {
    #[serde(rename = "_id")]
    of: Of,
    amount: i64,
}

#[derive(Debug, Deserialize)]
struct Of {
    currency: Currency,
    kind: MovementKind,
    is_credit: bool,
    is_due: bool,
}

/// What moved on one side of an account.
#[derive(Debug, Deserialize)]
struct Side {
    #[serde(rename = "_id")]
    of: SideOf,
    amount: i64,
}

#[derive(Debug, Deserialize)]
struct SideOf {
    account: Account,
    currency: Currency,
}

impl Ledger {
    pub(crate) async fn open(database: &Database) -> Result<Self, StoreError> {
        let collection = database.collection("ledger");
        let indexes = [doc! { "accounts": 1, "at": -1, "_id": -1 }, doc! { "paymentId": 1 }];
        let indexes = indexes.map(|keys| IndexModel::builder().keys(keys).build());
        collection.create_indexes(indexes).await.map_err(StoreError::during("creating indexes"))?;
        Ok(Self { collection })
    }

    /// Adds an entry, as part of the transaction that moves the money.
    pub(super) async fn add(&self, tx: &mut Transaction, entry: &Entry) -> Result<(), WriteError> {
        let during = StoreError::during("adding to the ledger");
        let mut document =
            serialize_to_document(entry).map_err(mongodb::error::Error::custom).map_err(&during)?;
        let mut accounts: Vec<_> =
            entry.transfers().iter().flat_map(|transfer| [transfer.debit, transfer.credit]).collect();
        accounts.sort_unstable();
        accounts.dedup();
        let accounts: Vec<_> = accounts.iter().map(|account| Bson::String(account.to_string())).collect();
        document.insert("accounts", accounts);
        let added = self.collection.insert_one(document).session(tx.session()).await;
        added.map(|_| ()).map_err(during).map_err(WriteError::from_store)
    }

    /// The newest entries that moved something of this seller's, at most `limit`, beginning right after a place.
    pub(crate) async fn of_seller(
        &self,
        seller: UserId,
        after: Option<Position>,
        limit: u32,
    ) -> Result<Vec<Entry>, StoreError> {
        let during = StoreError::during("reading the ledger");
        let mut filter = doc! { "accounts": Account::Seller(seller).to_string() };
        if let Some(Position { millisecond, id }) = after {
            let at = bson::DateTime::from_millis(millisecond);
            filter.insert("$or", vec![doc! { "at": { "$lt": at } }, doc! { "at": at, "_id": { "$lt": id } }]);
        }
        let newest = doc! { "at": -1, "_id": -1 };
        let found = self.entries().find(filter).sort(newest).limit(limit.into()).await.map_err(&during)?;
        found.try_collect().await.map_err(during)
    }

    /// A seller's balances, one for each currency, where what is certain since `cutoff` or longer is due.
    pub(crate) async fn balances(
        &self,
        seller: UserId,
        cutoff: Timestamp,
    ) -> Result<Vec<BalanceView>, StoreError> {
        let account = Account::Seller(seller).to_string();
        let sums: Vec<Sum> = self
            .summed(vec![
                doc! { "$match": { "accounts": &account } },
                doc! { "$unwind": "$transfers" },
                doc! { "$match": { "$or": [{ "transfers.debit": &account }, { "transfers.credit": &account }] } },
                doc! { "$group": {
                    "_id": {
                        "currency": "$currency",
                        "kind": "$kind",
                        "is_credit": { "$eq": ["$transfers.credit", &account] },
                        "is_due": { "$lte": ["$transfers.matures", messaging::datetime(cutoff)] },
                    },
                    "amount": { "$sum": "$transfers.amountMinor" },
                } },
            ])
            .await?;
        let mut balances = BTreeMap::<String, Vec<Sum>>::new();
        for sum in sums {
            balances.entry(sum.of.currency.as_str().to_owned()).or_default().push(sum);
        }
        Ok(balances.into_iter().map(|(currency, sums)| balance(currency, &sums)).collect())
    }

    /// What is due to each seller, in each currency: more than nothing.
    pub(crate) async fn due(&self, cutoff: Timestamp) -> Result<Vec<(UserId, Currency, Minor)>, StoreError> {
        let mut due = BTreeMap::<(Account, String), (Currency, i64)>::new();
        for (side, sign) in [("credit", 1), ("debit", -1)] {
            let field = format!("transfers.{side}");
            let sellers = doc! { &field: { "$gte": "seller:", "$lt": "seller;" } };
            let is_due = doc! { "$or": [
                { "transfers.matures": { "$lte": messaging::datetime(cutoff) } },
                { "transfers.matures": null },
            ] };
            let sums: Vec<Side> = self
                .summed(vec![
                    doc! { "$match": &sellers },
                    doc! { "$unwind": "$transfers" },
                    doc! { "$match": { "$and": [sellers.clone(), is_due] } },
                    doc! { "$group": {
                        "_id": { "account": format!("${field}"), "currency": "$currency" },
                        "amount": { "$sum": "$transfers.amountMinor" },
                    } },
                ])
                .await?;
            for Side { of: SideOf { account, currency }, amount } in sums {
                let key = (account, currency.as_str().to_owned());
                due.entry(key).or_insert((currency, 0)).1 += sign * amount;
            }
        }
        let positive = |((account, _), (currency, amount))| match (account, Minor::new(amount)) {
            (Account::Seller(seller), Some(amount)) if amount > Minor::default() => {
                Some((seller, currency, amount))
            }
            _ => None,
        };
        Ok(due.into_iter().filter_map(positive).collect())
    }

    /// The entries about these payments.
    pub(crate) async fn about(
        &self,
        payments: impl Iterator<Item = PaymentId>,
    ) -> Result<Vec<Entry>, StoreError> {
        let during = StoreError::during("reading the ledger");
        let ids: Vec<_> = payments.map(|id| id.to_string()).collect();
        let found = self.entries().find(doc! { "paymentId": { "$in": ids } }).await.map_err(&during)?;
        found.try_collect().await.map_err(during)
    }

    /// Every entry, in no order.
    pub(crate) async fn all(&self) -> Result<BoxStream<'static, Result<Entry, StoreError>>, StoreError> {
        let found = self.entries().find(doc! {}).await.map_err(StoreError::during("reading the ledger"))?;
        Ok(Box::pin(found.map_err(StoreError::during("reading the ledger"))))
    }

    fn entries(&self) -> Collection<Entry> {
        self.collection.clone_with_type()
    }

    async fn summed<T: DeserializeOwned>(&self, pipeline: Vec<Document>) -> Result<Vec<T>, StoreError> {
        let during = StoreError::during("summing up the ledger");
        let rows: Vec<Document> = self
            .collection
            .aggregate(pipeline)
            .await
            .map_err(&during)?
            .try_collect()
            .await
            .map_err(&during)?;
        let read = |row| bson::deserialize_from_document(row).map_err(mongodb::error::Error::custom);
        rows.into_iter().map(read).collect::<Result<_, _>>().map_err(during)
    }
}

fn balance(currency: String, sums: &[Sum]) -> BalanceView {
    let total = |counts: &dyn Fn(&Of) -> bool| {
        let signed = |sum: &Sum| if sum.of.is_credit { sum.amount } else { -sum.amount };
        sums.iter().filter(|sum| counts(&sum.of)).map(signed).sum::<i64>()
    };
    let major = |amount: i64| Major(Minor::new(amount).unwrap_or_default());
    let (pending, due) = (total(&|of| !of.is_due), total(&|of| of.is_due));
    let paid_out = -total(&|of| matches!(of.kind, MovementKind::Payout | MovementKind::PayoutFailed));
    BalanceView {
        currency,
        pending: major(pending),
        available: major(due),
        owed: major(-due),
        paid_out: major(paid_out),
    }
}
