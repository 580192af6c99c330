//! [`Basket`]: what a visitor means to reserve together, kept in a cookie of the visitor's own browser.
//!
//! It holds nothing and promises nothing: whether a line can be had is asked when the basket is shown, and decided when
//! it is reserved. So it needs no account and no place of its own, and what comes from the browser is only a wish.

use std::fmt::{self, Write as _};

use axum::http::{HeaderMap, HeaderValue};
use common::{
    id::TicketId,
    money::{Minor, Price},
    session::{CookiePolicy, cookie_value},
    text::Quantity,
};

/// Units of one listing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Line {
    pub(crate) ticket: TicketId,
    pub(crate) quantity: Quantity,
    /// What one unit cost when the visitor last saw it here or on the listing's page.
    pub(crate) seen: Price,
}

/// Lines in the order they were put in, one a listing, as many as one order takes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Basket(Vec<Line>);

/// The basket takes no more listings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Full;

impl fmt::Display for Full {
    /// In words, as rules are told.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Your basket is full: it takes {} different listings", Basket::MAX_LINES)
    }
}

/// Thirty days.
const KEPT_SECONDS: u32 = 30 * 24 * 60 * 60;

impl Basket {
    /// As many listings as one order takes.
    pub(crate) const MAX_LINES: usize = 10;

    /// The basket that came with a request. What cannot be read is left out.
    pub(crate) fn of(headers: &HeaderMap, policy: CookiePolicy) -> Self {
        let mut basket = Self::default();
        for line in cookie_value(headers, name(policy)).unwrap_or_default().split('.').filter_map(read) {
            // Lines over the number we ever wrote are none of ours.
            let _ = basket.put(line);
        }
        basket
    }

    /// The lines, oldest first.
    pub(crate) fn lines(&self) -> &[Line] {
        &self.0
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Units of all lines.
    pub(crate) fn units(&self) -> u32 {
        self.0.iter().map(|line| line.quantity.get()).sum()
    }

    /// How many units of a listing are in it.
    pub(crate) fn units_of(&self, ticket: TicketId) -> Option<Quantity> {
        self.0.iter().find(|line| line.ticket == ticket).map(|line| line.quantity)
    }

    /// Makes this the listing's line. Said twice it is the same as once, so a form sent twice does no harm.
    pub(crate) fn put(&mut self, line: Line) -> Result<(), Full> {
        if let Some(there) = self.0.iter_mut().find(|there| there.ticket == line.ticket) {
            *there = line;
        } else if self.0.len() < Self::MAX_LINES {
            self.0.push(line);
        } else {
            return Err(Full);
        }
        Ok(())
    }

    /// Takes a listing out.
    pub(crate) fn remove(&mut self, ticket: TicketId) {
        self.0.retain(|line| line.ticket != ticket);
    }

    /// The `Set-Cookie` value that keeps it, or that ends the cookie of an empty one.
    pub(crate) fn cookie(&self, policy: CookiePolicy) -> HeaderValue {
        let mut cookie = format!("{}=", name(policy));
        for (place, Line { ticket, quantity, seen }) in self.0.iter().enumerate() {
            let dot = if place == 0 { "" } else { "." };
            let _ = write!(cookie, "{dot}{ticket}-{}-{}", quantity.get(), seen.minor().get());
        }
        let age = if self.is_empty() { 0 } else { KEPT_SECONDS };
        let _ = write!(cookie, "; Path=/; Max-Age={age}; HttpOnly; SameSite=Lax");
        if policy == CookiePolicy::Secure {
            cookie.push_str("; Secure");
        }
        // Digits, letters, dashes and dots, so this conversion always succeeds.
        cookie.parse().unwrap_or_else(|_| HeaderValue::from_static(""))
    }
}

/// Behind https no subdomain can plant a basket, as with the session.
fn name(policy: CookiePolicy) -> &'static str {
    match policy {
        CookiePolicy::Secure => "__Host-basket",
        CookiePolicy::Plain => "basket",
    }
}

/// `ID-QUANTITY-MINOR`
fn read(text: &str) -> Option<Line> {
    let mut parts = text.split('-');
    let ticket = parts.next()?.parse().ok()?;
    let quantity = parts.next()?.parse().ok()?;
    let seen = Price::try_from(Minor::new(parts.next()?.parse().ok()?)?).ok()?;
    parts.next().is_none().then_some(Line { ticket, quantity, seen })
}

#[cfg(test)]
mod tests {
    use axum::http::header::COOKIE;

    use super::*;

    const ID: &str = "6b49d20001020304050607c1";

    fn line(last: u8, quantity: u32, price: &str) -> Line {
        let ticket = format!("6b49d200010203040506{last:04x}").parse().unwrap();
        Line { ticket, quantity: quantity.try_into().unwrap(), seen: Price::parse(price).unwrap() }
    }

    fn read(cookie: &str) -> Basket {
        Basket::of(&[(COOKIE, cookie.parse().unwrap())].into_iter().collect(), CookiePolicy::Plain)
    }

    #[test]
    fn a_basket_comes_back_as_it_was_kept() {
        let mut basket = Basket::default();
        for number in 0..10 {
            basket.put(line(number, u32::from(number) + 1, "49.50")).unwrap();
        }
        let cookie = basket.cookie(CookiePolicy::Plain);
        let cookie = cookie.to_str().unwrap();
        assert!(cookie.ends_with("; Path=/; Max-Age=2592000; HttpOnly; SameSite=Lax"), "{cookie}");
        assert_eq!(read(cookie.split(';').next().unwrap()), basket);
        assert_eq!((basket.lines().len(), basket.units()), (10, 55));
        assert_eq!(basket.put(line(10, 1, "1")), Err(Full));
        assert_eq!(basket.put(line(3, 2, "1")), Ok(()));
        assert_eq!(basket.units_of(line(3, 1, "1").ticket).map(Quantity::get), Some(2));
    }

    #[test]
    fn an_emptied_basket_leaves_no_cookie() {
        let mut basket = Basket::default();
        basket.put(line(1, 1, "1")).unwrap();
        basket.remove(line(1, 1, "1").ticket);
        let cookie = basket.cookie(CookiePolicy::Secure);
        assert_eq!(cookie, "__Host-basket=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax; Secure");
    }

    #[test]
    fn junk_is_left_out() {
        for cookie in [
            "basket=".to_owned(),
            "basket=x".to_owned(),
            "basket=<script>".to_owned(),
            format!("basket={ID}"),
            format!("basket={ID}-0-100"),
            format!("basket={ID}-101-100"),
            format!("basket={ID}-1-0"),
            format!("basket={ID}--1"),
            format!("basket={ID}-1--5"),
            format!("basket={ID}-1-100-1"),
            format!("basket={ID}-1-99999999999999999999"),
            format!("other={ID}-1-100"),
        ] {
            assert!(read(&cookie).is_empty(), "{cookie}");
        }
        let some = read(&format!("basket=junk.{ID}-2-4950..x-1-1.{ID}-3-4950"));
        assert_eq!((some.lines().len(), some.units()), (1, 3));
        let many: Vec<_> = (0..40).map(|last| format!("6b49d200010203040506{last:04x}-1-100")).collect();
        assert_eq!(read(&format!("basket={}", many.join("."))).lines().len(), Basket::MAX_LINES);
    }
}
