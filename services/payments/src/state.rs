//! What handlers share.

use std::{fmt, sync::Arc, time::Duration};

use axum::extract::FromRef;
use common::{clock::Clock, session::Sessions};
use messaging::Messaging;
use runtime::Failure;

use crate::{
    config::{GatewaySettings, PayoutTerms, Rules},
    domain::FeeRate,
    gateway::{Gateway, Punctual, Sandbox, Stripe, Webhooks},
    store::{Ledger, Notices, Orders, Payments, Payouts},
};

/// What moving money needs.
#[derive(Clone)]
pub(crate) struct Money {
    pub(crate) payments: Payments,
    pub(crate) orders: Orders,
    pub(crate) ledger: Ledger,
    pub(crate) payouts: Payouts,
    pub(crate) notices: Notices,
    pub(crate) gateway: Arc<Punctual>,
    /// The gateway again, if it is the sandbox: only there can a buyer confirm through this service.
    pub(crate) sandbox: Option<Sandbox>,
    /// What reads the gateway's webhooks, if it has any.
    pub(crate) webhooks: Option<Arc<Webhooks>>,
    pub(crate) fee_rate: FeeRate,
    pub(crate) payout_terms: PayoutTerms,
    pub(crate) stuck_after: Duration,
    pub(crate) clock: Clock,
}

/// What handlers share. Cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct AppState {
    pub(crate) money: Money,
    pub(crate) sessions: Sessions,
}

impl std::ops::Deref for AppState {
    type Target = Money;

    fn deref(&self) -> &Money {
        &self.money
    }
}

impl fmt::Debug for Money {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Money").field("gateway", &self.gateway.name()).finish_non_exhaustive()
    }
}

impl Money {
    /// Opens the collections and the gateway.
    pub(crate) async fn open(messaging: &Messaging, rules: Rules, clock: Clock) -> Result<Self, Failure> {
        let database = messaging.database();
        let mut sandbox = None;
        let mut webhooks = None;
        let gateway: Arc<dyn Gateway> = match rules.gateway {
            GatewaySettings::Sandbox => Arc::new(sandbox.insert(Sandbox::new(&database)).clone()),
            GatewaySettings::Stripe(settings) => {
                webhooks = Some(Arc::new(Webhooks::new(&settings.webhook_secrets)));
                Arc::new(Stripe::new(settings).map_err(Failure::from_error)?)
            }
        };
        let ledger = Ledger::open(&database).await?;
        Ok(Self {
            payments: Payments::open(messaging, ledger.clone()).await?,
            orders: Orders::open(&database),
            payouts: Payouts::open(messaging, ledger.clone()).await?,
            notices: Notices::open(&database).await?,
            ledger,
            gateway: Arc::new(Punctual::new(gateway)),
            sandbox,
            webhooks,
            fee_rate: rules.fee_rate,
            payout_terms: rules.payouts,
            stuck_after: rules.stuck_after,
            clock,
        })
    }
}

impl FromRef<AppState> for Sessions {
    fn from_ref(state: &AppState) -> Self {
        state.sessions.clone()
    }
}
