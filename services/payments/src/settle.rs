//! Moving a payment on until it rests: the one path for requests, events and the reconciler.

use common::{
    api::PaymentStatus,
    clock::Clock,
    id::{Id, RefundId},
};
use messaging::{StoreError, WriteError};
use runtime::entropy;

use crate::{
    domain::{Finding, IllegalTransition, OtherGateway, Payment, Step, after_look_up, next_step},
    gateway::{Charge, Gateway, GatewayError, MoneyBack},
    state::Money,
};

/// Steps after which a payment that still does not rest is left to the next round.
const MAX_STEPS: u32 = 12;

/// What is done to a payment that makes room for another.
pub(crate) const GIVE_UP: Step = Step::Void("Another card was used instead");

/// A payment could not be moved on for now.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SettleError {
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The gateway gave no answer; what was asked may have been done and will be asked again.
    #[error("asking the gateway failed")]
    Gateway(#[source] GatewayError),
    /// The gateway's word contradicts what is recorded.
    #[error(transparent)]
    Illegal(#[from] IllegalTransition),
    /// Another gateway has it. It is left as it is until the service runs with that one again.
    #[error(transparent)]
    Elsewhere(#[from] OtherGateway),
    /// It was changed by others, or changed back and forth, at every step.
    #[error("the payment did not come to rest")]
    Restless,
}

impl From<WriteError> for SettleError {
    fn from(error: WriteError) -> Self {
        match error {
            WriteError::Store(error) | WriteError::Duplicate(error) => Self::Store(error),
            WriteError::Stale => Self::Restless,
        }
    }
}

/// Takes step after step until there is nothing to do. Returns the payment as it rests.
pub(crate) async fn settle(state: &Money, mut payment: Payment) -> Result<Payment, SettleError> {
    for _ in 0..MAX_STEPS {
        let order = state.orders.get(payment.order()).await?;
        let step = next_step(&payment, order.as_ref(), state.clock.now());
        if step == Step::Close {
            state.payments.close(&payment).await?;
        }
        match perform(state.gateway.as_ref(), &payment, step, &state.clock).await? {
            Finding::Changed(changed) => payment = record(state, changed).await?,
            _ => return Ok(payment),
        }
    }
    Err(SettleError::Restless)
}

/// Asks the gateway how the payment stands there, whatever is recorded, and goes on from that: for what happened there
/// without having been asked for.
pub(crate) async fn refresh(state: &Money, mut payment: Payment) -> Result<Payment, SettleError> {
    for _ in 0..MAX_STEPS {
        match perform(state.gateway.as_ref(), &payment, Step::LookUp, &state.clock).await? {
            Finding::Changed(changed) => payment = record(state, changed).await?,
            Finding::Nothing | Finding::NeverArrived => return settle(state, payment).await,
        }
    }
    Err(SettleError::Restless)
}

/// Gives up a payment that waits for the buyer's confirmation, so that another can be begun. One that the buyer has
/// just confirmed is kept.
pub(crate) async fn give_up(state: &Money, payment: Payment) -> Result<(), SettleError> {
    // A gateway gives back a confirmed authorisation too: whether there is one is asked first.
    let payment = settle(state, payment).await?;
    if payment.status() == PaymentStatus::RequiresAction {
        let finding = perform(state.gateway.as_ref(), &payment, GIVE_UP, &state.clock).await?;
        if let Finding::Changed(changed) = finding {
            record(state, changed).await?;
        }
    }
    Ok(())
}

/// Stores a change. If somebody else was faster, theirs stands and is returned.
pub(crate) async fn record(state: &Money, changed: Payment) -> Result<Payment, SettleError> {
    match state.payments.record(&changed).await {
        Ok(()) => Ok(changed),
        Err(WriteError::Stale) => {
            let stored = state.payments.get(changed.id()).await?;
            // Payments are never deleted.
            stored.ok_or(SettleError::Restless)
        }
        Err(error) => Err(error.into()),
    }
}

/// Asks the gateway for what `step` says, and tells what came of it. Nothing is asked about another gateway's payment:
/// that this one does not know it would be taken for its word.
pub(crate) async fn perform(
    gateway: &dyn Gateway,
    payment: &Payment,
    step: Step,
    clock: &Clock,
) -> Result<Finding, SettleError> {
    if !matches!(step, Step::Rest | Step::Close) {
        payment.was_made_through(gateway.name())?;
    }
    let charge = &Charge::from(payment);
    let payment = payment.clone();
    match step {
        Step::Rest | Step::Close => Ok(Finding::Nothing),
        Step::LookUp => match look_up(gateway, charge, payment.clone(), clock).await? {
            Finding::NeverArrived => bar(gateway, charge, payment, clock).await,
            finding => Ok(finding),
        },
        Step::Capture => capture(gateway, charge, payment, clock).await,
        Step::Void(reason) => match gateway.void(charge).await {
            Ok(()) => Ok(payment.void(reason, clock.now())?.into()),
            Err(error) => contradicted(error, gateway, charge, payment, clock).await,
        },
        Step::Return(reason) => {
            let now = clock.now();
            Ok(payment.return_all(RefundId::generate(now, entropy()), reason, now)?.into())
        }
        Step::Refund(id) => refund(gateway, charge, payment, id, clock).await,
    }
}

async fn look_up(
    gateway: &dyn Gateway,
    charge: &Charge,
    payment: Payment,
    clock: &Clock,
) -> Result<Finding, SettleError> {
    let standing = gateway.look_up(charge).await.map_err(SettleError::Gateway)?;
    let now = clock.now();
    Ok(after_look_up(payment, standing, RefundId::generate(now, entropy()), now)?)
}

/// Ends a payment the gateway does not know. Barred first: should the request still be on its way after all, it can
/// no longer set money aside.
async fn bar(
    gateway: &dyn Gateway,
    charge: &Charge,
    payment: Payment,
    clock: &Clock,
) -> Result<Finding, SettleError> {
    match gateway.void(charge).await {
        Ok(()) => Ok(payment.fail("The payment did not reach the bank", clock.now())?.into()),
        Err(error) => contradicted(error, gateway, charge, payment, clock).await,
    }
}

async fn capture(
    gateway: &dyn Gateway,
    charge: &Charge,
    payment: Payment,
    clock: &Clock,
) -> Result<Finding, SettleError> {
    let asked = gateway.capture(charge).await;
    runtime::fault_point("payments.after_capture");
    match asked {
        Ok(()) => Ok(payment.capture(clock.now())?.into()),
        // The buyer's money is set aside and cannot be taken: it is freed before we give up.
        Err(GatewayError::Declined { reason } | GatewayError::Final { reason }) => {
            match gateway.void(charge).await {
                Ok(()) => Ok(payment.fail(reason, clock.now())?.into()),
                Err(error) => contradicted(error, gateway, charge, payment, clock).await,
            }
        }
        Err(error) => Err(SettleError::Gateway(error)),
    }
}

/// Makes a refund that is recorded. One that is refused may have been made already, or made past this service.
async fn refund(
    gateway: &dyn Gateway,
    charge: &Charge,
    payment: Payment,
    id: RefundId,
    clock: &Clock,
) -> Result<Finding, SettleError> {
    let Some(refund) = payment.refund(id) else { return Ok(Finding::Nothing) };
    let may_fail = payment.may_fail(refund);
    let exceeds = refund.amount() > payment.kept();
    let asked = gateway.refund(charge, MoneyBack::of(refund, clock.now())).await;
    runtime::fault_point("payments.after_refund");
    match asked {
        // More is left there than we know of: something came back.
        Ok(_) if exceeds => look_up(gateway, charge, payment, clock).await,
        Ok(gateway_ref) => Ok(payment.finish_refund(id, gateway_ref, clock.now())?.into()),
        Err(GatewayError::Final { reason } | GatewayError::Declined { reason }) => {
            match look_up(gateway, charge, payment.clone(), clock).await? {
                Finding::Nothing if may_fail => Ok(payment.fail_refund(id, reason, clock.now())?.into()),
                // What an ended order is owed is asked for again until it is given.
                Finding::Nothing => Err(SettleError::Gateway(GatewayError::Final { reason })),
                finding => Ok(finding),
            }
        }
        Err(error) => Err(SettleError::Gateway(error)),
    }
}

/// A gateway that refuses for good to give money back has something else on record than we: the look-up tells what.
async fn contradicted(
    error: GatewayError,
    gateway: &dyn Gateway,
    charge: &Charge,
    payment: Payment,
    clock: &Clock,
) -> Result<Finding, SettleError> {
    match error {
        GatewayError::Final { reason } => {
            tracing::warn!(payment = %charge.id, reason, "the gateway has something else on record");
            look_up(gateway, charge, payment, clock).await
        }
        error => Err(SettleError::Gateway(error)),
    }
}
