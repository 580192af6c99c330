//! What every handler has at hand.

use axum::extract::FromRef;
use common::{clock::Clock, money::Currency, session::Sessions};

use crate::{list_cache::ListCache, live::Live, store::Listings};

/// The service's stores and settings. Cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct AppState {
    pub(crate) listings: Listings,
    pub(crate) lists: ListCache,
    pub(crate) live: Live,
    pub(crate) sessions: Sessions,
    pub(crate) clock: Clock,
    pub(crate) currency: Currency,
}

impl FromRef<AppState> for Sessions {
    fn from_ref(state: &AppState) -> Self {
        state.sessions.clone()
    }
}
