//! The cards a sandbox buyer can choose from: the gateway's documented test tokens.

/// A test card.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Card {
    pub(crate) token: &'static str,
    pub(crate) name: &'static str,
    pub(crate) effect: &'static str,
}

/// All of them; the first is chosen unless the buyer says otherwise.
pub(crate) const ALL: [Card; 6] = [
    Card { token: "tok_visa", name: "Visa •••• 4242", effect: "is accepted" },
    Card { token: "tok_mastercard", name: "Mastercard •••• 4444", effect: "is accepted" },
    Card {
        token: "pm_card_authenticationRequired", name: "Visa •••• 3184", effect: "asks you to confirm"
    },
    Card { token: "tok_chargeDeclined", name: "Visa •••• 0002", effect: "is declined" },
    Card {
        token: "tok_chargeDeclinedInsufficientFunds",
        name: "Visa •••• 9995",
        effect: "is declined: not enough money",
    },
    Card {
        token: "tok_timeoutThenSucceeded",
        name: "Visa •••• 0404",
        effect: "answers late, then is accepted",
    },
];
