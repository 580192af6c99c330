//! An account.

use std::fmt;

use common::{
    events::{RevokedSessions, SessionRevoked},
    id::{Id, SessionId, UserId},
    session::TOKEN_SECONDS,
    text::Email,
};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::SessionOver;

/// How far ahead a revocation of all sessions is dated. It has to cover sign-ins decided on the account as it was
/// while the revocation was being committed, and clocks of several processes that differ a little.
const MARGIN: SignedDuration = SignedDuration::from_secs(2);
const SECOND: SignedDuration = SignedDuration::from_secs(1);
const TOKEN_LIFE: SignedDuration = SignedDuration::from_secs(TOKEN_SECONDS);

/// A password's hash, as a PHC string. Never printed.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct PasswordHash(String);

impl PasswordHash {
    pub(crate) fn new(phc: String) -> Self {
        Self(phc)
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for PasswordHash {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("PasswordHash(***)")
    }
}

/// A person with an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct User {
    id: UserId,
    version: u64,
    email: Email,
    password: PasswordHash,
    #[serde(with = "messaging::timestamp")]
    created_at: Timestamp,
    /// The last revocation of all sessions. It covers what every one before it covered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    revoked: Option<Revoked>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Revoked {
    /// Sessions dated in this second or before are over.
    #[serde(with = "messaging::timestamp")]
    until: Timestamp,
    except: Option<SessionId>,
    #[serde(with = "messaging::timestamp")]
    expires_at: Timestamp,
}

impl User {
    /// A new account.
    pub(crate) fn sign_up(email: Email, password: PasswordHash, now: Timestamp, entropy: [u8; 8]) -> Self {
        let id = UserId::generate(now, entropy);
        Self { id, version: 1, email, password, created_at: now, revoked: None }
    }

    pub(crate) fn id(&self) -> UserId {
        self.id
    }

    pub(crate) fn version(&self) -> u64 {
        self.version
    }

    /// The email as typed at sign-up.
    pub(crate) fn email(&self) -> &Email {
        &self.email
    }

    pub(crate) fn password(&self) -> &PasswordHash {
        &self.password
    }

    /// What a new session must at least be dated, so that no earlier revocation covers it.
    pub(crate) fn sessions_valid_from(&self) -> Option<Timestamp> {
        self.revoked.as_ref().map(|revoked| revoked.until + SECOND)
    }

    /// Whether a session of this user survived every revocation of all sessions.
    pub(crate) fn admits(&self, session: SessionId) -> bool {
        self.revoked.as_ref().is_none_or(|revoked| {
            session.created_at().as_second() > revoked.until.as_second() || revoked.except == Some(session)
        })
    }

    /// Sets a new password and ends all sessions but the one that asked.
    pub(crate) fn change_password(
        self,
        by: SessionId,
        password: PasswordHash,
        now: Timestamp,
    ) -> Result<(Self, SessionRevoked), SessionOver> {
        Self { password, ..self }.revoke(by, Some(by), now)
    }

    /// Ends all sessions.
    pub(crate) fn sign_out_everywhere(
        self,
        by: SessionId,
        now: Timestamp,
    ) -> Result<(Self, SessionRevoked), SessionOver> {
        self.revoke(by, None, now)
    }

    fn revoke(
        self,
        by: SessionId,
        except: Option<SessionId>,
        now: Timestamp,
    ) -> Result<(Self, SessionRevoked), SessionOver> {
        if !self.admits(by) {
            return Err(SessionOver);
        }
        // A sign-in after the last revocation is dated past it, perhaps ahead of the clock: cover that too.
        let until = self.sessions_valid_from().map_or(now + MARGIN, |earliest| earliest.max(now + MARGIN));
        let revoked = Revoked { until, except, expires_at: until + TOKEN_LIFE };
        let told = revoked.told(self.id);
        Ok((Self { version: self.version + 1, revoked: Some(revoked), ..self }, told))
    }

    /// What the other services must know: the last revocation of all sessions.
    pub(crate) fn revocation(&self) -> Option<SessionRevoked> {
        self.revoked.as_ref().map(|revoked| revoked.told(self.id))
    }
}

impl Revoked {
    fn told(&self, user_id: UserId) -> SessionRevoked {
        let scope = RevokedSessions::AllOf { user_id, issued_before: self.until, except: self.except };
        SessionRevoked { scope, expires_at: self.expires_at }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::domain::Session;

    pub(crate) fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + second).unwrap()
    }

    pub(crate) fn ada() -> User {
        let email = "Ada@example.org".parse().unwrap();
        User::sign_up(email, PasswordHash::new("old".to_owned()), at(-100), [7; 8])
    }

    #[test]
    fn a_new_password_ends_every_session_but_the_one_that_asked() {
        let asking = Session::open(&ada(), at(0), [1; 8]).id();
        let other = Session::open(&ada(), at(1), [2; 8]).id();
        let new = PasswordHash::new("new".to_owned());
        let (user, revoked) = ada().change_password(asking, new.clone(), at(5)).unwrap();
        assert_eq!((user.password(), user.version()), (&new, 2));
        assert!(user.admits(asking));
        assert!(!user.admits(other));
        assert_eq!(user.revocation(), Some(revoked));
        assert_eq!(user.change_password(other, new, at(6)), Err(SessionOver));
    }

    #[test]
    fn a_sign_in_decided_on_the_old_password_does_not_outlive_the_new_one() {
        let asking = Session::open(&ada(), at(0), [1; 8]).id();
        let (user, _) = ada().change_password(asking, PasswordHash::new("new".to_owned()), at(5)).unwrap();
        let meanwhile = Session::open(&ada(), at(6), [2; 8]).id();
        assert!(!user.admits(meanwhile));
    }

    #[test]
    fn the_last_revocation_covers_the_exception_of_the_one_before() {
        let first = Session::open(&ada(), at(0), [1; 8]).id();
        let (user, _) = ada().change_password(first, PasswordHash::new("new".to_owned()), at(5)).unwrap();
        let second = Session::open(&user, at(6), [2; 8]).id();
        let (user, _) = user.change_password(second, PasswordHash::new("newer".to_owned()), at(6)).unwrap();
        assert!(user.admits(second));
        assert!(!user.admits(first));
    }

    #[test]
    fn a_password_hash_is_never_printed() {
        assert!(!format!("{:?}", ada()).contains("old"));
    }
}
