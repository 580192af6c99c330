//! Amounts for people to read.

use common::money::Major;

use crate::words::Language;

/// `$1,234.50` in English, `1.234,50 $` in German; currencies without a sign of their own go by their code.
pub fn amount(amount: Major, currency: &str, language: Language) -> String {
    let minor = amount.0.get();
    let (group, point) = match language {
        Language::English => (',', '.'),
        Language::German => ('.', ','),
    };
    let digits = format!("{}{point}{:02}", grouped(minor / 100, group), minor % 100);
    let sign = match currency {
        "usd" => "$",
        "eur" => "€",
        "gbp" => "£",
        _ => "",
    };
    match language {
        Language::English if !sign.is_empty() => format!("{sign}{digits}"),
        Language::German if !sign.is_empty() => format!("{digits}\u{a0}{sign}"),
        Language::English | Language::German => format!("{digits}\u{a0}{}", currency.to_uppercase()),
    }
}

fn grouped(number: i64, group: char) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(group);
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
    fn amounts_read_naturally_in_each_language() {
        for (minor, currency, english, german) in [
            (1, "usd", "$0.01", "0,01\u{a0}$"),
            (4950, "usd", "$49.50", "49,50\u{a0}$"),
            (123_456_789, "eur", "€1,234,567.89", "1.234.567,89\u{a0}€"),
            (100_000, "gbp", "£1,000.00", "1.000,00\u{a0}£"),
            (99_900, "sek", "999.00\u{a0}SEK", "999,00\u{a0}SEK"),
        ] {
            let major = Major(Minor::new(minor).unwrap());
            assert_eq!(amount(major, currency, Language::English), english);
            assert_eq!(amount(major, currency, Language::German), german);
        }
    }
}
