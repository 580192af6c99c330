//! An order and its states: created → awaiting:payment → complete, or cancelled. The diagram is in the service's README.

use bson::{Document, doc};
use common::{
    api::{CancelReason, OrderStatus, OrderStep, OrderView},
    events::{Event, OrderState, RefundedLine},
    id::{Id, OrderId, PaymentId, UserId},
    money::{Currency, Major, Minor},
};
use jiff::Timestamp;
use messaging::{Aggregate, datetime};
use serde::{Deserialize, Serialize};

use super::{Inventory, Line};

/// A reservation that becomes a purchase or lapses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Order {
    id: OrderId,
    version: u64,
    buyer_id: UserId,
    status: Status,
    #[serde(with = "messaging::timestamp")]
    expires_at: Timestamp,
    total: Minor,
    currency: Currency,
    lines: Vec<Line>,
    idempotency: Option<Idempotency>,
    /// Payments that came to nothing before anything else was heard of them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    voided: Vec<PaymentId>,
    /// The states it has been in, oldest first. An order from before they were noted begins with none.
    #[serde(default)]
    history: Vec<Step>,
}

/// A state an order came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Step {
    status: OrderStatus,
    #[serde(with = "messaging::timestamp")]
    at: Timestamp,
}

/// Where an order stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "name", rename_all = "snake_case", rename_all_fields = "camelCase")]
pub(crate) enum Status {
    /// Reserved, not paid.
    Created,
    /// This payment is authorised and may be captured.
    AwaitingPayment { payment_id: PaymentId },
    /// Paid by this payment. Final, also when all of it was refunded.
    Complete { payment_id: PaymentId },
    /// Given up. Final.
    Cancelled { reason: CancelReason },
}

/// What a repeated request is recognised by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Idempotency {
    pub(crate) key: String,
    /// What was asked for, to tell a repetition from a reuse.
    pub(crate) request: String,
}

/// What came of asking an order to change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Transition {
    /// It changes to this, and this is announced.
    Changed(Order),
    /// It had changed so before, or the request does not concern it any more.
    AlreadyThere(Order),
}

/// A change the state machine does not have.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("order {id} is {status:?}: it cannot {attempted}")]
pub(crate) struct IllegalTransition {
    pub(crate) id: OrderId,
    pub(crate) status: Status,
    pub(crate) attempted: &'static str,
}

/// What makes an order.
pub(super) struct Draft {
    pub(super) id: OrderId,
    pub(super) buyer_id: UserId,
    pub(super) created_at: Timestamp,
    pub(super) expires_at: Timestamp,
    pub(super) total: Minor,
    pub(super) currency: Currency,
    pub(super) lines: Vec<Line>,
    pub(super) idempotency: Option<Idempotency>,
}

impl Order {
    pub(super) fn new(draft: Draft) -> Self {
        let Draft { id, buyer_id, created_at, expires_at, total, currency, lines, idempotency } = draft;
        Self {
            id,
            version: 1,
            buyer_id,
            status: Status::Created,
            expires_at,
            total,
            currency,
            lines,
            idempotency,
            voided: Vec::new(),
            history: vec![Step { status: OrderStatus::Created, at: created_at }],
        }
    }

    /// Its id.
    pub(crate) fn id(&self) -> OrderId {
        self.id
    }

    /// Who reserved.
    pub(crate) fn buyer_id(&self) -> UserId {
        self.buyer_id
    }

    /// Where it stands.
    pub(crate) fn status(&self) -> Status {
        self.status
    }

    /// Its lines.
    pub(crate) fn lines(&self) -> &[Line] {
        &self.lines
    }

    /// Units over all lines.
    pub(crate) fn unit_count(&self) -> u32 {
        self.lines.iter().map(|line| line.quantity).sum()
    }

    /// What a repetition of its request is recognised by.
    pub(crate) fn idempotency(&self) -> Option<&Idempotency> {
        self.idempotency.as_ref()
    }

    /// Takes over the numbers an inventory has after this order's change of it.
    pub(crate) fn note_inventory(&mut self, inventory: &Inventory) {
        for line in self.lines.iter_mut().filter(|line| line.ticket_id == inventory.ticket_id) {
            line.units = inventory.units();
        }
    }

    /// A payment is authorised: from now on no deadline and no withdrawal touches the order.
    pub(crate) fn confirm(self, payment: PaymentId, now: Timestamp) -> Result<Transition, IllegalTransition> {
        match self.status {
            Status::Created if self.voided.contains(&payment) => Ok(Transition::AlreadyThere(self)),
            Status::Created => Ok(self.changed(Status::AwaitingPayment { payment_id: payment }, now)),
            Status::AwaitingPayment { payment_id } | Status::Complete { payment_id }
                if payment_id == payment =>
            {
                Ok(Transition::AlreadyThere(self))
            }
            _ => Err(self.illegal("be confirmed")),
        }
    }

