//! Moving a payment on until it rests: the one path for requests, events and the reconciler.

use common::{api::PaymentStatus, clock::Clock};
use messaging::{StoreError, WriteError};

use crate::{
    domain::{Finding, IllegalTransition, Payment, Step, after_look_up, next_step},
    gateway::{Charge, Gateway, GatewayError},
    state::AppState,
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
pub(crate) async fn settle(state: &AppState, mut payment: Payment) -> Result<Payment, SettleError> {
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

/// Gives up a payment that waits for the buyer's confirmation, so that another can be begun. One that the buyer has
/// just confirmed is kept.
pub(crate) async fn give_up(state: &AppState, payment: Payment) -> Result<(), SettleError> {
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
pub(crate) async fn record(state: &AppState, changed: Payment) -> Result<Payment, SettleError> {
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

/// Asks the gateway for what `step` says, and tells what came of it.
pub(crate) async fn perform(
    gateway: &dyn Gateway,
    payment: &Payment,
    step: Step,
    clock: &Clock,
) -> Result<Finding, SettleError> {
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
        Step::Refund(reason) => match gateway.refund(charge).await {
            Ok(()) => Ok(payment.refund(reason, clock.now())?.into()),
            Err(error) => contradicted(error, gateway, charge, payment, clock).await,
        },
    }
}

async fn look_up(
    gateway: &dyn Gateway,
    charge: &Charge,
    payment: Payment,
    clock: &Clock,
) -> Result<Finding, SettleError> {
    let standing = gateway.look_up(charge).await.map_err(SettleError::Gateway)?;
    Ok(after_look_up(payment, standing, clock.now())?)
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
