//! Reserving: one short transaction that takes the units, counts the buyer's hold and inserts the order.

use std::{collections::HashMap, time::Duration};

use bson::doc;
use common::{
    clock::Clock,
    id::{Id, OrderId, TicketId},
};
use jiff::Timestamp;
use messaging::{Attempts, MaybeTransient, StoreError, Transaction, WriteError};
use runtime::entropy;

use super::{ATTEMPTS, Store, inventory::Move};
use crate::domain::{Basket, Inventory, Order, Refusal, Terms, request_name, reserve};

/// A ticket this young may simply not have been announced here yet.
const YOUNG: Duration = Duration::from_secs(10);
/// How long a young ticket is waited for.
const PATIENCE: Duration = Duration::from_secs(2);
const LOOK_EVERY: Duration = Duration::from_millis(20);

/// Why nothing was reserved.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ReserveError {
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The idempotency key was used for another request.
    #[error("the idempotency key was used for another request")]
    KeyReused,
    /// What the decision rested on changed before the commit.
    #[error("the listing changed at the same moment")]
    Lost,
    #[error(transparent)]
    Write(#[from] WriteError),
}

impl From<StoreError> for ReserveError {
    fn from(error: StoreError) -> Self {
        Self::Write(error.into())
    }
}

impl MaybeTransient for ReserveError {
    fn is_transient(&self) -> bool {
        match self {
            // A duplicate is two equal requests at once: the next try finds the first one's order.
            Self::Lost | Self::Write(WriteError::Duplicate(_)) => true,
            Self::Write(error) => error.is_transient(),
            Self::Refused(_) | Self::KeyReused => false,
        }
    }
}

impl Store {
    /// Reserves a basket: all of it or nothing.
    ///
    /// A request repeated under its idempotency key gets the order of its first time, as it was then.
    pub(crate) async fn reserve(
        &self,
        basket: &Basket,
        terms: &Terms,
        clock: &Clock,
    ) -> Result<Order, ReserveError> {
        let tickets: Vec<TicketId> = basket.wanted.iter().map(|wanted| wanted.ticket_id).collect();
        let _in_line = self.locks.acquire(&tickets).await;
        let mut attempts = Attempts::of(ATTEMPTS);
        loop {
            if let Some(order) = self.first_answer(basket).await? {
                return Ok(order);
            }
            match self.try_reserve(basket, &tickets, terms, clock).await {
                Ok(order) => return Ok(order),
                Err(error) if attempts.again(&error).await => {
                    metrics::counter!("reservations_retried_total").increment(1);
                }
                Err(error) => return Err(error),
            }
        }
    }

    async fn try_reserve(
        &self,
        basket: &Basket,
        tickets: &[TicketId],
        terms: &Terms,
        clock: &Clock,
    ) -> Result<Order, ReserveError> {
        let inventories = self.inventories_soon(tickets, clock).await?;
        let now = clock.now();
        let mut order = reserve(basket, &inventories, terms, OrderId::generate(now, entropy()), now)?;
        let mut tx = self.messaging.begin().await?;
        match self.take(&mut tx, &mut order, terms).await {
            Ok(()) => {
                tx.commit().await?;
                Ok(order)
            }
            Err(error) => {
                tx.abort().await;
                Err(error)
            }
        }
    }

    async fn take(&self, tx: &mut Transaction, order: &mut Order, terms: &Terms) -> Result<(), ReserveError> {
        for line in order.lines().to_vec() {
            let inventory = self.move_units(tx, &line, Move::Hold).await?.ok_or(ReserveError::Lost)?;
            order.note_inventory(&inventory);
        }
        self.count_hold(tx, order, terms.max_held_units).await?;
        Ok(self.orders.insert_in(tx, order, &[order.event()]).await?)
    }

    /// Adds to the buyer's held units unless that exceeds the limit.
    async fn count_hold(&self, tx: &mut Transaction, order: &Order, limit: u32) -> Result<(), ReserveError> {
        let units = i64::from(order.unit_count());
        let room = doc! { "_id": order.buyer_id().to_string(), "held": { "$lte": i64::from(limit) - units } };
        let counted = self
            .buyers
            .update_one(room, doc! { "$inc": { "held": units } })
            .upsert(true)
            .session(tx.session());
        match counted.await.map_err(StoreError::during("counting held units")).map_err(WriteError::from_store)
        {
            Ok(_) => Ok(()),
            // The buyer is there without the room, so the upsert tried to insert them a second time.
            Err(WriteError::Duplicate(_)) => Err(Refusal::HoldLimit(limit).into()),
            Err(error) => Err(error.into()),
        }
    }

    async fn first_answer(&self, basket: &Basket) -> Result<Option<Order>, ReserveError> {
        let Some(asked) = &basket.idempotency else { return Ok(None) };
        let name = request_name(basket.buyer_id, &asked.key);
        let Some(order) = self.orders.find_one(doc! { "derived.request": name }).await? else {
            return Ok(None);
        };
        if order.idempotency().is_some_and(|first| first.request == asked.request) {
            Ok(Some(order.as_created()))
        } else {
            Err(ReserveError::KeyReused)
        }
    }

    /// The inventories of these listings, waiting a little for one that was listed a moment ago.
    async fn inventories_soon(
        &self,
        tickets: &[TicketId],
        clock: &Clock,
    ) -> Result<HashMap<TicketId, Inventory>, StoreError> {
        let patience = tokio::time::Instant::now() + PATIENCE;
        loop {
            let inventories = self.inventories(tickets).await?;
            let worth_waiting = only_young_missing(tickets, &inventories, clock.now());
            if !worth_waiting || tokio::time::Instant::now() >= patience {
                return Ok(inventories);
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }
}

/// Whether something is missing, and everything missing was listed a moment ago.
fn only_young_missing(tickets: &[TicketId], found: &HashMap<TicketId, Inventory>, now: Timestamp) -> bool {
    let young = |ticket: &TicketId| now.duration_since(ticket.created_at()).unsigned_abs() < YOUNG;
    found.len() < tickets.len() && tickets.iter().all(|ticket| found.contains_key(ticket) || young(ticket))
}
