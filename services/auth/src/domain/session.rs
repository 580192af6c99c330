//! One sign-in of a user.

use common::{
    events::{RevokedSessions, SessionRevoked},
    id::{Id, SessionId, UserId},
    session::{Claims, TOKEN_SECONDS},
    text::Email,
};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::{SessionOver, Transition, User};

const TOKEN_LIFE: SignedDuration = SignedDuration::from_secs(TOKEN_SECONDS);
const HALF_LIFE: SignedDuration = SignedDuration::from_secs(TOKEN_SECONDS / 2);

/// A session. No token of it outlives `expires_at`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Session {
    id: SessionId,
    version: u64,
    user_id: UserId,
    #[serde(with = "messaging::timestamp")]
    expires_at: Timestamp,
    status: Status,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
enum Status {
    Open,
    Ended,
}

impl Session {
    /// Signs `user` in. `now` must be from before `user` was read: a sign-in whose user was read before a
    /// revocation of all sessions has to look as old as that, so that the revocation covers it.
    pub(crate) fn open(user: &User, now: Timestamp, entropy: [u8; 8]) -> Self {
        // Its id dates a session. After such a revocation it is dated past it, even within the same second.
        let dated = user.sessions_valid_from().map_or(now, |earliest| earliest.max(now));
        Self {
            id: SessionId::generate(dated, entropy),
            version: 1,
            user_id: user.id(),
            expires_at: now + TOKEN_LIFE,
            status: Status::Open,
        }
    }

    /// The session of a valid token whose own record was lost, already ended.
    pub(crate) fn lost(claims: &Claims) -> Self {
        Self {
            id: claims.sid,
            version: 1,
            user_id: claims.sub,
            expires_at: Timestamp::from_second(claims.exp).unwrap_or(Timestamp::MAX),
            status: Status::Ended,
        }
    }

    pub(crate) fn id(&self) -> SessionId {
        self.id
    }

    pub(crate) fn version(&self) -> u64 {
        self.version
    }

    /// Whether a token has so little of its life left that it is time to renew it: the rule of [`Session::renew`]. When
    /// it was issued says nothing, since a second one of a session renewed before runs out with the first.
    pub(crate) fn wants_renewal(claims: &Claims, now: Timestamp) -> bool {
        claims.exp - now.as_second() <= HALF_LIFE.as_secs()
    }

    /// Whether it can still be used by `user`, to whom it belongs.
    pub(crate) fn check(&self, user: &User, now: Timestamp) -> Result<(), SessionOver> {
        let good = self.status == Status::Open && now < self.expires_at && user.admits(self.id);
        if good { Ok(()) } else { Err(SessionOver) }
    }

    /// Lets it go on for another token's life.
    pub(crate) fn renew(self, user: &User, now: Timestamp) -> Result<Transition<Self>, SessionOver> {
        self.check(user, now)?;
        if self.expires_at.duration_since(now) > HALF_LIFE {
            return Ok(Transition::AlreadyThere(self));
        }
        let version = self.version + 1;
        Ok(Transition::Changed(Self { version, expires_at: now + TOKEN_LIFE, ..self }))
    }

    /// Ends it.
    pub(crate) fn end(self) -> Transition<Self> {
        match self.status {
            Status::Ended => Transition::AlreadyThere(self),
            Status::Open => {
                Transition::Changed(Self { version: self.version + 1, status: Status::Ended, ..self })
            }
        }
    }

    /// What the other services must know of it: that it ended.
    pub(crate) fn revocation(&self) -> Option<SessionRevoked> {
        (self.status == Status::Ended).then_some(SessionRevoked {
            scope: RevokedSessions::One { session_id: self.id },
            expires_at: self.expires_at,
        })
    }

    /// What a token issued `now` says.
    pub(crate) fn claims(&self, email: &Email, now: Timestamp) -> Claims {
        Claims {
            sub: self.user_id,
            email: email.clone(),
            sid: self.id,
            iat: now.as_second(),
            exp: self.expires_at.as_second(),
        }
    }
}

#[cfg(test)]
mod tests {
    use common::session::Revocations;

    use super::*;
    use crate::domain::user::tests::{ada, at};

    #[test]
    fn a_session_is_renewed_once_past_half_of_its_life() {
        let session = Session::open(&ada(), at(0), [1; 8]);
        assert_eq!(session.expires_at, at(TOKEN_SECONDS));
        let early = session.clone().renew(&ada(), at(10)).unwrap();
        assert_eq!(early, Transition::AlreadyThere(session.clone()));
        let Ok(Transition::Changed(renewed)) = session.clone().renew(&ada(), at(TOKEN_SECONDS / 2)) else {
            panic!("it is time");
        };
        assert_eq!((renewed.version, renewed.expires_at), (2, at(TOKEN_SECONDS * 3 / 2)));
        assert_eq!(session.renew(&ada(), at(TOKEN_SECONDS)), Err(SessionOver));
    }

    #[test]
    fn a_token_issued_late_in_its_sessions_life_wants_renewal_when_the_session_does() {
        let half = TOKEN_SECONDS / 2;
        let session = Session::open(&ada(), at(0), [1; 8]);
        let late = session.claims(ada().email(), at(half - 1));
        assert!(!Session::wants_renewal(&late, at(half - 1)));
        assert!(Session::wants_renewal(&late, at(half)));
        assert!(matches!(session.renew(&ada(), at(half)), Ok(Transition::Changed(_))));
    }

    #[test]
    fn an_ended_session_stays_ended_and_says_so() {
        let session = Session::open(&ada(), at(0), [1; 8]);
        assert_eq!(session.revocation(), None);
        let Transition::Changed(ended) = session.end() else { panic!("it was open") };
        assert_eq!(ended.clone().renew(&ada(), at(1)), Err(SessionOver));
        assert_eq!(ended.revocation().map(|revoked| revoked.expires_at), Some(at(TOKEN_SECONDS)));
        assert_eq!(ended.clone().end(), Transition::AlreadyThere(ended));
    }

    #[test]
    fn a_sign_in_after_a_revocation_of_all_survives_it_however_soon_it_comes() {
        let old = Session::open(&ada(), at(0), [1; 8]);
        let revocations = Revocations::default();
        let mut user = ada();
        let mut current = old.clone();
        for round in 2..5 {
            let (changed, revoked) = user.sign_out_everywhere(current.id(), at(0)).unwrap();
            user = changed;
            revocations.apply(&revoked, at(0));
            assert!(revocations.revoked(&current.claims(user.email(), at(0))));
            assert_eq!(current.check(&user, at(0)), Err(SessionOver));
            current = Session::open(&user, at(0), [round; 8]);
            assert!(!revocations.revoked(&current.claims(user.email(), at(0))));
            assert_eq!(current.check(&user, at(0)), Ok(()));
        }
        assert_eq!(old.check(&user, at(0)), Err(SessionOver));
    }
}
