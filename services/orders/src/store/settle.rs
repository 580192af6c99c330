//! Ending a reservation, and what comes after: changes of an order, with the units it gives back or sells.

use bson::doc;
use common::id::{OrderId, TicketId};
use jiff::Timestamp;
use messaging::{Attempts, MaybeTransient, StoreError, Transaction, WriteError};

use super::{ATTEMPTS, Store, inventory::Move};
use crate::domain::{GivenBack, IllegalTransition, Line, Order, Status, Transition};

/// Why an order did not change.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ChangeError {
    /// There is no such order.
    #[error("order {0} does not exist")]
    Unknown(OrderId),
    /// The state machine does not have this change.
    #[error(transparent)]
    Illegal(#[from] IllegalTransition),
    /// The inventory does not have what the order says it holds or was sold.
    #[error("the inventory of ticket {0} has fewer units than order {1} says")]
    Inconsistent(TicketId, OrderId),
    #[error(transparent)]
    Write(#[from] WriteError),
}

impl From<StoreError> for ChangeError {
    fn from(error: StoreError) -> Self {
        Self::Write(error.into())
    }
}

impl MaybeTransient for ChangeError {
    fn is_transient(&self) -> bool {
        match self {
            Self::Write(error) => error.is_transient(),
            // Most likely somebody else has just changed this very order: reading it again will tell.
            Self::Inconsistent(..) => true,
            Self::Unknown(_) | Self::Illegal(_) => false,
        }
    }
}

impl Store {
    /// Applies `decide` to the order's current state and commits what it decided, announcement included.
    ///
    /// Read, decided and written again if somebody else was faster.
    pub(crate) async fn change(
        &self,
        id: OrderId,
        decide: impl Fn(Order) -> Result<Transition, IllegalTransition> + Sync,
    ) -> Result<Transition, ChangeError> {
        let mut attempts = Attempts::of(ATTEMPTS);
        loop {
            let order = self.orders.get(&id.to_string()).await?.ok_or(ChangeError::Unknown(id))?;
            let outcome = match decide(order.clone())? {
                Transition::AlreadyThere(order) => return Ok(Transition::AlreadyThere(order)),
                Transition::Changed(changed) => self.commit(&order, changed).await,
            };
            match outcome {
                Ok(order) => return Ok(Transition::Changed(order)),
                Err(error) if attempts.again(&error).await => {}
                Err(error) => return Err(error),
            }
        }
    }

    async fn commit(&self, before: &Order, mut order: Order) -> Result<Order, ChangeError> {
        let moves = moves(before, &order);
        if moves.is_empty() {
            self.orders.replace(&order, &[order.event()]).await?;
            return Ok(order);
        }
        let mut tx = self.messaging.begin().await?;
        match self.move_all(&mut tx, before, &mut order, moves).await {
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

    async fn move_all(
        &self,
        tx: &mut Transaction,
        before: &Order,
        order: &mut Order,
        moves: Vec<(Line, Option<Move>)>,
    ) -> Result<(), ChangeError> {
        for (line, how) in moves {
            let counted = match how {
                Some(how) => self.move_units(tx, &line, how).await?,
                None => self.count_units(tx, line.ticket_id).await?,
            };
            let inventory = counted.ok_or_else(|| ChangeError::Inconsistent(line.ticket_id, order.id()))?;
            order.note_inventory(&inventory);
        }
        if before.is_open() {
            let fewer = doc! { "$inc": { "held": -i64::from(order.unit_count()) } };
            let buyer = doc! { "_id": order.buyer_id().to_string() };
            let counted = self.buyers.update_one(buyer, fewer).session(tx.session()).await;
            counted.map_err(StoreError::during("counting held units"))?;
        }
        // Last, because it is what tells whether this change is still due: a repeated one fails here as stale
        // and takes the moves above with it.
        Ok(self.orders.replace_in(tx, order, &[order.event()]).await?)
    }

    /// Unpaid orders that have units of this listing.
    pub(crate) async fn unpaid_with(&self, ticket: TicketId) -> Result<Vec<OrderId>, StoreError> {
        let filter = doc! { "state.lines.ticketId": ticket.to_string(), "state.status.name": "created" };
        let orders = self.orders.find(filter, doc! { "_id": 1 }, 0).await?;
        Ok(orders.iter().map(Order::id).collect())
    }

    /// Unpaid orders whose deadline was before this moment, the most overdue first.
    pub(crate) async fn overdue_since(&self, moment: Timestamp) -> Result<Vec<OrderId>, StoreError> {
        let filter = doc! { "derived.waitingUntil": { "$lt": messaging::datetime(moment) } };
        let orders = self.orders.find(filter, doc! { "derived.waitingUntil": 1 }, 500).await?;
        Ok(orders.iter().map(Order::id).collect())
    }
}

/// How the units of the order's lines move with its change; none of them do if it is only confirmed.
///
/// Of a refunded order a line may have nothing to move: it is counted anew all the same. Its last count may be months
/// old, and who has an open page, and has heard of no other since, would believe it.
fn moves(before: &Order, after: &Order) -> Vec<(Line, Option<Move>)> {
    let all = |how| after.lines().iter().map(|line| (line.clone(), Some(how))).collect();
    match (before.status(), after.status()) {
        (_, Status::Created | Status::AwaitingPayment { .. }) => Vec::new(),
        (_, Status::Cancelled { .. }) => all(Move::Release),
        (Status::Complete { .. }, Status::Complete { .. }) => {
            let back = |(before, after): (&Line, &Line)| {
                let back = after.given_back_since(before);
                (after.clone(), (back != GivenBack::default()).then_some(Move::Return(back)))
            };
            before.lines().iter().zip(after.lines()).map(back).collect()
        }
        (_, Status::Complete { .. }) => all(Move::Sell),
    }
}
