//! The session cookie: an EdDSA-signed JWT that every service verifies with public keys alone.
//!
//! auth signs ([`Signer`]); all services verify ([`Sessions`]) against the key set and the revocations they
//! follow. A token is good iff its signature, its `kid` and its `exp` are, and nobody revoked its session.

mod cookie;
mod extract;
mod keys;
mod revocations;

pub use self::{
    cookie::{CookiePolicy, cookie_value, session_token},
    extract::{MaybeSignedIn, SignedIn},
    keys::{KeyError, KeySet, Signer},
    revocations::Revocations,
};

use std::sync::Arc;

use http::HeaderMap;
use serde::{Deserialize, Serialize};

use crate::{
    clock::Clock,
    id::{SessionId, UserId},
    text::Email,
};

/// How long a token is good for, in seconds: 12 hours.
pub const TOKEN_SECONDS: i64 = 12 * 60 * 60;

/// What a session's token says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claims {
    /// The user.
    pub sub: UserId,
    /// The user's email as typed at sign-up.
    pub email: Email,
    /// The sign-in this token belongs to.
    pub sid: SessionId,
    /// Issued at, in seconds since 1970.
    pub iat: i64,
    /// Good until, in seconds since 1970.
    pub exp: i64,
}

/// Verifies sessions. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Sessions {
    keys: Arc<KeySet>,
    revocations: Revocations,
    cookie: CookiePolicy,
    clock: Clock,
}

impl Sessions {
    /// A verifier with these public keys.
    pub fn new(keys: KeySet, cookie: CookiePolicy, clock: Clock) -> Self {
        Self { keys: Arc::new(keys), revocations: Revocations::default(), cookie, clock }
    }

    /// The revocations this verifier heeds; whoever follows `session.revoked` adds to them.
    pub fn revocations(&self) -> &Revocations {
        &self.revocations
    }

    /// How the cookie is written.
    pub fn cookie(&self) -> CookiePolicy {
        self.cookie
    }

    /// The claims of the request's session, if it has a good one.
    pub fn authenticate(&self, headers: &HeaderMap) -> Option<Claims> {
        let token = session_token(headers, self.cookie)?;
        let claims = self.keys.verify(token)?;
        let now = self.clock.now().as_second();
        (now < claims.exp && !self.revocations.revoked(&claims)).then_some(claims)
    }
}
