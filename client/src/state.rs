//! What every handler may reach.

use std::sync::Arc;

use common::{clock::Clock, session::CookiePolicy};

use crate::{assets::Assets, backend::Services, config::UsualZone, kept::Kept, stripe::Stripe};

#[derive(Debug, Clone)]
pub(crate) struct AppState {
    pub(crate) services: Services,
    pub(crate) clock: Clock,
    pub(crate) cookie: CookiePolicy,
    pub(crate) assets: Arc<Assets>,
    pub(crate) time_zone: UsualZone,
    pub(crate) stripe: Option<Arc<Stripe>>,
    pub(crate) kept: Kept,
}
