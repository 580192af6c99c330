//! What must be true whenever nothing is going on any more.

use std::{
    fs,
    time::{Duration, Instant},
};

use common::api::{OrderStatus, OrderView, PaymentView};
use futures::future::join_all;

use crate::{Intent, SECRET_KEY, Stage, WEBHOOK_SECRET, front::lock, stage::PATIENCE};

impl Stage {
    /// The market keeps its invariants, the bank has moved exactly the money that the market says, the ledger balances,
    /// and the market has asked the bank as it should. Waits until all of it holds.
    pub(crate) async fn audit(&self) {
        self.settles().await;
        let unmet = self.bank.unmet();
        assert!(unmet.is_empty(), "faults that nothing has met: {unmet:?}");
        let flaws = self.bank.flaws();
        assert!(flaws.is_empty(), "{}", flaws.join("\n"));
        self.nobody_wrote_a_secret();
        self.market.audit().await.unwrap_or_else(|found| panic!("{found}"));
    }

    /// Waits until nothing is going on and the market's invariants hold, with the bank's books too.
    pub(crate) async fn settles(&self) {
        let began = Instant::now();
        loop {
            let mut wrong = self.market.invariants().violations().await;
            wrong.extend(self.money().await);
            if wrong.is_empty() {
                break;
            }
            assert!(began.elapsed() < PATIENCE, "the audit found, after {PATIENCE:?}:\n{}", wrong.join("\n"));
            tokio::time::sleep(Duration::from_millis(250)).await;
        }
    }

    /// What differs between the bank's books and what the market tells.
    async fn money(&self) -> Vec<String> {
        let purchases = lock(&self.purchases).clone();
        let intents = self.bank.intents().await;
        let mut wrong: Vec<String> = intents
            .iter()
            .filter(|intent| !purchases.iter().any(|purchase| purchase.order.to_string() == intent.order))
            .map(|intent| format!("nobody has ordered what {intent:?} is for"))
            .collect();
        let told =
            join_all(purchases.iter().map(async |purchase| {
                (purchase.buyer.order(purchase.order).await, purchase.payments().await)
            }));
        for (order, payments) in told.await {
            let id = order.id.to_string();
            let intents: Vec<_> = intents.iter().filter(|intent| intent.order == id).collect();
            wrong.extend(differences(&order, &payments, &intents));
        }
        wrong
    }

    fn nobody_wrote_a_secret(&self) {
        for process in self.market.fleet.processes() {
            let log = fs::read(process.log()).expect("every process has a log");
            let log = String::from_utf8_lossy(&log);
            for secret in [SECRET_KEY, WEBHOOK_SECRET] {
                let line = log.lines().find(|line| line.contains(secret));
                assert!(line.is_none(), "{} wrote a secret: {}", process.name(), line.unwrap_or_default());
            }
        }
    }
}

/// What is wrong with an order's money.
fn differences(order: &OrderView, payments: &[PaymentView], intents: &[&Intent]) -> Vec<String> {
    let captured: i64 = intents.iter().map(|intent| intent.captured).sum();
    let refunded: i64 = intents.iter().map(|intent| intent.refunded).sum();
    let told: i64 = payments.iter().map(|payment| payment.refunded.0.get()).sum();
    let by_line: i64 = order.items.iter().map(|item| item.refunded.0.get()).sum();
    let total = order.total.0.get();
    let mut wrong = Vec::new();
    let mut require = |met: bool, what: &str| {
        if !met {
            wrong.push(format!("{what}: {order:?}, {payments:?}, {intents:?}"));
        }
    };
    require(intents.iter().all(|intent| intent.refunded <= intent.captured), "more was refunded than taken");
    require(told == refunded, "the market tells other refunds than the bank");
    match order.status {
        OrderStatus::Created => require(captured == 0, "money was taken for an open order"),
        OrderStatus::AwaitingPayment => require(false, "the payment is stuck"),
        OrderStatus::Complete => {
            require(captured == total, "other than the total was taken");
            require(by_line == refunded, "the lines tell other refunds than the bank");
            let others_are_dead = intents.iter().all(|intent| intent.captured > 0 || intent.is_dead());
            require(others_are_dead, "another intent may still take money");
        }
        OrderStatus::Cancelled => {
            require(captured == refunded, "money of a cancelled order was kept");
            let dead = intents.iter().all(|intent| intent.captured > 0 || intent.is_dead());
            require(dead, "an intent of a cancelled order is alive");
        }
    }
    wrong
}
