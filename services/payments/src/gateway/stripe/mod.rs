//! Stripe, through the few calls of its API that are needed here.
//!
//! A payment is one `PaymentIntent`, made with its payment method and not confirmed; its id is recorded, and only then
//! is it confirmed. So a request that got lost before that has moved nothing, and whatever became of one after that is
//! told by reading the intent: neither a search, which lags behind, nor the memory of idempotency keys, which ends
//! after a day and keeps failures, is needed to find it again.

mod circuit;
mod client;
mod webhook;
mod wire;

use common::id::PaymentId;
use futures::FutureExt;
use reqwest::StatusCode;
use runtime::entropy;
use secrecy::SecretString;
use url::Url;

pub(crate) use self::webhook::{Notice, WebhookError, Webhooks, What};
use self::{
    client::{CallError, Client},
    wire::{Intent, IntentStatus, List, Named, Refund},
};
use super::{Charge, Gateway, GatewayError, MoneyBack, NeedsAccount, Reply, Transfer};
use crate::domain::{Authorisation, PaymentMethod, Standing};

/// How Stripe is reached.
#[derive(Debug)]
pub(crate) struct StripeSettings {
    /// The account's secret key.
    pub(crate) key: SecretString,
    /// What webhooks are signed with; several while one is being replaced.
    pub(crate) webhook_secrets: Vec<SecretString>,
    /// Where the API is.
    pub(crate) base: Url,
    /// Requests under way at once.
    pub(crate) at_once: usize,
    /// Whether sellers are paid by transfers to their connected accounts.
    pub(crate) connect: bool,
}

/// Stripe's API.
#[derive(Debug)]
pub(crate) struct Stripe {
    client: Client,
    connect: bool,
}

/// It is still deciding.
#[derive(Debug, thiserror::Error)]
#[error("the payment is {0:?}")]
struct Undecided(IntentStatus);

const INTENTS: &str = "payment_intents";

impl Stripe {
    /// A gateway that reaches Stripe so.
    pub(crate) fn new(settings: StripeSettings) -> Result<Self, reqwest::Error> {
        let StripeSettings { key, base, at_once, connect, webhook_secrets: _ } = settings;
        Ok(Self { client: Client::new(base, key, at_once)?, connect })
    }

    async fn make(&self, charge: &Charge, method: &PaymentMethod) -> Result<String, GatewayError> {
        let (payment, order) = (charge.id.to_string(), charge.order.to_string());
        let amount = charge.amount.get().to_string();
        let mut form = vec![
            ("amount", amount.as_str()),
            ("currency", charge.currency.as_str()),
            ("capture_method", "manual"),
            ("payment_method_types[]", "card"),
            ("metadata[payment]", &payment),
            ("metadata[order]", &order),
        ];
        // A token of the older kind stands for a card, a payment method for any.
        if method.as_str().starts_with("tok_") {
            form.push(("payment_method_data[type]", "card"));
            form.push(("payment_method_data[card][token]", method.as_str()));
        } else {
            form.push(("payment_method", method.as_str()));
        }
        let made = self.client.post::<Intent>("open", &[INTENTS], &form, &key(charge.id, "open")).await;
        match made {
            Ok(intent) => Ok(intent.id),
            Err(CallError::Refused { status: StatusCode::BAD_REQUEST | StatusCode::NOT_FOUND, fault })
                if is_about_the_method(&fault) =>
            {
                Err(GatewayError::UnknownMethod)
            }
            Err(error) => Err(error.into()),
        }
    }

