//! What handlers share.

use std::sync::Arc;

use axum::extract::FromRef;
use common::{
    clock::Clock,
    events::SessionRevoked,
    session::{Sessions, Signer},
};
use http::HeaderValue;
use jiff::Timestamp;

use crate::{
    Config, Passwords,
    domain::{Session, User},
    error::AuthError,
    store::Store,
    throttle::Throttle,
};

/// What handlers share. Cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct AppState {
    pub(crate) store: Store,
    pub(crate) sessions: Sessions,
    pub(crate) passwords: Passwords,
    pub(crate) throttle: Throttle,
    pub(crate) clock: Clock,
    signer: Arc<Signer>,
}

impl AppState {
    pub(crate) fn new(config: Config, store: Store, passwords: Passwords, clock: Clock) -> Self {
        Self {
            store,
            sessions: config.sessions.verifier(&clock),
            passwords,
            throttle: Throttle::new(config.signin_failures_per_minute),
            clock,
            signer: Arc::new(config.signer),
        }
    }

    /// The `Set-Cookie` value with a token of this session, issued `now`.
    pub(crate) fn cookie(
        &self,
        user: &User,
        session: &Session,
        now: Timestamp,
    ) -> Result<HeaderValue, AuthError> {
        let token = self.signer.sign(&session.claims(user.email(), now))?;
        Ok(self.sessions.cookie().set(&token))
    }

    /// Lets a committed revocation take effect here at once; the other processes learn of it by its event.
    pub(crate) fn heed(&self, revoked: &SessionRevoked) {
        self.sessions.revocations().apply(revoked, self.clock.now());
    }
}

impl FromRef<AppState> for Sessions {
    fn from_ref(state: &AppState) -> Self {
        state.sessions.clone()
    }
}
