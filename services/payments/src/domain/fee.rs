//! What the market keeps of a sale.

use std::str::FromStr;

use common::money::Minor;
use serde::{Deserialize, Serialize};

/// Basis points in a whole.
const WHOLE: u32 = 10_000;

/// The market's share of what a buyer pays, in basis points: 500 is five percent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct FeeRate(u32);

impl FeeRate {
    /// The fee on an amount, rounded half up to a minor unit; never more than the amount.
    pub(crate) fn of(self, amount: Minor) -> Minor {
        // Widened: the product of the largest amount and rate does not fit.
        let exact = i128::from(amount.get()) * i128::from(self.0.min(WHOLE));
        let rounded = (exact + i128::from(WHOLE / 2)) / i128::from(WHOLE);
        i64::try_from(rounded).ok().and_then(Minor::new).unwrap_or(amount).min(amount)
    }
}

impl FromStr for FeeRate {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.parse() {
            Ok(points) if points <= WHOLE => Ok(Self(points)),
            _ => Err("must be a whole number of basis points from 0 to 10000"),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn fee(rate: &str, cents: i64) -> i64 {
        rate.parse::<FeeRate>().unwrap().of(Minor::new(cents).unwrap()).get()
    }

    #[test]
    fn a_fee_is_rounded_half_up() {
        for (rate, cents, expected) in [
            ("500", 1000, 50),
            ("250", 101, 3),
            ("500", 10, 1),
            ("500", 9, 0),
            ("0", 999, 0),
            ("10000", 7, 7),
        ] {
            assert_eq!(fee(rate, cents), expected, "{rate} of {cents}");
        }
        assert_eq!(fee("10000", i64::MAX), i64::MAX);
    }

    #[test]
    fn a_rate_is_at_most_the_whole() {
        for bad in ["10001", "-1", "2.5", "", "5%"] {
            assert!(bad.parse::<FeeRate>().is_err(), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn more_costs_never_less(rate in 0_u32..=WHOLE, less in 0_i64..1_000_000_000, more in 0_i64..1_000_000) {
            let (rate, less) = (FeeRate(rate), Minor::new(less).unwrap());
            let more = less.checked_add(Minor::new(more).unwrap()).unwrap();
            prop_assert!(rate.of(less) <= rate.of(more));
            prop_assert!(rate.of(more) <= more);
        }
    }
}
