//! A gateway without money: the default, and what the tests pay with.
//!
//! It plays a remote party. Several replicas and every restart must meet the same bank, so its ledger is a collection
//! of its own in the payments database, `sandbox_gateway`, and nobody but this module reads or writes it. The ledger
//! is no aggregate and announces nothing: what it knows is heard only by asking it, as with a real gateway.

mod entry;
mod token;

use std::time::Duration;

use bson::doc;
use common::id::PaymentId;
use futures::FutureExt;
use messaging::{StoreError, WriteError};
use mongodb::{Collection, Database};
use runtime::entropy;

use self::token::Answer;
use super::{Charge, Gateway, GatewayError, MoneyBack, NeedsAccount, Reply, Transfer};
use crate::domain::{Authorisation, PaymentMethod, Standing};

#[cfg(not(test))]
use self::entry::Entry;
#[cfg(test)]
pub(crate) use self::{entry::Entry, token::Verdict};

const COLLECTION: &str = "sandbox_gateway";
/// How long the slow methods take.
const SLOW: Duration = Duration::from_secs(1);
/// How often a change that lost a race is decided again.
const ATTEMPTS: u32 = 20;

/// The sandbox. Cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct Sandbox {
    ledger: Collection<Entry>,
}

/// An answer that the sandbox has on purpose not given.
#[derive(Debug, thiserror::Error)]
#[error("the sandbox lost its answer, as the payment method asks")]
struct LostAnswer;

/// The ledger changed under every attempt.
#[derive(Debug, thiserror::Error)]
#[error("the sandbox is too busy with this charge")]
struct Contended;

impl Sandbox {
    /// The sandbox whose ledger is in this database.
    pub(crate) fn new(database: &Database) -> Self {
        Self { ledger: database.collection(COLLECTION) }
    }

    /// The buyer confirms, as on a bank's page.
    pub(crate) async fn confirm(&self, charge: &Charge) -> Result<(), GatewayError> {
        self.change(charge, None, Entry::confirm).await
    }

    async fn find(&self, id: PaymentId) -> Result<Option<Entry>, GatewayError> {
        let found = self.ledger.find_one(doc! { "_id": id.to_string() }).await;
        found.map_err(StoreError::during("reading the sandbox's ledger")).map_err(unavailable)
    }

    /// Enters a charge; if another entry is there, that one stands.
    async fn enter(&self, entry: Entry, id: PaymentId) -> Result<Entry, GatewayError> {
        let inserted = self.ledger.insert_one(&entry).await;
        match inserted
            .map_err(StoreError::during("writing the sandbox's ledger"))
            .map_err(WriteError::from_store)
        {
            Ok(_) => Ok(entry),
            Err(WriteError::Duplicate(error)) => self.find(id).await?.ok_or_else(|| unavailable(error)),
            Err(error) => Err(unavailable(error)),
        }
    }

    /// Replaces a charge's entry by what `decide` makes of it, or of `unheard` if there is none.
    async fn change(
        &self,
        charge: &Charge,
        unheard: Option<Entry>,
        decide: impl Fn(Entry) -> Result<Entry, GatewayError>,
    ) -> Result<(), GatewayError> {
        for _ in 0..ATTEMPTS {
            let before = match (self.find(charge.id).await?, &unheard) {
                (Some(entry), _) => entry,
                (None, Some(entry)) => self.enter(entry.clone(), charge.id).await?,
                (None, None) => {
                    return Err(GatewayError::Final { reason: "There is no such payment.".to_owned() });
                }
            };
            let after = decide(before.clone())?;
            if after == before {
                return Ok(());
            }
            let during = StoreError::during("writing the sandbox's ledger");
            let expected = bson::serialize_to_document(&before)
                .map_err(mongodb::error::Error::custom)
                .map_err(&during)
                .map_err(unavailable)?;
            let replaced =
                self.ledger.replace_one(expected, &after).await.map_err(during).map_err(unavailable)?;
            if replaced.matched_count == 1 {
                return Ok(());
            }
        }
        Err(unavailable(Contended))
    }
}

impl Gateway for Sandbox {
    fn name(&self) -> &'static str {
        "sandbox"
    }

    fn open<'a>(&'a self, charge: &'a Charge, method: &'a PaymentMethod) -> Reply<'a, String> {
        let known = token::script(method.as_str()).map(|_| entry::reference(charge.id));
        async move { known.ok_or(GatewayError::UnknownMethod) }.boxed()
    }

    fn authorise<'a>(&'a self, charge: &'a Charge, method: &'a PaymentMethod) -> Reply<'a, Authorisation> {
        async move {
            let script = token::script(method.as_str()).ok_or(GatewayError::UnknownMethod)?;
            let decided = Entry::decide(charge, script.verdict, entropy());
            let entry = self.enter(decided, charge.id).await?;
            match script.answer {
                Answer::AtOnce => {}
                Answer::Slowly => tokio::time::sleep(SLOW).await,
                Answer::Lost => return Err(unavailable(LostAnswer)),
            }
            entry.answer()
        }
        .boxed()
    }

    fn capture<'a>(&'a self, charge: &'a Charge) -> Reply<'a, ()> {
        self.change(charge, None, Entry::capture).boxed()
    }

    fn void<'a>(&'a self, charge: &'a Charge) -> Reply<'a, ()> {
        self.change(charge, Some(Entry::barred(charge)), Entry::void).boxed()
    }

    fn refund<'a>(&'a self, charge: &'a Charge, back: MoneyBack) -> Reply<'a, String> {
        async move {
            self.change(charge, None, |entry| entry.refund(back)).await?;
            Ok(entry::refund_reference(back.id))
        }
        .boxed()
    }

    fn look_up<'a>(&'a self, charge: &'a Charge) -> Reply<'a, Standing> {
        async move {
            let entry = self.find(charge.id).await?;
            Ok(entry.map_or(Standing::Unheard, |entry| entry.standing()))
        }
        .boxed()
    }

    fn pays_out(&self) -> Option<NeedsAccount> {
        Some(NeedsAccount::No)
    }

    fn pay_out<'a>(&'a self, transfer: &'a Transfer) -> Reply<'a, String> {
        let reference = format!("sandbox_payout_{}", transfer.id);
        async move { Ok(reference) }.boxed()
    }
}

fn unavailable(error: impl std::error::Error + Send + Sync + 'static) -> GatewayError {
    GatewayError::Unavailable(Box::new(error))
}
