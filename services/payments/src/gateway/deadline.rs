//! An answer in time, or none.
//!
//! A gateway that has fallen silent must hold up nobody: not the request, not the reconciler's round, not the event
//! that waits to be acknowledged. Whoever gave up waiting finds out later, as with any lost answer.

use std::{sync::Arc, time::Duration};

use futures::FutureExt;
use tokio::time::timeout;
use tracing::Instrument;

use super::{Charge, Gateway, GatewayError, MoneyBack, NeedsAccount, Reply, Transfer};
use crate::domain::{ANSWER_WITHIN, Authorisation, PaymentMethod, Standing};

/// After this long nothing can come of a request any more. Without an end, those a silent gateway never answers would
/// pile up.
const FORGOTTEN_AFTER: Duration = Duration::from_mins(1);

/// A gateway that answers in time: [`GatewayError::Unavailable`] stands for every answer that would come later.
pub(crate) struct Punctual {
    gateway: Arc<dyn Gateway>,
    within: Duration,
}

impl Punctual {
    pub(crate) fn new(gateway: Arc<dyn Gateway>) -> Self {
        Self { gateway, within: ANSWER_WITHIN }
    }

    fn ask<'a, Q, T, F>(&'a self, about: &Q, ask: impl FnOnce(Arc<dyn Gateway>, Q) -> F) -> Reply<'a, T>
    where
        Q: Clone,
        T: Send + 'static,
        F: Future<Output = Result<T, GatewayError>> + Send + 'static,
    {
        answered_within(self.within, ask(Arc::clone(&self.gateway), about.clone())).boxed()
    }
}

/// What the gateway answers, if it does so in time.
pub(crate) async fn answered<T: Send + 'static>(
    asking: impl Future<Output = Result<T, GatewayError>> + Send + 'static,
) -> Result<T, GatewayError> {
    answered_within(ANSWER_WITHIN, asking).await
}

async fn answered_within<T: Send + 'static>(
    within: Duration,
    asking: impl Future<Output = Result<T, GatewayError>> + Send + 'static,
) -> Result<T, GatewayError> {
    // A task of its own: whoever stops waiting does not abandon the request half-way.
    let asking = tokio::spawn(timeout(FORGOTTEN_AFTER, asking).in_current_span());
    match timeout(within, asking).await {
        Ok(Ok(Ok(answer))) => answer,
        Ok(Ok(Err(elapsed))) | Err(elapsed) => Err(GatewayError::Unavailable(Box::new(elapsed))),
        Ok(Err(panic)) => Err(GatewayError::Unavailable(Box::new(panic))),
    }
}

impl Gateway for Punctual {
    fn name(&self) -> &'static str {
        self.gateway.name()
    }

    fn admits(&self) -> Result<(), GatewayError> {
        self.gateway.admits()
    }

    fn measure(&self) {
        self.gateway.measure();
    }

    fn open<'a>(&'a self, charge: &'a Charge, method: &'a PaymentMethod) -> Reply<'a, String> {
        let method = method.clone();
        self.ask(charge, |gateway, charge| async move { gateway.open(&charge, &method).await })
    }

    fn authorise<'a>(&'a self, charge: &'a Charge, method: &'a PaymentMethod) -> Reply<'a, Authorisation> {
        let method = method.clone();
        self.ask(charge, |gateway, charge| async move { gateway.authorise(&charge, &method).await })
    }

    fn capture<'a>(&'a self, charge: &'a Charge) -> Reply<'a, ()> {
        self.ask(charge, |gateway, charge| async move { gateway.capture(&charge).await })
    }

    fn void<'a>(&'a self, charge: &'a Charge) -> Reply<'a, ()> {
        self.ask(charge, |gateway, charge| async move { gateway.void(&charge).await })
    }

    fn refund<'a>(&'a self, charge: &'a Charge, back: MoneyBack) -> Reply<'a, String> {
        self.ask(charge, move |gateway, charge| async move { gateway.refund(&charge, back).await })
    }

    fn look_up<'a>(&'a self, charge: &'a Charge) -> Reply<'a, Standing> {
        self.ask(charge, |gateway, charge| async move { gateway.look_up(&charge).await })
    }

    fn pays_out(&self) -> Option<NeedsAccount> {
        self.gateway.pays_out()
    }

    fn pay_out<'a>(&'a self, transfer: &'a Transfer) -> Reply<'a, String> {
        self.ask(transfer, |gateway, transfer| async move { gateway.pay_out(&transfer).await })
    }
}

#[cfg(test)]
mod tests {
    use common::{
        id::{Id, OrderId, PaymentId, PayoutId, RefundId},
        money::Minor,
    };
    use futures::future::pending;
    use jiff::Timestamp;

    use super::*;

    /// Takes every question and answers none.
    struct Silent;

    impl Gateway for Silent {
        fn name(&self) -> &'static str {
            "silent"
        }

        fn open<'a>(&'a self, _: &'a Charge, _: &'a PaymentMethod) -> Reply<'a, String> {
            pending().boxed()
        }

        fn authorise<'a>(&'a self, _: &'a Charge, _: &'a PaymentMethod) -> Reply<'a, Authorisation> {
            pending().boxed()
        }

        fn capture<'a>(&'a self, _: &'a Charge) -> Reply<'a, ()> {
            pending().boxed()
        }

        fn void<'a>(&'a self, _: &'a Charge) -> Reply<'a, ()> {
            pending().boxed()
        }

        fn refund<'a>(&'a self, _: &'a Charge, _: MoneyBack) -> Reply<'a, String> {
            pending().boxed()
        }

        fn look_up<'a>(&'a self, _: &'a Charge) -> Reply<'a, Standing> {
            panic!("the gateway's client is broken")
        }

        fn pays_out(&self) -> Option<NeedsAccount> {
            None
        }

        fn pay_out<'a>(&'a self, _: &'a Transfer) -> Reply<'a, String> {
            pending().boxed()
        }
    }

    #[tokio::test]
    async fn whatever_is_asked_of_a_silent_gateway_no_answer_is_waited_for() {
        let punctual = Punctual { gateway: Arc::new(Silent), within: Duration::from_millis(10) };
        let charge = &Charge {
            id: PaymentId::generate(Timestamp::UNIX_EPOCH, [1; 8]),
            order: OrderId::generate(Timestamp::UNIX_EPOCH, [2; 8]),
            amount: Minor::new(100).unwrap(),
            currency: "usd".parse().unwrap(),
            gateway_ref: None,
        };
        let back = MoneyBack {
            id: RefundId::generate(Timestamp::UNIX_EPOCH, [3; 8]),
            amount: charge.amount,
            hours: 0,
        };
        let transfer = &Transfer {
            id: PayoutId::generate(Timestamp::UNIX_EPOCH, [4; 8]),
            amount: charge.amount,
            currency: charge.currency.clone(),
            destination: None,
        };
        let method = "tok_visa".parse().unwrap();
        let answers = [
            punctual.open(charge, &method).await.map(drop),
            punctual.authorise(charge, &method).await.map(drop),
            punctual.capture(charge).await,
            punctual.void(charge).await,
            punctual.refund(charge, back).await.map(drop),
            punctual.look_up(charge).await.map(drop),
            punctual.pay_out(transfer).await.map(drop),
        ];
        for answer in answers {
            assert!(matches!(answer, Err(GatewayError::Unavailable(_))), "{answer:?}");
        }
    }
}
