//! What handlers share.

use std::sync::Arc;

use axum::extract::FromRef;
use common::{clock::Clock, session::Sessions};
use runtime::Life;

use crate::{Config, config::SweepSettings, domain::Terms, live::Live, store::Store};

/// What handlers share. Cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct AppState {
    pub(crate) store: Store,
    pub(crate) sessions: Sessions,
    pub(crate) live: Live,
    pub(crate) clock: Clock,
    pub(crate) terms: Arc<Terms>,
    pub(crate) sweep: SweepSettings,
}

impl AppState {
    pub(crate) fn new(config: &Config, store: Store, clock: Clock, life: &Life) -> Self {
        let terms = Terms {
            reservation: config.reservation,
            max_held_units: config.max_held_units,
            currency: config.currency.clone(),
        };
        let sessions = config.sessions.verifier(&clock);
        Self {
            live: Live::new(config.events, store.clone(), sessions.clone(), clock.clone(), life),
            store,
            sessions,
            clock,
            terms: Arc::new(terms),
            sweep: config.sweep,
        }
    }
}

impl FromRef<AppState> for Sessions {
    fn from_ref(state: &AppState) -> Self {
        state.sessions.clone()
    }
}
