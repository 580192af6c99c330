//! I2: what buyers paid and got back.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{Truth, number, text};

/// What was given back, by listing: amount and units. Without the listings of which nothing was.
type GivenBack<'a> = BTreeMap<&'a str, (i64, i64)>;

/// A payment that took money and kept it, or gave it back line by line.
#[derive(Debug, PartialEq, Eq)]
struct Taken<'a> {
    status: &'a str,
    amount: i64,
    given_back: GivenBack<'a>,
}

/// All payments for one order.
#[derive(Debug, Default)]
struct Payments<'a> {
    taken: Vec<Taken<'a>>,
    /// Payments and refunds of which nobody knows yet what will become of them.
    undecided: usize,
}

impl<'a> Payments<'a> {
    fn add(&mut self, payment: &'a Value) {
        let status = text(&payment["status"]);
        let refunds = payment["refunds"].as_array().map_or(&[][..], Vec::as_slice);
        let with =
            |wanted: &'static str| refunds.iter().filter(move |refund| text(&refund["status"]) == wanted);
        let shares = with("done").flat_map(|refund| refund["shares"].as_array().into_iter().flatten());
        let given_back = sum(shares, "amountMinor", "units");
        self.undecided += with("requested").count();
        match status {
            "authorized" | "processing" | "requires_action" => self.undecided += 1,
            // One that was given back as a whole, because nothing was sold for it, is as if it had never been.
            "refunded" if given_back.is_empty() => {}
            "captured" | "refunded" => {
                self.taken.push(Taken { status, amount: number(&payment["amountMinor"]), given_back });
            }
            _ => {}
        }
    }

    fn keeps_nothing(&self) -> bool {
        self.taken.iter().all(|taken| taken.status == "refunded")
    }
}

/// Adds up by listing.
fn sum<'a>(parts: impl Iterator<Item = &'a Value>, amount: &str, units: &str) -> GivenBack<'a> {
    let mut all = GivenBack::new();
    for part in parts {
        let (amount, units) = (number(&part[amount]), number(&part[units]));
        if (amount, units) != (0, 0) {
            let of = all.entry(text(&part["ticketId"])).or_default();
            *of = (of.0 + amount, of.1 + units);
        }
    }
    all
}

impl Truth {
    /// I2: a complete order has exactly one capture, of its total, and of it was given back exactly what the order's lines
    /// say, never more than they cost; of a cancelled one nothing is kept.
    pub(super) fn money(&self, violations: &mut Vec<String>) {
        let mut by_order = BTreeMap::<&str, Payments<'_>>::new();
        for payment in self.payments.values() {
            by_order.entry(text(&payment["state"]["orderId"])).or_default().add(&payment["state"]);
        }
        let none = Payments::default();
        for (id, order) in &self.orders {
            let payments = by_order.get(id.as_str()).unwrap_or(&none);
            let status = Self::status(order);
            let amount = number(&order["state"]["total"]);
            let given_back = sum(Self::lines(order).iter(), "refunded", "returned");
            let fine = if status == "complete" {
                let all = given_back.values().map(|(cents, _)| cents).sum::<i64>() == amount;
                let status = if all { "refunded" } else { "captured" };
                payments.taken == [Taken { status, amount, given_back: given_back.clone() }]
                    && payments.undecided == 0
            } else {
                let ended = status == "cancelled";
                payments.keeps_nothing() && given_back.is_empty() && (payments.undecided == 0 || !ended)
            };
            if !fine {
                violations.push(format!(
                    "I2: order {id} is {status}, its total {amount}, gave back {given_back:?}; {payments:?}"
                ));
            }
            for line in Self::lines(order) {
                let cost = number(&line["quantity"]) * number(&line["price"]);
                if number(&line["refunded"]) > cost || number(&line["returned"]) > number(&line["quantity"]) {
                    violations.push(format!("I2: order {id} gave back more than there was: {line}"));
                }
            }
        }
    }
}
