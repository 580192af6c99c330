//! Signed-in users, without auth.

use anyhow::{Error, Result};
use common::{
    clock::Clock,
    id::{Id, SessionId, UserId},
    session::{Claims, CookiePolicy, Signer, TOKEN_SECONDS},
};
use runtime::entropy;

/// Units one buyer may hold unpaid, by the services' default.
const HOLD_LIMIT: usize = 10;

/// A signed-in user.
#[derive(Debug, Clone)]
pub(crate) struct Person {
    pub(crate) id: UserId,
    /// The `Cookie` header's value.
    pub(crate) cookie: String,
}

impl Person {
    /// Somebody new.
    pub(crate) fn new(signer: &Signer) -> Result<Self> {
        let now = Clock::System.now();
        let id = UserId::generate(now, entropy());
        let claims = Claims {
            sub: id,
            email: format!("{id}@example.org").parse().map_err(Error::msg)?,
            sid: SessionId::generate(now, entropy()),
            iat: now.as_second(),
            exp: now.as_second() + TOKEN_SECONDS,
        };
        let cookie = format!("{}={}", CookiePolicy::Plain.name(), signer.sign(&claims)?);
        Ok(Self { id, cookie })
    }

    /// Several new people.
    pub(crate) fn several(signer: &Signer, count: usize) -> Result<Vec<Self>> {
        (0..count).map(|_| Self::new(signer)).collect()
    }
}

/// Tickets, and who is to reserve them one after the other.
#[derive(Debug, Clone)]
pub(crate) struct Lot {
    pub(crate) buyer: Person,
    pub(crate) tickets: Vec<String>,
}

/// Deals tickets to connections: every ticket once, each buyer on one connection only and within the limit.
pub(crate) fn deal(tickets: &[String], connections: usize, signer: &Signer) -> Result<Vec<Vec<Lot>>> {
    let mut hands = vec![Vec::new(); connections];
    for (turn, lot) in tickets.chunks(HOLD_LIMIT).enumerate() {
        hands[turn % connections].push(Lot { buyer: Person::new(signer)?, tickets: lot.to_vec() });
    }
    Ok(hands)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_ticket_is_dealt_once_and_no_buyer_beyond_the_limit() {
        let signer = Signer::from_pem(&Signer::generate_pem().unwrap()).unwrap();
        let tickets: Vec<String> = (0..95).map(|n| n.to_string()).collect();
        let hands = deal(&tickets, 4, &signer).unwrap();
        assert_eq!(hands.len(), 4);
        let lots: Vec<_> = hands.into_iter().flatten().collect();
        let buyers: HashSet<_> = lots.iter().map(|lot| lot.buyer.id.to_string()).collect();
        assert_eq!(buyers.len(), lots.len());
        assert!(lots.iter().all(|lot| lot.tickets.len() <= HOLD_LIMIT));
        let dealt: HashSet<_> = lots.into_iter().flat_map(|lot| lot.tickets).collect();
        assert_eq!(dealt, tickets.into_iter().collect());
    }
}
