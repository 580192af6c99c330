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

/// How far the clocks of two processes of this service may differ. With NTP it is milliseconds; if it is ever more than
/// this, a sign-in by the process that is ahead may survive a revocation of all sessions.
const CLOCK_SKEW: SignedDuration = SignedDuration::from_secs(1);
/// How far ahead a revocation of all sessions is dated. It has to cover sign-ins decided on the account as it was
/// while the revocation was being committed, also by a process whose clock is ahead by [`CLOCK_SKEW`]. So it holds for
/// a commit that takes less than the rest; after a slower one, [`User::revoke_again`] dates it anew.
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
#[serde(rename_all = "camelCase")]
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
#[serde(rename_all = "camelCase")]
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
        if self.admits(by) { Ok(self.revoke_all(except, now)) } else { Err(SessionOver) }
    }

    /// The last revocation of all sessions once more, dated anew, if its commit was not over in time: `now`, after the
    /// commit, a sign-in decided before it could be dated past it. `None` if it covers every such sign-in.
    ///
    /// It also ends sign-ins that came right after the commit; they are not to be told from the others.
    pub(crate) fn revoke_again(&self, now: Timestamp) -> Option<(Self, SessionRevoked)> {
        let last = self.revoked.as_ref().filter(|last| last.until <= now + CLOCK_SKEW)?;
        Some(self.clone().revoke_all(last.except, now))
    }

    fn revoke_all(self, except: Option<SessionId>, now: Timestamp) -> (Self, SessionRevoked) {
        // A sign-in after the last revocation is dated past it, perhaps ahead of the clock: cover that too.
        let until = self.sessions_valid_from().map_or(now + MARGIN, |earliest| earliest.max(now + MARGIN));
        let revoked = Revoked { until, except, expires_at: until + TOKEN_LIFE };
        let told = revoked.told(self.id);
        (Self { version: self.version + 1, revoked: Some(revoked), ..self }, told)
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
    fn a_revocation_whose_commit_took_too_long_is_dated_anew() {
        let asking = Session::open(&ada(), at(0), [1; 8]).id();
        let (user, _) = ada().change_password(asking, PasswordHash::new("new".to_owned()), at(5)).unwrap();
        // Until two seconds later; half of that is for clocks that differ.
        assert_eq!(user.revoke_again(at(5)), None);
        let meanwhile = Session::open(&ada(), at(8), [2; 8]).id();
        assert!(user.admits(meanwhile));
        let (again, revoked) = user.revoke_again(at(6)).unwrap();
        assert_eq!((again.version(), again.revocation()), (3, Some(revoked)));
        assert!(again.admits(asking));
        assert!(!again.admits(meanwhile));
        assert_eq!(again.revoke_again(at(6)), None);
        let (nobody, _) = ada().sign_out_everywhere(asking, at(5)).unwrap();
        let (nobody, _) = nobody.revoke_again(at(60)).unwrap();
        assert!(!nobody.admits(asking));
        assert_eq!(ada().revoke_again(at(60)), None);
    }

    #[test]
    fn stored_names_are_in_camel_case() {
        let asking = Session::open(&ada(), at(0), [1; 8]);
        let (user, _) = ada().sign_out_everywhere(asking.id(), at(5)).unwrap();
        let stored = [bson::serialize_to_bson(&user).unwrap(), bson::serialize_to_bson(&asking).unwrap()];
        for name in ["createdAt", "expiresAt", "userId"] {
            assert!(format!("{stored:?}").contains(&format!("\"{name}\"")), "{name}: {stored:?}");
        }
        assert!(!format!("{stored:?}").contains('_'), "{stored:?}");
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