    /// The money is taken. Also straight from `Created`, for gateways that cannot authorise first.
    pub(crate) fn complete(
        self,
        payment: PaymentId,
        now: Timestamp,
    ) -> Result<Transition, IllegalTransition> {
        match self.status {
            Status::Created => Ok(self.changed(Status::Complete { payment_id: payment }, now)),
            Status::AwaitingPayment { payment_id } if payment_id == payment => {
                Ok(self.changed(Status::Complete { payment_id: payment }, now))
            }
            Status::Complete { payment_id } if payment_id == payment => Ok(Transition::AlreadyThere(self)),
            _ => Err(self.illegal("be completed")),
        }
    }

    /// The authorised payment came to nothing. Other attempts' failures leave the order payable.
    pub(crate) fn fail_payment(
        self,
        payment: PaymentId,
        now: Timestamp,
    ) -> Result<Transition, IllegalTransition> {
        match self.status {
            Status::AwaitingPayment { payment_id } if payment_id == payment => {
                Ok(self.changed(Status::Cancelled { reason: CancelReason::PaymentFailed }, now))
            }
            Status::Complete { payment_id } if payment_id == payment => Err(self.illegal("lose its payment")),
            _ => Ok(Transition::AlreadyThere(self)),
        }
    }

    /// An authorisation was given back. If that is heard first of the payment, it is kept in mind: what tells of the
    /// authorisation is on its way, and must not be taken for a new one.
    pub(crate) fn void_payment(
        mut self,
        payment: PaymentId,
        now: Timestamp,
    ) -> Result<Transition, IllegalTransition> {
        if self.status != Status::Created || self.voided.contains(&payment) {
            return self.fail_payment(payment, now);
        }
        self.voided.push(payment);
        Ok(Transition::Changed(Self { version: self.version + 1, ..self }))
    }

    /// What was heard of the payment tells that it was captured before: an order that waited for that is complete now.
    pub(crate) fn catch_up(self, payment: PaymentId, now: Timestamp) -> Transition {
        self.clone().complete(payment, now).unwrap_or(Transition::AlreadyThere(self))
    }

    /// Money it was paid with was given back: by now, over all refunds, as much as `lines` say. It stays complete, so no
    /// step is added to its history.
    pub(crate) fn refund(
        self,
        payment: PaymentId,
        lines: &[RefundedLine],
    ) -> Result<Transition, IllegalTransition> {
        match self.status {
            // Of a cancelled order nothing was kept, neither units nor money.
            Status::Cancelled { .. } => Ok(Transition::AlreadyThere(self)),
            _ if lines.is_empty() => Ok(Transition::AlreadyThere(self)),
            Status::Complete { payment_id } if payment_id == payment => self.give_back(lines),
            Status::Created | Status::AwaitingPayment { .. } | Status::Complete { .. } => {
                Err(self.illegal("be refunded"))
            }
        }
    }

    fn give_back(self, announced: &[RefundedLine]) -> Result<Transition, IllegalTransition> {
        let mut lines = self.lines.clone();
        for refunded in announced {
            let line = lines.iter_mut().find(|line| line.ticket_id == refunded.ticket_id);
            let line = line.ok_or_else(|| self.illegal("be refunded for a listing it does not have"))?;
            *line = line.refunded_to(refunded).map_err(|attempted| self.illegal(attempted))?;
        }
        if lines == self.lines {
            return Ok(Transition::AlreadyThere(self));
        }
        Ok(Transition::Changed(Self { version: self.version + 1, lines, ..self }))
    }

    /// The buyer gives it up.
    pub(crate) fn cancel(self, now: Timestamp) -> Result<Transition, IllegalTransition> {
        match self.status {
            Status::Created => Ok(self.changed(Status::Cancelled { reason: CancelReason::Buyer }, now)),
            Status::Cancelled { .. } => Ok(Transition::AlreadyThere(self)),
            Status::AwaitingPayment { .. } | Status::Complete { .. } => {
                Err(self.illegal("be cancelled by its buyer"))
            }
        }
    }

    /// Its time is over, if it is. An authorised or paid order has no deadline.
    pub(crate) fn expire(self, now: Timestamp) -> Transition {
        match self.status {
            Status::Created if now >= self.expires_at => {
                self.changed(Status::Cancelled { reason: CancelReason::Expired }, now)
            }
            _ => Transition::AlreadyThere(self),
        }
    }

    /// Whether its units are held: neither sold nor given back.
    pub(crate) fn is_open(&self) -> bool {
        match self.status {
            Status::Created | Status::AwaitingPayment { .. } => true,
            Status::Complete { .. } | Status::Cancelled { .. } => false,
        }
    }

    /// Whether it is unpaid and its deadline is still ahead.
    pub(crate) fn is_waiting(&self, now: Timestamp) -> bool {
        self.status == Status::Created && now < self.expires_at
    }

