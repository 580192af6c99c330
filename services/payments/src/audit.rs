//! Proving that the books are right: the ledger against the payments, the gateway and the orders.

use std::collections::{BTreeMap, HashMap};

use common::{
    api::{OrderStatus, RefundStatus},
    id::PaymentId,
};
use futures::{StreamExt, TryStreamExt, stream};
use messaging::StoreError;
use runtime::Failure;

use crate::{
    domain::{Account, Entry, Order, Payment, Standing},
    gateway::{Charge, Gateway},
    state::Money,
};

/// Payments read at a time.
const BATCH: i64 = 200;
/// Orders looked at together.
const ORDERS: usize = 200;
/// Payments asked for at the gateway together.
const CONCURRENCY: usize = 8;
/// The kind of account that holds what was taken from sellers' balances and is not sent yet.
const UNDER_WAY: &str = "payouts under way";

/// What was found.
#[derive(Debug, Default)]
pub(crate) struct Audit {
    /// Entries in the ledger.
    pub(crate) entries: u64,
    /// Payments whose money moved.
    pub(crate) payments: u64,
    /// What is on each kind of account, by currency: debits less credits, in minor units.
    pub(crate) totals: BTreeMap<String, i64>,
    /// What is wrong. Nothing if the books are right.
    pub(crate) wrong: Vec<String>,
}

/// What the ledger has about one payment.
#[derive(Debug, Default, Clone, Copy)]
struct Booked {
    /// Taken from the gateway's side: captures and what banks returned.
    into_gateway: i64,
    out_of_gateway: i64,
}

/// Checks everything, so many at a time. Business goes on meanwhile, so that what it moves just now may be reported: a
/// finding that is there again a moment later is real.
pub(crate) async fn audit(money: &Money) -> Result<Audit, StoreError> {
    let mut audit = Audit::default();
    audit.read_payments(money).await?;
    audit.read_ledger(money).await?;
    audit.unpaid_orders(money).await?;
    audit.payouts(money).await?;
    Ok(audit)
}

/// What the ledger has about these payments.
async fn booked(money: &Money, payments: &[Payment]) -> Result<HashMap<PaymentId, Booked>, StoreError> {
    let mut booked = HashMap::<PaymentId, Booked>::new();
    for entry in money.ledger.about(payments.iter().map(Payment::id)).await? {
        let Some(payment) = entry.payment() else { continue };
        let (out, into) = entry.on(Account::Gateway);
        let sums = booked.entry(payment).or_default();
        sums.into_gateway += into.get();
        sums.out_of_gateway += out.get();
    }
    Ok(booked)
}

impl Audit {
    /// The payments whose money was taken, against the ledger, their orders and the gateway.
    async fn read_payments(&mut self, money: &Money) -> Result<(), StoreError> {
        let mut last = None;
        loop {
            let mut page = money.payments.page(last, BATCH).await?;
            let Some(end) = page.last() else { return Ok(()) };
            last = Some(end.id());
            page.retain(|payment| payment.captured_at().is_some());
            self.payments += u64::try_from(page.len()).unwrap_or(u64::MAX);
            // After the payments: what they say that moved is in the ledger by now.
            let booked = booked(money, &page).await?;
            for payment in &page {
                self.compare(payment, booked.get(&payment.id()).copied().unwrap_or_default());
            }
            let asked = stream::iter(page).map(|payment| outside(money, payment));
            let findings: Vec<Vec<String>> = asked.buffered(CONCURRENCY).try_collect().await?;
            self.wrong.extend(findings.into_iter().flatten());
        }
    }

    async fn read_ledger(&mut self, money: &Money) -> Result<(), StoreError> {
        let mut buyers = HashMap::<Account, i64>::new();
        let mut entries = money.ledger.all().await?;
        while let Some(entry) = entries.try_next().await? {
            self.entries += 1;
            self.add(&entry, &mut buyers);
            // Nearly all of them: what a buyer pays goes on at once.
            buyers.retain(|_, balance| *balance != 0);
        }
        for (buyer, balance) in buyers {
            self.wrong.push(format!("ledger: {buyer} is left with {balance}"));
        }
        let currencies: Vec<_> = self
            .totals
            .keys()
            .filter_map(|name| name.rsplit_once(' '))
            .map(|(_, of)| of.to_owned())
            .collect();
        for currency in currencies {
            let end = format!(" {currency}");
            let sum: i64 =
                self.totals.iter().filter(|(name, _)| name.ends_with(&end)).map(|(_, sum)| sum).sum();
            if sum != 0 {
                self.wrong.push(format!("ledger: the accounts in {currency} do not balance: {sum}"));
            }
        }
        self.wrong.sort();
        self.wrong.dedup();
        Ok(())
    }

