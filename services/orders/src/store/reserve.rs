//! Reserving: one short transaction that takes the units, counts the buyer's hold and inserts the order.

use std::{collections::HashMap, time::Duration};

use bson::doc;
use common::{
    clock::Clock,
    id::{Id, OrderId, TicketId},
};
use jiff::Timestamp;
use messaging::{
    Attempts, MaybeTransient, StoreError, Transaction, WriteError, look_patiently, may_be_on_its_way,
};
use runtime::entropy;

use super::{ATTEMPTS, Store, inventory::Move};
use crate::domain::{Basket, Inventory, Order, Refusal, Terms, request_name, reserve};

/// How long a buyer stands in line for a listing, and then tries: together well within a request's deadline, so that
/// nothing is reserved for somebody who was told it took too long.
const LONGEST_QUEUE: Duration = Duration::from_secs(3);
const LONGEST_TRY: Duration = Duration::from_secs(3);

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
        match self.reserve_anew(basket, terms, clock).await {
            // What is in its way may be what the first request under its key has just taken.
            Err(ReserveError::Refused(refusal)) => {
                self.first_answer(basket).await?.ok_or(ReserveError::Refused(refusal))
            }
            outcome => outcome,
        }
    }

    async fn reserve_anew(
        &self,
        basket: &Basket,
        terms: &Terms,
        clock: &Clock,
    ) -> Result<Order, ReserveError> {
        if let Some(order) = self.first_answer(basket).await? {
            return Ok(order);
        }
        let tickets: Vec<TicketId> = basket.wanted.iter().map(|wanted| wanted.ticket_id).collect();
        // What cannot work is refused, and what is not here yet waited for, before anybody has to stand in line.
        let inventories = self.inventories_soon(&tickets, clock).await?;
        let order = decide(basket, &inventories, terms, clock)?;
        let place = tokio::time::timeout(LONGEST_QUEUE, self.locks.acquire(&tickets)).await;
        let place = place.map_err(|_| ReserveError::Lost)?;
        // The decision is as good as what it was made on: somebody in the line before us has changed that.
        let mut decided = (!place.waited).then_some(order);
        let mut attempts = Attempts::of(ATTEMPTS).within(LONGEST_TRY);
        loop {
            let outcome = match decided.take() {
                Some(order) => self.commit_reservation(order, terms).await,
                None => self.decide_again(basket, &tickets, terms, clock).await,
            };
            match outcome {
                Ok(order) => return Ok(order),
                Err(error) if attempts.again(&error).await => {
                    metrics::counter!("reservations_retried_total").increment(1);
                }
                Err(error) => return Err(error),
            }
        }
    }

    async fn decide_again(
        &self,
        basket: &Basket,
        tickets: &[TicketId],
        terms: &Terms,
        clock: &Clock,
    ) -> Result<Order, ReserveError> {
        if let Some(order) = self.first_answer(basket).await? {
            return Ok(order);
        }
        let inventories = self.inventories(tickets).await?;
        let order = decide(basket, &inventories, terms, clock)?;
        self.commit_reservation(order, terms).await
    }

    async fn commit_reservation(&self, mut order: Order, terms: &Terms) -> Result<Order, ReserveError> {
        let mut tx = self.messaging.begin().await?;
        if let Err(error) = self.take(&mut tx, &mut order, terms).await {
            tx.abort().await;
            return Err(error);
        }
        match tx.commit().await {
            Ok(()) => Ok(order),
            // The answer to the commit may be what was lost, not the commit.
            Err(error) => match self.orders.get(&order.id().to_string()).await {
                Ok(Some(order)) => Ok(order),
                _ => Err(error.into()),
            },
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
        let look = || self.inventories(tickets);
        look_patiently(look, |found| only_young_missing(tickets, found, clock.now())).await
    }
}

fn decide(
    basket: &Basket,
    inventories: &HashMap<TicketId, Inventory>,
    terms: &Terms,
    clock: &Clock,
) -> Result<Order, Refusal> {
    let now = clock.now();
    reserve(basket, inventories, terms, OrderId::generate(now, entropy()), now)
}

/// Whether something is missing, and everything missing was listed a moment ago.
fn only_young_missing(tickets: &[TicketId], found: &HashMap<TicketId, Inventory>, now: Timestamp) -> bool {
    let known_soon = |ticket| found.contains_key(ticket) || may_be_on_its_way(ticket, now);
    found.len() < tickets.len() && tickets.iter().all(known_soon)
}
