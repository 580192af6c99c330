//! Amounts for people to read.

use common::money::Major;

/// `$1,234.50`, or `1,234.50 SEK` where a sign would be ambiguous.
pub(crate) fn amount(amount: Major, currency: &str) -> String {
    let minor = amount.0.get();
    let whole = grouped(minor / 100);
    let digits = format!("{whole}.{:02}", minor % 100);
    match currency {
        "usd" => format!("${digits}"),
        "eur" => format!("€{digits}"),
        "gbp" => format!("£{digits}"),
        other => format!("{digits}\u{a0}{}", other.to_uppercase()),
    }
}

fn grouped(number: i64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use common::money::Minor;

    use super::*;

    #[test]
    fn amounts_read_naturally() {
        for (minor, currency, text) in [
            (1, "usd", "$0.01"),
            (4950, "usd", "$49.50"),
            (123_456_789, "eur", "€1,234,567.89"),
            (100_000, "gbp", "£1,000.00"),
            (99_900, "sek", "999.00\u{a0}SEK"),
        ] {
            assert_eq!(amount(Major(Minor::new(minor).unwrap()), currency), text);
        }
    }
}