    async fn confirm(&self, charge: &Charge) -> Result<Authorisation, GatewayError> {
        let intent = named(charge)?;
        let path = [INTENTS, intent, "confirm"];
        match self.client.post::<Intent>("authorise", &path, &[], &key(charge.id, "confirm")).await {
            Ok(intent) => agreed(intent),
            // It is not as expected, most likely because it was confirmed or cancelled before: how is it, then?
            Err(CallError::Refused { status: StatusCode::BAD_REQUEST, .. }) => {
                match self.read(intent).await {
                    // It was asked to confirm: that it is not asked how it is now says nothing of what it did.
                    Err(error @ GatewayError::NotAsked { .. }) => {
                        Err(GatewayError::Unavailable(Box::new(error)))
                    }
                    read => agreed(read?),
                }
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Changes an intent, and is content if it turns out to be so already.
    ///
    /// Under another key each time: its state keeps an intent from changing twice, and a failure that is saved under a
    /// key would be repeated for a day.
    async fn bring(
        &self,
        charge: &Charge,
        verb: &'static str,
        wanted: IntentStatus,
    ) -> Result<(), GatewayError> {
        let intent = named(charge)?;
        let key = format!("{}-{:016x}", key(charge.id, verb), u64::from_be_bytes(entropy()));
        let asked = self.client.post::<Intent>(verb, &[INTENTS, intent, verb], &[], &key).await;
        match asked {
            Ok(intent) if intent.status == wanted => Ok(()),
            Ok(intent) => Err(undecided(intent.status)),
            Err(CallError::Refused { status: StatusCode::BAD_REQUEST, fault }) => {
                match self.read(intent).await?.status {
                    status if status == wanted => Ok(()),
                    IntentStatus::Processing => Err(undecided(IntentStatus::Processing)),
                    _ => Err(GatewayError::Final { reason: fault.words() }),
                }
            }
            Err(error) => Err(error.into()),
        }
    }

    async fn read(&self, intent: &str) -> Result<Intent, GatewayError> {
        Ok(self.client.get("look_up", &[INTENTS, intent], &[]).await?)
    }

    async fn refunds_of(&self, intent: &str) -> Result<Vec<Refund>, GatewayError> {
        let query = [("payment_intent", intent), ("limit", "100")];
        let list: List<Refund> = self.client.get("list_refunds", &["refunds"], &query).await?;
        Ok(list.data)
    }

    /// Refunds, unless that has been done: its key may be forgotten by now, or have a failure saved.
    async fn give_back(&self, charge: &Charge, back: MoneyBack) -> Result<String, GatewayError> {
        let intent = named(charge)?;
        let made = self.refunds_of(intent).await?;
        if let Some(refund) = made.into_iter().find(|refund| refund.made_as() == Some(back.id)) {
            return name_of(refund);
        }
        let (refund, payment) = (back.id.to_string(), charge.id.to_string());
        let amount = back.amount.get().to_string();
        let form = [
            ("payment_intent", intent),
            ("amount", &amount),
            ("metadata[refund]", &refund),
            ("metadata[payment]", &payment),
        ];
        let key = format!("{refund}-refund-{}", back.hours);
        name_of(self.client.post("refund", &["refunds"], &form, &key).await?)
    }

    async fn standing(&self, charge: &Charge) -> Result<Standing, GatewayError> {
        let Some(gateway_ref) = charge.gateway_ref.clone() else { return Ok(Standing::Unheard) };
        let intent = self.read(&gateway_ref).await?;
        Ok(match intent.status {
            IntentStatus::RequiresPaymentMethod => match intent.last_payment_error {
                Some(fault) => {
                    // Whoever has its client secret could try another card, past this service.
                    self.bring(charge, "cancel", IntentStatus::Canceled).await?;
                    Standing::Declined { reason: fault.words() }
                }
                None => Standing::Unheard,
            },
            IntentStatus::RequiresConfirmation => Standing::Unheard,
            IntentStatus::RequiresAction | IntentStatus::RequiresCapture => Standing::Agreed(agreed(intent)?),
            IntentStatus::Succeeded => {
                let made = self.refunds_of(&gateway_ref).await?;
                let (refunds, returned): (Vec<_>, Vec<_>) = made.iter().partition(|refund| refund.stands());
                let seen = |refunds: Vec<&Refund>| refunds.into_iter().map(Refund::seen).collect();
                Standing::Captured { gateway_ref, refunds: seen(refunds), returned: seen(returned) }
            }
            IntentStatus::Canceled => Standing::Voided,
            status @ (IntentStatus::Processing | IntentStatus::Unknown) => return Err(undecided(status)),
        })
    }

    async fn send_to_seller(&self, transfer: &Transfer) -> Result<String, GatewayError> {
        let Some(account) = transfer.destination.as_deref() else {
            return Err(GatewayError::Final { reason: "The seller has no account to be paid to".to_owned() });
        };
        let payout = transfer.id.to_string();
        let group = [("transfer_group", payout.as_str())];
        let made: List<Named> = self.client.get("list_transfers", &["transfers"], &group).await?;
        if let Some(transfer) = made.data.into_iter().next() {
            return Ok(transfer.id);
        }
        let amount = transfer.amount.get().to_string();
        let form = [
            ("amount", amount.as_str()),
            ("currency", transfer.currency.as_str()),
            ("destination", account),
            ("transfer_group", &payout),
        ];
        let made: Named =
            self.client.post("pay_out", &["transfers"], &form, &format!("{payout}-transfer")).await?;
        Ok(made.id)
    }
}

impl Gateway for Stripe {
    fn name(&self) -> &'static str {
        "stripe"
    }

    fn admits(&self) -> Result<(), GatewayError> {
        Ok(self.client.admits()?)
    }

    fn measure(&self) {
        self.client.measure();
    }

    fn open<'a>(&'a self, charge: &'a Charge, method: &'a PaymentMethod) -> Reply<'a, String> {
        self.make(charge, method).boxed()
    }

