//! Committing decisions: the inventory, the orders and the buyers' holds change together or not at all.

mod inventory;
mod listing;
mod locks;
mod reserve;
mod settle;

use bson::{Document, doc};
use messaging::{Aggregates, Messaging, StoreError};
use mongodb::{Collection, IndexModel, options::IndexOptions};

use self::locks::TicketLocks;
pub(crate) use self::{reserve::ReserveError, settle::ChangeError};
use crate::domain::{Inventory, Order};

/// Tries at a transaction that loses races before the caller is told to come back later.
const ATTEMPTS: u32 = 20;

/// The service's documents. Cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct Store {
    messaging: Messaging,
    orders: Aggregates<Order>,
    inventory: Collection<Inventory>,
    /// `{_id: buyer, held}`: unpaid units of each buyer.
    buyers: Collection<Document>,
    locks: TicketLocks,
}

impl Store {
    /// Opens the collections and makes their indexes.
    pub(crate) async fn open(messaging: &Messaging) -> Result<Self, StoreError> {
        let index = |keys, options| IndexModel::builder().keys(keys).options(options).build();
        let sparse = IndexOptions::builder().sparse(true).build();
        let unique = IndexOptions::builder().sparse(true).unique(true).build();
        let indexes = vec![
            index(doc! { "state.buyerId": 1, "_id": -1 }, None),
            index(doc! { "derived.request": 1 }, Some(unique)),
            index(doc! { "derived.waitingUntil": 1 }, Some(sparse)),
            index(doc! { "state.lines.ticketId": 1, "state.status.name": 1 }, None),
        ];
        let store = Self {
            orders: Aggregates::open(messaging, indexes).await?,
            inventory: messaging.database().collection("inventory"),
            buyers: messaging.database().collection("buyers"),
            messaging: messaging.clone(),
            locks: TicketLocks::default(),
        };
        // A transaction may not be the first to touch a collection: creating one takes locks it cannot wait for.
        for name in ["inventory", "buyers"] {
            create_collection(messaging, name).await?;
        }
        Ok(store)
    }
}

/// Makes a collection; one that exists is fine.
async fn create_collection(messaging: &Messaging, name: &str) -> Result<(), StoreError> {
    const NAMESPACE_EXISTS: i32 = 48;
    match messaging.database().create_collection(name).await {
        Err(error) if !matches!(*error.kind, mongodb::error::ErrorKind::Command(ref command) if command.code == NAMESPACE_EXISTS) => {
            Err(StoreError::during("creating a collection")(error))
        }
        _ => Ok(()),
    }
}
