//! Paying sellers what is due to them.
//!
//! Several replicas may do this at once: a payout is numbered, and of two that begin the same one the second fails. It
//! leaves the seller's balance in the commit that begins it, and only then is the gateway asked.

use common::{
    id::{Id, PayoutId},
    money::Minor,
};
use messaging::{StoreError, WriteError};
use runtime::{Failure, Life, entropy};

use crate::{
    domain::{Due, OtherGateway, Payout},
    gateway::{Gateway, GatewayError, NeedsAccount, Transfer},
    state::Money,
};

/// Why nothing was paid out.
#[derive(Debug, thiserror::Error)]
pub(crate) enum PayoutError {
    #[error(transparent)]
    Store(#[from] StoreError),
    /// What sellers have earned is partly with another gateway, and the ledger does not tell the parts apart.
    #[error("nobody is paid while another gateway has captured money")]
    Elsewhere(#[from] OtherGateway),
}

/// Pays out what is due, again and again until the process ends.
pub(crate) async fn run(money: Money, life: Life) -> Result<(), Failure> {
    loop {
        tokio::select! {
            () = tokio::time::sleep(money.payout_terms.every) => {}
            () = life.stopping() => return Ok(()),
        }
        match round(&money).await {
            Ok(_) => {}
            Err(error @ PayoutError::Elsewhere(_)) => {
                tracing::error!(error = %Failure::from_error(error), "nothing is paid out");
            }
            Err(error) => tracing::warn!(error = %Failure::from_error(error), "paying out was interrupted"),
        }
    }
}

/// Begins every payout that is due, and asks the gateway for all that are begun. Returns how many were sent.
pub(crate) async fn round(money: &Money) -> Result<u32, PayoutError> {
    let Some(needs_account) = money.gateway.pays_out() else { return Ok(0) };
    if let Some(payment) = money.payments.captured_elsewhere(money.gateway.name()).await? {
        payment.was_made_through(money.gateway.name())?;
    }
    begin_all(money, needs_account).await?;
    let mut sent = 0;
    for payout in money.payouts.open_ones().await? {
        sent += u32::from(send(money, payout).await?);
    }
    Ok(sent)
}

async fn begin_all(money: &Money, needs_account: NeedsAccount) -> Result<(), StoreError> {
    let now = money.clock.now();
    let cutoff = now.checked_sub(money.payout_terms.hold).unwrap_or(now);
    for (seller, currency, _) in money.ledger.due(cutoff).await? {
        if needs_account == NeedsAccount::Yes && money.payouts.account_of(seller).await?.is_none() {
            metrics::counter!("payouts_without_account_total").increment(1);
            continue;
        }
        // Read before the sum: whoever pays out in between takes this number, and with it the right to begin.
        let latest = money.payouts.latest(seller, &currency).await?;
        if latest.as_ref().is_some_and(|latest| !latest.may_be_followed(now)) {
            tracing::info!(%seller, "the last payout is under way, or was refused not long ago");
            continue;
        }
        let balances = money.ledger.balances(seller, cutoff).await?;
        let balance = balances.into_iter().find(|balance| balance.currency == currency.as_str());
        let amount = balance.map_or_else(Minor::default, |balance| balance.available.0);
        if amount == Minor::default() {
            continue;
        }
        let due = Due { seller, amount, currency, gateway: money.gateway.name() };
        let payout = Payout::begin(PayoutId::generate(now, entropy()), due, latest.as_ref(), now);
        match money.payouts.begin(&payout, now).await {
            Ok(()) => tracing::info!(payout = %payout.id(), %seller, "a payout was begun"),
            Err(WriteError::Duplicate(_) | WriteError::Stale) => {}
            Err(WriteError::Store(error)) => return Err(error),
        }
    }
    Ok(())
}

/// Whether it was sent now.
async fn send(money: &Money, payout: Payout) -> Result<bool, StoreError> {
    if !payout.is_through(money.gateway.name()) {
        tracing::error!(payout = %payout.id(), runs_with = money.gateway.name(), "another gateway has the payout");
        return Ok(false);
    }
    let destination = money.payouts.account_of(payout.seller()).await?;
    let id = payout.id();
    let finished = match money.gateway.pay_out(&Transfer::of(&payout, destination)).await {
        Ok(gateway_ref) => payout.paid(gateway_ref),
        Err(GatewayError::Final { reason } | GatewayError::Declined { reason }) => {
            tracing::warn!(payout = %id, reason, "a payout was refused; it is the seller's again");
            payout.failed(reason, money.clock.now())
        }
        Err(error) => {
            tracing::warn!(payout = %id, error = %Failure::from_error(error), "a payout will be asked for again");
            return Ok(false);
        }
    };
    match money.payouts.finish(&finished, money.clock.now()).await {
        Ok(()) => Ok(finished.is_paid()),
        Err(WriteError::Stale) => Ok(false),
        Err(WriteError::Duplicate(error) | WriteError::Store(error)) => Err(error),
    }
}