    fn authorise<'a>(&'a self, charge: &'a Charge, _: &'a PaymentMethod) -> Reply<'a, Authorisation> {
        self.confirm(charge).boxed()
    }

    fn capture<'a>(&'a self, charge: &'a Charge) -> Reply<'a, ()> {
        self.bring(charge, "capture", IntentStatus::Succeeded).boxed()
    }

    fn void<'a>(&'a self, charge: &'a Charge) -> Reply<'a, ()> {
        async move {
            // What was never named here can never be confirmed.
            if charge.gateway_ref.is_none() {
                return Ok(());
            }
            self.bring(charge, "cancel", IntentStatus::Canceled).await
        }
        .boxed()
    }

    fn refund<'a>(&'a self, charge: &'a Charge, back: MoneyBack) -> Reply<'a, String> {
        self.give_back(charge, back).boxed()
    }

    fn look_up<'a>(&'a self, charge: &'a Charge) -> Reply<'a, Standing> {
        self.standing(charge).boxed()
    }

    fn pays_out(&self) -> Option<NeedsAccount> {
        self.connect.then_some(NeedsAccount::Yes)
    }

    fn pay_out<'a>(&'a self, transfer: &'a Transfer) -> Reply<'a, String> {
        self.send_to_seller(transfer).boxed()
    }
}

/// The idempotency key of one request about a payment. The payment is recorded before it is used.
fn key(payment: PaymentId, verb: &str) -> String {
    format!("{payment}-{verb}")
}

/// The name of a refund that was made, unless it has failed: under its id it is never made again.
fn name_of(refund: Refund) -> Result<String, GatewayError> {
    if refund.stands() {
        return Ok(refund.id);
    }
    Err(GatewayError::Final { reason: "The buyer's bank did not take the money.".to_owned() })
}

fn named(charge: &Charge) -> Result<&str, GatewayError> {
    let never_opened = || GatewayError::Final { reason: "The payment was never begun.".to_owned() };
    charge.gateway_ref.as_deref().ok_or_else(never_opened)
}

fn agreed(intent: Intent) -> Result<Authorisation, GatewayError> {
    let gateway_ref = intent.id;
    match intent.status {
        IntentStatus::RequiresCapture | IntentStatus::Succeeded => {
            Ok(Authorisation::Authorised { gateway_ref })
        }
        IntentStatus::RequiresAction => {
            let client_secret = intent.client_secret.unwrap_or_default();
            Ok(Authorisation::RequiresAction { gateway_ref, client_secret })
        }
        IntentStatus::RequiresPaymentMethod => {
            Err(GatewayError::Declined { reason: intent.last_payment_error.unwrap_or_default().words() })
        }
        IntentStatus::Canceled => {
            Err(GatewayError::Final { reason: "The payment was given back.".to_owned() })
        }
        status @ (IntentStatus::RequiresConfirmation | IntentStatus::Processing | IntentStatus::Unknown) => {
            Err(undecided(status))
        }
    }
}

fn undecided(status: IntentStatus) -> GatewayError {
    GatewayError::Unavailable(Box::new(Undecided(status)))
}

/// An emulator says no more than that something was not found; at this point nothing but the method can be missing.
fn is_about_the_method(fault: &wire::Fault) -> bool {
    match (&fault.param, &fault.code) {
        (Some(param), _) => param.starts_with("payment_method"),
        (None, Some(code)) => code == "resource_missing",
        (None, None) => true,
    }
}
