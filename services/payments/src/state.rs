//! What handlers share.

use std::{fmt, sync::Arc};

use axum::extract::FromRef;
use common::{clock::Clock, session::Sessions};
use messaging::{Messaging, StoreError};

use crate::{
    config::GatewayKind,
    gateway::{Gateway, Punctual, Sandbox},
    store::{Orders, Payments},
};

/// What handlers share. Cheap to clone.
#[derive(Clone)]
pub(crate) struct AppState {
    pub(crate) payments: Payments,
    pub(crate) orders: Orders,
    pub(crate) gateway: Arc<Punctual>,
    /// The gateway again, if it is the sandbox: only there can a buyer confirm through this service.
    pub(crate) sandbox: Option<Sandbox>,
    pub(crate) sessions: Sessions,
    pub(crate) clock: Clock,
}

impl fmt::Debug for AppState {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("AppState").field("gateway", &self.gateway.name()).finish_non_exhaustive()
    }
}

impl AppState {
    /// Opens the collections and the gateway.
    pub(crate) async fn open(
        messaging: &Messaging,
        gateway: GatewayKind,
        sessions: Sessions,
        clock: Clock,
    ) -> Result<Self, StoreError> {
        let database = messaging.database();
        let (gateway, sandbox): (Arc<dyn Gateway>, _) = match gateway {
            GatewayKind::Sandbox => {
                let sandbox = Sandbox::new(&database);
                (Arc::new(sandbox.clone()), Some(sandbox))
            }
        };
        Ok(Self {
            payments: Payments::open(messaging).await?,
            orders: Orders::open(&database),
            gateway: Arc::new(Punctual::new(gateway)),
            sandbox,
            sessions,
            clock,
        })
    }
}

impl FromRef<AppState> for Sessions {
    fn from_ref(state: &AppState) -> Self {
        state.sessions.clone()
    }
}