    fn add(&mut self, entry: &Entry, buyers: &mut HashMap<Account, i64>) {
        for transfer in entry.transfers() {
            for (account, amount) in
                [(transfer.debit, transfer.amount.get()), (transfer.credit, -transfer.amount.get())]
            {
                let kind = match account {
                    Account::Gateway => "gateway",
                    Account::Buyer(_) => "buyers",
                    Account::Seller(_) => "sellers",
                    Account::UnknownSeller => "unknown sellers",
                    Account::Fees => "fees",
                    Account::Payouts => UNDER_WAY,
                };
                *self.totals.entry(format!("{kind} {}", entry.currency().as_str())).or_default() += amount;
                if matches!(account, Account::Buyer(_)) {
                    *buyers.entry(account).or_default() += amount;
                }
            }
        }
    }

    /// The ledger against what the payment says of itself.
    fn compare(&mut self, payment: &Payment, booked: Booked) {
        let disputed = |reinstated: bool| {
            let counted = payment
                .disputes()
                .iter()
                .filter(|dispute| if reinstated { dispute.reinstated } else { dispute.withdrawn });
            counted.map(|dispute| dispute.amount.get()).sum::<i64>()
        };
        // What came back of refunds moved twice.
        let returned = payment.returned().get();
        let into = payment.amount().get() + disputed(true) + returned;
        let out = payment.refunded().get() + disputed(false) + returned;
        if (booked.into_gateway, booked.out_of_gateway) != (into, out) {
            self.wrong.push(format!(
                "payment {}: moved {into} in and {out} out, the ledger has {} and {}",
                payment.id(),
                booked.into_gateway,
                booked.out_of_gateway
            ));
        }
    }

    /// What is under way to sellers is what the payouts say that are under way.
    async fn payouts(&mut self, money: &Money) -> Result<(), StoreError> {
        let mut under_way = BTreeMap::<String, i64>::new();
        for payout in money.payouts.open_ones().await? {
            let kind = format!("{UNDER_WAY} {}", payout.currency().as_str());
            *under_way.entry(kind).or_default() -= payout.amount().get();
        }
        for (kind, sum) in self.totals.iter().filter(|(kind, _)| kind.starts_with(UNDER_WAY)) {
            let open = under_way.get(kind).copied().unwrap_or_default();
            if *sum != open {
                self.wrong.push(format!("{kind}: the ledger has {sum}, the payouts {open}"));
            }
        }
        Ok(())
    }

    /// Complete orders have money, and exactly one payment's.
    async fn unpaid_orders(&mut self, money: &Money) -> Result<(), StoreError> {
        let mut complete = money.orders.complete().await?.try_chunks(ORDERS);
        while let Some(orders) = complete.try_next().await.map_err(|cut| cut.1)? {
            let ids: Vec<_> = orders.iter().map(Order::id).collect();
            let mut paid = HashMap::new();
            for payment in money.payments.captured_for(&ids).await? {
                *paid.entry(payment.order()).or_insert(0_u32) += 1;
            }
            for id in ids {
                match paid.get(&id).copied().unwrap_or_default() {
                    1 => {}
                    count => self.wrong.push(format!("order {id}: complete, and paid {count} times")),
                }
            }
        }
        Ok(())
    }
}

/// The payment against its order and the gateway.
async fn outside(money: &Money, payment: Payment) -> Result<Vec<String>, StoreError> {
    let mut wrong = Vec::new();
    let id = payment.id();
    match money.orders.get(payment.order()).await? {
        Some(order) if order.status() == OrderStatus::Complete && order.total() == payment.amount() => {}
        Some(order) if order.status() == OrderStatus::Cancelled => {
            if payment.refunded() != payment.amount() {
                wrong.push(format!("payment {id}: its order is cancelled, and not all was given back"));
            }
        }
        order => {
            let status = order.map(|order| order.status());
            wrong.push(format!("payment {id}: captured, and its order is {status:?} or of another total"));
        }
    }
    if payment.gateway() != money.gateway.name() {
        return Ok(wrong);
    }
    match money.gateway.look_up(&Charge::from(&payment)).await {
        Ok(Standing::Captured { refunds, .. }) => {
            let there = refunds.iter().map(|refund| refund.amount.get()).sum::<i64>();
            let pending = payment.refunds().iter().filter(|refund| refund.status() == RefundStatus::Pending);
            let pending: i64 = pending.map(|refund| refund.amount().get()).sum();
            let here = payment.refunded().get();
            if !(here..=here + pending).contains(&there) {
                wrong.push(format!("payment {id}: refunded {here}, the gateway has {there}"));
            }
        }
        Ok(standing) => wrong.push(format!("payment {id}: captured, the gateway has {standing:?}")),
        Err(error) => wrong.push(format!("payment {id}: {}", Failure::from_error(error))),
    }
    Ok(wrong)
}
