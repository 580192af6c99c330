//! Which sessions were ended before their tokens ran out.

use std::{collections::HashMap, sync::Arc};

use jiff::Timestamp;
use parking_lot::RwLock;

use super::Claims;
use crate::{
    events::{RevokedSessions, SessionRevoked},
    id::{Id, SessionId, UserId},
};

/// The live revocations, in memory. Cheap to clone; all clones are one.
#[derive(Debug, Clone, Default)]
pub struct Revocations(Arc<RwLock<Table>>);

#[derive(Debug, Default)]
struct Table {
    sessions: HashMap<SessionId, Timestamp>,
    users: HashMap<UserId, Vec<Everywhere>>,
    /// The size at which it is next looked through: rarely, since that reads all of it.
    look_at: usize,
}

impl Table {
    fn forget_outlived(&mut self, now: Timestamp) {
        if self.sessions.len() + self.users.len() < self.look_at {
            return;
        }
        self.sessions.retain(|_, expires_at| *expires_at > now);
        self.users.retain(|_, marks| {
            marks.retain(|mark| mark.expires_at > now);
            !marks.is_empty()
        });
        self.look_at = (2 * (self.sessions.len() + self.users.len())).max(1024);
    }
}

#[derive(Debug, PartialEq, Eq)]
struct Everywhere {
    issued_before: i64,
    except: Option<SessionId>,
    expires_at: Timestamp,
}

impl Revocations {
    /// Takes note of a revocation, and now and then forgets those that `now` have outlived every token they concern.
    pub fn apply(&self, revoked: &SessionRevoked, now: Timestamp) {
        let mut table = self.0.write();
        table.forget_outlived(now);
        match &revoked.scope {
            RevokedSessions::One { session_id } => {
                table.sessions.insert(*session_id, revoked.expires_at);
            }
            RevokedSessions::AllOf { user_id, issued_before, except } => {
                let mark = Everywhere {
                    issued_before: issued_before.as_second(),
                    except: *except,
                    expires_at: revoked.expires_at,
                };
                // Whoever follows the revocations may read them all again.
                let marks = table.users.entry(*user_id).or_default();
                if !marks.contains(&mark) {
                    marks.push(mark);
                }
            }
        }
    }

    /// Whether these claims' session was revoked.
    pub fn revoked(&self, claims: &Claims) -> bool {
        let table = self.0.read();
        table.sessions.contains_key(&claims.sid)
            || table.users.get(&claims.sub).is_some_and(|marks| marks.iter().any(|mark| mark.covers(claims)))
    }
}

impl Everywhere {
    /// A session is as old as its id says, however often its token was renewed since. Ids count in seconds, so
    /// the second of the revocation is covered whole; auth dates a sign-in that follows it into the next one.
    fn covers(&self, claims: &Claims) -> bool {
        claims.sid.created_at().as_second() <= self.issued_before && self.except != Some(claims.sid)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn second(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn claims(started: i64, issued: i64) -> Claims {
        Claims {
            sub: UserId::generate(second(1), [7; 8]),
            email: "ada@example.org".parse().unwrap(),
            sid: SessionId::generate(second(started), [1; 8]),
            iat: issued,
            exp: issued + 100,
        }
    }

    #[test]
    fn a_revoked_session_stays_revoked_when_its_token_is_renewed() {
        let revocations = Revocations::default();
        let old = claims(1000, 1000);
        let scope = RevokedSessions::AllOf { user_id: old.sub, issued_before: second(1010), except: None };
        revocations.apply(&SessionRevoked { scope, expires_at: second(2000) }, second(1010));
        assert!(revocations.revoked(&old));
        assert!(revocations.revoked(&claims(1000, 1015)));
        assert!(!revocations.revoked(&claims(1011, 1011)));
    }

    #[test]
    fn revocations_are_forgotten_once_no_token_can_be_left() {
        let revocations = Revocations::default();
        let revoke = |number: i64, expires_at: i64, now: i64| {
            let scope = RevokedSessions::One { session_id: SessionId::generate(second(number), [3; 8]) };
            revocations.apply(&SessionRevoked { scope, expires_at: second(expires_at) }, second(now));
        };
        for number in 0..1500 {
            revoke(number, 2000, 1010);
        }
        assert_eq!(revocations.0.read().sessions.len(), 1500);
        // Looked through when it has doubled, not at every revocation.
        for number in 2000..4000 {
            revoke(number, 9000, 2001);
        }
        let left = revocations.0.read().sessions.len();
        assert!(left <= 2000, "{left}");
    }
}
