//! Amounts in the reader's format.

use common::money::Major;
use islands::words::words;

/// `$1,234.50`, or as the page's language writes it.
pub(crate) fn amount(amount: Major, currency: &str) -> String {
    islands::money::amount(amount, currency, words().language())
}
