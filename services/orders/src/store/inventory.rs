//! The inventory's updates, each one conditional write.

use std::collections::HashMap;

use bson::{Bson, Document, doc};
use common::{
    events::{ListingStatus, TicketState},
    id::TicketId,
};
use futures::TryStreamExt;
use messaging::{StoreError, Transaction, WriteError, datetime};
use mongodb::options::{ReturnDocument, UpdateModifications};

use super::Store;
use crate::domain::{GivenBack, Inventory, Line};

/// How a line's units move.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Move {
    /// From available to held.
    Hold,
    /// From held back to available.
    Release,
    /// From held to sold.
    Sell,
    /// So many from sold back to available, and so much of what they brought in back to the buyer.
    Return(GivenBack),
}

/// `quantity` and `available` as they follow from the other numbers; see [`Inventory`].
fn follow_up() -> [Document; 2] {
    let taken = doc! { "$add": ["$held", "$sold"] };
    [
        doc! { "$set": { "quantity": { "$max": ["$announcedQuantity", taken.clone()] } } },
        doc! { "$set": { "available": { "$subtract": ["$quantity", taken] } } },
    ]
}

impl Move {
    /// Holding and selling leave the quantity as it is; what comes back may end a reservation that had raised it. A
    /// sale brings in what the order was to pay, whatever the listing costs by now.
    fn update(self, line: &Line) -> UpdateModifications {
        let units = i64::from(line.quantity);
        match self {
            Self::Hold => doc! { "$inc": { "held": units, "available": -units, "seq": 1_i64 } }.into(),
            Self::Sell => {
                let paid = line.total().get();
                doc! { "$inc": { "held": -units, "sold": units, "takings": paid, "seq": 1_i64 } }.into()
            }
            Self::Release => {
                let held = doc! { "$subtract": ["$held", units] };
                let released = doc! { "$set": { "held": held, "seq": { "$add": ["$seq", 1_i64] } } };
                [released].into_iter().chain(follow_up()).collect::<Vec<_>>().into()
            }
            Self::Return(GivenBack { units, amount }) => {
                let sold = doc! { "$subtract": ["$sold", i64::from(units)] };
                // An inventory from before takings were counted may never have had what is given back.
                let takings = doc! { "$max": [0_i64, { "$subtract": ["$takings", amount.get()] }] };
                let seq = doc! { "$add": ["$seq", 1_i64] };
                let returned = doc! { "$set": { "sold": sold, "takings": takings, "seq": seq } };
                [returned].into_iter().chain(follow_up()).collect::<Vec<_>>().into()
            }
        }
    }

    /// What must hold for the move: units are never taken twice, nor given back twice, nor at an outdated price.
    fn condition(self, line: &Line) -> Document {
        let units = i64::from(line.quantity);
        let ticket = line.ticket_id.to_string();
        match self {
            Self::Hold => doc! {
                "_id": ticket,
                "listed": true,
                "ticketVersion": i64::try_from(line.ticket_version).unwrap_or(i64::MAX),
                "available": { "$gte": units },
            },
            Self::Release | Self::Sell => doc! { "_id": ticket, "held": { "$gte": units } },
            Self::Return(back) => doc! { "_id": ticket, "sold": { "$gte": i64::from(back.units) } },
        }
    }
}

impl Store {
    /// The inventories of these listings; unknown ones are missing.
    pub(super) async fn inventories(
        &self,
        tickets: &[TicketId],
    ) -> Result<HashMap<TicketId, Inventory>, StoreError> {
        let during = StoreError::during("reading inventories");
        let ids: Vec<String> = tickets.iter().map(TicketId::to_string).collect();
        // One listing is the usual basket, and a point read is the cheaper command.
        if let [id] = ids.as_slice() {
            let found = self.inventory.find_one(doc! { "_id": id }).await.map_err(during)?;
            return Ok(found.into_iter().map(|inventory| (inventory.ticket_id, inventory)).collect());
        }
        let found = self.inventory.find(doc! { "_id": { "$in": ids } }).await.map_err(&during)?;
        found.map_ok(|inventory| (inventory.ticket_id, inventory)).try_collect().await.map_err(during)
    }

    /// Moves a line's units, if the condition of the move holds. Returns the inventory after it.
    pub(super) async fn move_units(
        &self,
        tx: &mut Transaction,
        line: &Line,
        how: Move,
    ) -> Result<Option<Inventory>, StoreError> {
        self.inventory
            .find_one_and_update(how.condition(line), how.update(line))
            .return_document(ReturnDocument::After)
            .session(tx.session())
            .await
            .map_err(StoreError::during("moving units in the inventory"))
    }

    /// The inventory as it is within the transaction.
    pub(super) async fn count_units(
        &self,
        tx: &mut Transaction,
        ticket: TicketId,
    ) -> Result<Option<Inventory>, StoreError> {
        let found = self.inventory.find_one(doc! { "_id": ticket.to_string() }).session(tx.session()).await;
        found.map_err(StoreError::during("reading an inventory"))
    }

    /// Takes over a listing's state if it is newer than the one held. Says whether it was.
    pub(crate) async fn replicate(&self, ticket: &TicketState) -> Result<bool, StoreError> {
        // The first announcement inserts. Two that race for it meet in the unique `_id`, and the loser updates.
        if self.replicate_known(ticket).await? {
            return Ok(true);
        }
        let inserted = self.inventory.insert_one(Inventory::of_new(ticket)).await;
        match inserted.map_err(StoreError::during("inserting an inventory")).map_err(WriteError::from_store) {
            Ok(_) => Ok(true),
            Err(WriteError::Duplicate(_)) => self.replicate_known(ticket).await,
            Err(WriteError::Store(error)) => Err(error),
            Err(WriteError::Stale) => Ok(false),
        }
    }

    async fn replicate_known(&self, ticket: &TicketState) -> Result<bool, StoreError> {
        let version = i64::try_from(ticket.version).unwrap_or(i64::MAX);
        let starts_at = ticket.starts_at.map_or(Bson::Null, |moment| Bson::DateTime(datetime(moment)));
        let replica = doc! { "$set": {
            "ticketVersion": version,
            "title": { "$literal": ticket.title.as_str() },
            "price": ticket.price_minor.minor().get(),
            "listed": ticket.status == ListingStatus::Listed,
            "startsAt": starts_at,
            "announcedQuantity": i64::from(ticket.quantity),
        } };
        let update: Vec<_> = [replica].into_iter().chain(follow_up()).collect();
        let filter = doc! { "_id": ticket.id.to_string(), "ticketVersion": { "$lt": version } };
        let updated = self.inventory.update_one(filter, update).await;
        Ok(updated.map_err(StoreError::during("updating an inventory"))?.matched_count == 1)
    }
}