    /// The seller took a listing of it off the market.
    pub(crate) fn withdraw_ticket(self, now: Timestamp) -> Transition {
        match self.status {
            Status::Created => self.changed(Status::Cancelled { reason: CancelReason::TicketWithdrawn }, now),
            _ => Transition::AlreadyThere(self),
        }
    }

    fn changed(self, status: Status, now: Timestamp) -> Transition {
        let mut history = self.steps();
        // Clocks differ a little between machines; the order of the steps does not.
        let at = history.last().map_or(now, |last| now.max(last.at));
        history.push(Step { status: status.public(), at });
        Transition::Changed(Self { version: self.version + 1, status, history, ..self })
    }

    /// The states it has been in as far as they are known: when it was made, its id tells.
    fn steps(&self) -> Vec<Step> {
        if self.history.is_empty() {
            return vec![Step { status: OrderStatus::Created, at: self.id.created_at() }];
        }
        self.history.clone()
    }

    fn illegal(&self, attempted: &'static str) -> IllegalTransition {
        IllegalTransition { id: self.id, status: self.status, attempted }
    }

    /// The order as it was when reserved: the first answer to a request that is now repeated.
    pub(crate) fn as_created(&self) -> Self {
        let history = self.steps().into_iter().take(1).collect();
        let untouched = |line: &Line| Line { returned: 0, refunded: Minor::default(), ..line.clone() };
        let lines = self.lines.iter().map(untouched).collect();
        Self { version: 1, status: Status::Created, history, lines, ..self.clone() }
    }

    /// The event that tells the current state.
    pub(crate) fn event(&self) -> Event {
        let state = self.public_state();
        match self.status {
            Status::Created => Event::OrderCreated(state),
            Status::AwaitingPayment { .. } => Event::OrderConfirmed(state),
            Status::Complete { .. } => Event::OrderCompleted(state),
            Status::Cancelled { .. } => Event::OrderCancelled(state),
        }
    }

    fn public_state(&self) -> OrderState {
        OrderState {
            id: self.id,
            version: self.version,
            buyer_id: self.buyer_id,
            status: self.status.public(),
            expires_at: self.expires_at,
            total_minor: self.total,
            currency: self.currency.clone(),
            cancel_reason: self.status.cancel_reason(),
            payment_id: self.status.payment(),
            items: self.lines.iter().map(Line::public_state).collect(),
        }
    }

    /// The order as its buyer sees it; `None` for an order without lines, which cannot be made.
    pub(crate) fn view(&self) -> Option<OrderView> {
        Some(OrderView {
            id: self.id,
            user_id: self.buyer_id,
            status: self.status.public(),
            expires_at: self.expires_at,
            total: Major(self.total),
            currency: self.currency.as_str().to_owned(),
            ticket: self.lines.first()?.ordered(),
            items: self.lines.iter().map(Line::view).collect(),
            cancel_reason: self.status.cancel_reason(),
            history: self
                .steps()
                .iter()
                .map(|Step { status, at }| OrderStep { status: *status, at: *at })
                .collect(),
            version: self.version,
        })
    }
}

impl Status {
    /// The state's name in the public contract.
    pub(crate) fn public(self) -> OrderStatus {
        match self {
            Self::Created => OrderStatus::Created,
            Self::AwaitingPayment { .. } => OrderStatus::AwaitingPayment,
            Self::Complete { .. } => OrderStatus::Complete,
            Self::Cancelled { .. } => OrderStatus::Cancelled,
        }
    }

    fn payment(self) -> Option<PaymentId> {
        match self {
            Self::AwaitingPayment { payment_id } | Self::Complete { payment_id } => Some(payment_id),
            Self::Created | Self::Cancelled { .. } => None,
        }
    }

    fn cancel_reason(self) -> Option<CancelReason> {
        match self {
            Self::Cancelled { reason } => Some(reason),
            _ => None,
        }
    }
}

impl Aggregate for Order {
    const COLLECTION: &'static str = "orders";

    fn id(&self) -> String {
        self.id.to_string()
    }

    fn version(&self) -> u64 {
        self.version
    }

    fn announcement(&self) -> Option<Event> {
        Some(self.event())
    }

    /// `waitingUntil` only while unpaid, for the sweep; `request` names the idempotency key, unique if there.
    fn derived(&self) -> Document {
        let mut derived = Document::new();
        if self.status == Status::Created {
            derived.insert("waitingUntil", datetime(self.expires_at));
        }
        if let Some(idempotency) = &self.idempotency {
            derived.extend(doc! { "request": request_name(self.buyer_id, &idempotency.key) });
        }
        derived
    }
}

/// A buyer's idempotency key, told apart from other buyers'.
pub(crate) fn request_name(buyer: UserId, key: &str) -> String {
    format!("{buyer}:{key}")
}
