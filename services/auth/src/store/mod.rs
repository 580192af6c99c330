//! Where accounts and sessions are kept.
//!
//! Both announce revocations: a session its own end, a user the end of all sessions. So a new password and the
//! revocation that goes with it are one write to one document.

use bson::{Document, doc};
use common::{
    events::Event,
    id::{SessionId, UserId},
    text::Email,
};
use messaging::{Aggregate, Aggregates, Messaging, StoreError};
use mongodb::{IndexModel, options::IndexOptions};

use crate::domain::{Session, User};

impl Aggregate for User {
    const COLLECTION: &'static str = "users";

    fn id(&self) -> String {
        User::id(self).to_string()
    }

    fn version(&self) -> u64 {
        User::version(self)
    }

    fn announcement(&self) -> Option<Event> {
        self.revocation().map(Event::SessionRevoked)
    }

    fn derived(&self) -> Document {
        doc! { "emailKey": self.email().key() }
    }
}

impl Aggregate for Session {
    const COLLECTION: &'static str = "sessions";

    fn id(&self) -> String {
        Session::id(self).to_string()
    }

    fn version(&self) -> u64 {
        Session::version(self)
    }

    fn announcement(&self) -> Option<Event> {
        self.revocation().map(Event::SessionRevoked)
    }
}

/// The service's collections. Cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct Store {
    pub(crate) users: Aggregates<User>,
    pub(crate) sessions: Aggregates<Session>,
}

impl Store {
    /// Opens the collections and makes their indexes.
    pub(crate) async fn open(messaging: &Messaging) -> Result<Self, StoreError> {
        // This index decides whose an email is, however many sign up with it at once.
        let one_account_an_email = IndexModel::builder()
            .keys(doc! { "derived.emailKey": 1 })
            .options(IndexOptions::builder().unique(true).build())
            .build();
        // Once no token of it can be valid, a session and its revocation are of no use.
        let gone_when_expired = IndexModel::builder()
            .keys(doc! { "state.expiresAt": 1 })
            .options(IndexOptions::builder().expire_after(std::time::Duration::ZERO).build())
            .build();
        Ok(Self {
            users: Aggregates::open(messaging, vec![one_account_an_email]).await?,
            sessions: Aggregates::open(messaging, vec![gone_when_expired]).await?,
        })
    }

    /// The user with this email, in whatever case it is written.
    pub(crate) async fn user_by_email(&self, email: &Email) -> Result<Option<User>, StoreError> {
        self.users.find_one(doc! { "derived.emailKey": email.key() }).await
    }

    /// A session and its user, as they are now.
    pub(crate) async fn session_of(
        &self,
        user: UserId,
        session: SessionId,
    ) -> Result<Option<(User, Session)>, StoreError> {
        let Some(session) = self.sessions.get(&session.to_string()).await? else { return Ok(None) };
        Ok(self.users.get(&user.to_string()).await?.map(|user| (user, session)))
    }
}
