//! [`Cost`]: money that a page shows, and keeps for its program to reckon with.

use std::{fmt, str::FromStr};

use common::{
    api::TicketView,
    money::{Major, Minor},
};

use crate::{money, words::words};

/// An amount of money and its currency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cost {
    amount: Major,
    currency: String,
}

impl Cost {
    /// So much, in this currency.
    pub fn new(amount: Major, currency: &str) -> Self {
        Self { amount, currency: currency.to_owned() }
    }

    /// Of one unit of a listing.
    pub fn of_one(ticket: &TicketView) -> Self {
        Self::new(ticket.price, &ticket.currency)
    }

    /// How much.
    pub const fn amount(&self) -> Major {
        self.amount
    }

    /// In words: `$49.50`.
    pub fn text(&self) -> String {
        money::amount(self.amount, &self.currency, words().language())
    }

    /// Of so many; `None` if there is no such amount.
    pub fn times(&self, count: u32) -> Option<Self> {
        Some(Self::new(Major(self.amount.0.times(count)?), &self.currency))
    }

    /// All costs together, which are of one currency; `None` of none.
    pub fn sum<'a>(costs: impl IntoIterator<Item = &'a Self>) -> Option<Self> {
        let mut costs = costs.into_iter();
        let first = costs.next()?;
        let amount = costs.try_fold(first.amount.0, |sum, cost| sum.checked_add(cost.amount.0))?;
        Some(Self::new(Major(amount), &first.currency))
    }
}

/// `4950 usd`, in minor units, for an attribute.
impl fmt::Display for Cost {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} {}", self.amount.0.get(), self.currency)
    }
}

/// A text that does not tell a cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoCost;

impl FromStr for Cost {
    type Err = NoCost;

    fn from_str(text: &str) -> Result<Self, NoCost> {
        let (minor, currency) = text.split_once(' ').ok_or(NoCost)?;
        let minor = minor.parse().ok().and_then(Minor::new).ok_or(NoCost)?;
        Ok(Self::new(Major(minor), currency))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cost(text: &str) -> Cost {
        text.parse().unwrap()
    }

    #[test]
    fn an_attribute_reads_back_as_written() {
        for text in ["4950 usd", "1 eur", "100000000 sek"] {
            assert_eq!(cost(text).to_string(), text);
        }
        for text in ["", "4950", "usd", "-1 usd", "49.5 usd", "99999999999999999999 usd"] {
            assert_eq!(text.parse::<Cost>(), Err(NoCost), "{text}");
        }
    }

    #[test]
    fn costs_are_reckoned_exactly() {
        let lines = [cost("10 usd").times(3).unwrap(), cost("4950 usd").times(2).unwrap()];
        assert_eq!(Cost::sum(&lines), Some(cost("9930 usd")));
        assert_eq!(Cost::sum([]), None);
        let all_there_is = cost(&format!("{} usd", i64::MAX));
        assert_eq!(all_there_is.times(2), None);
        assert_eq!(Cost::sum([&all_there_is, &lines[0]]), None);
    }
}
