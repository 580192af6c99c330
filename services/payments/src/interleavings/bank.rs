//! The gateway of the model.

use std::{
    collections::HashMap,
    sync::{
        Mutex,
        atomic::{AtomicU32, Ordering},
    },
};

use common::{
    id::{PaymentId, RefundId},
    money::Minor,
};
use futures::FutureExt;

use crate::{
    domain::{Authorisation, PaymentMethod, Standing},
    gateway::{Charge, Entry, Gateway, GatewayError, MoneyBack, NeedsAccount, Reply, Transfer, Verdict},
};

#[derive(Debug, thiserror::Error)]
#[error("no answer")]
struct NoAnswer;

/// The sandbox's ledger in memory. Now and then it does what it is asked and its answer is lost.
#[derive(Debug, Default)]
pub(super) struct Bank {
    ledger: Mutex<HashMap<PaymentId, Entry>>,
    /// How many answers to lose from now on.
    pub(super) lose_answers: AtomicU32,
}

impl Bank {
    pub(super) fn change(
        &self,
        charge: &Charge,
        unheard: Option<Entry>,
        decide: impl Fn(Entry) -> Result<Entry, GatewayError>,
    ) -> Result<(), GatewayError> {
        let mut ledger = self.ledger.lock().unwrap();
        let gone = || GatewayError::Final { reason: "There is no such payment.".to_owned() };
        let before = ledger.get(&charge.id).cloned().or(unheard).ok_or_else(gone)?;
        ledger.insert(charge.id, decide(before)?);
        self.answer()
    }

    fn answer(&self) -> Result<(), GatewayError> {
        let losing =
            self.lose_answers.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1));
        losing.map_or(Ok(()), |_| Err(GatewayError::Unavailable(Box::new(NoAnswer))))
    }

    pub(super) fn decide(&self, charge: &Charge, verdict: Verdict) -> Result<Authorisation, GatewayError> {
        let mut ledger = self.ledger.lock().unwrap();
        ledger.entry(charge.id).or_insert_with(|| Entry::decide(charge, verdict, [9; 16])).answer()
    }

    /// Somebody refunds so much, or what is left, at the provider's own dashboard.
    pub(super) fn refund_by_itself(&self, charge: &Charge, id: RefundId, cents: i64) {
        let Standing::Captured { refunds, .. } = self.standing(charge.id) else { return };
        let refunded = refunds.iter().map(|refund| refund.amount.get()).sum::<i64>();
        let amount = Minor::new(cents.min(charge.amount.get() - refunded)).unwrap();
        if amount > Minor::default() {
            let _ = self.change(charge, None, |entry| entry.refund(MoneyBack { id, amount, hours: 0 }));
        }
    }

    pub(super) fn standing(&self, id: PaymentId) -> Standing {
        self.ledger.lock().unwrap().get(&id).map_or(Standing::Unheard, Entry::standing)
    }
}

impl Gateway for Bank {
    fn name(&self) -> &'static str {
        "sandbox"
    }

    fn open<'a>(&'a self, _: &'a Charge, _: &'a PaymentMethod) -> Reply<'a, String> {
        unreachable!("the model names payments itself")
    }

    fn authorise<'a>(&'a self, _: &'a Charge, _: &'a PaymentMethod) -> Reply<'a, Authorisation> {
        unreachable!("the model asks through `Bank::decide`")
    }

    fn capture<'a>(&'a self, charge: &'a Charge) -> Reply<'a, ()> {
        async { self.change(charge, None, Entry::capture) }.boxed()
    }

    fn void<'a>(&'a self, charge: &'a Charge) -> Reply<'a, ()> {
        async { self.change(charge, Some(Entry::barred(charge)), Entry::void) }.boxed()
    }

    fn refund<'a>(&'a self, charge: &'a Charge, back: MoneyBack) -> Reply<'a, String> {
        async move {
            self.change(charge, None, |entry| entry.refund(back))?;
            Ok(format!("sandbox_refund_{}", back.id))
        }
        .boxed()
    }

    fn look_up<'a>(&'a self, charge: &'a Charge) -> Reply<'a, Standing> {
        async { Ok(self.standing(charge.id)) }.boxed()
    }

    fn pays_out(&self) -> Option<NeedsAccount> {
        None
    }

    fn pay_out<'a>(&'a self, _: &'a Transfer) -> Reply<'a, String> {
        unreachable!("the model pays nobody out")
    }
}
