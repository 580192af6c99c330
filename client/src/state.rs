//! What every handler may reach.

use common::{clock::Clock, session::CookiePolicy};

use crate::backend::Services;

#[derive(Debug, Clone)]
pub(crate) struct AppState {
    pub(crate) services: Services,
    pub(crate) clock: Clock,
    pub(crate) cookie: CookiePolicy,
}
