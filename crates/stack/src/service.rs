//! The processes a market is made of.

/// A deployable: its package, binary, log prefix and default database share one name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Service {
    /// Users and sessions.
    Auth,
    /// Listings.
    Tickets,
    /// Reservations.
    Orders,
    /// Timers.
    Expiration,
    /// Payments.
    Payments,
    /// The pages.
    Client,
}

impl Service {
    /// All of them, in the order they are started.
    pub const ALL: [Self; 6] =
        [Self::Auth, Self::Tickets, Self::Orders, Self::Expiration, Self::Payments, Self::Client];

    /// The package's and binary's name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Auth => "auth",
            Self::Tickets => "tickets",
            Self::Orders => "orders",
            Self::Expiration => "expiration",
            Self::Payments => "payments",
            Self::Client => "client",
        }
    }

    /// Whether it answers requests, other than on its admin port.
    pub const fn serves_http(self) -> bool {
        !matches!(self, Self::Expiration)
    }

    /// Whether it owns a database and takes part in messaging.
    pub const fn owns_data(self) -> bool {
        !matches!(self, Self::Client)
    }
}
