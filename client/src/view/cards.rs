//! The cards a sandbox buyer can choose from: the gateway's documented test tokens.

use islands::t;

/// A test card.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Card {
    pub(crate) token: &'static str,
    pub(crate) name: &'static str,
    effect: Effect,
}

/// What paying with a card comes to.
#[derive(Debug, Clone, Copy)]
enum Effect {
    Accepted,
    AsksToConfirm,
    Declined,
    NotEnoughMoney,
    AnswersLate,
}

/// All of them; the first is chosen unless the buyer says otherwise.
pub(crate) const ALL: [Card; 6] = [
    Card { token: "tok_visa", name: "Visa •••• 4242", effect: Effect::Accepted },
    Card { token: "tok_mastercard", name: "Mastercard •••• 4444", effect: Effect::Accepted },
    Card {
        token: "pm_card_authenticationRequired", name: "Visa •••• 3184", effect: Effect::AsksToConfirm
    },
    Card { token: "tok_chargeDeclined", name: "Visa •••• 0002", effect: Effect::Declined },
    Card {
        token: "tok_chargeDeclinedInsufficientFunds",
        name: "Visa •••• 9995",
        effect: Effect::NotEnoughMoney,
    },
    Card { token: "tok_timeoutThenSucceeded", name: "Visa •••• 0404", effect: Effect::AnswersLate },
];

impl Card {
    /// What will happen, so that a buyer can choose it.
    pub(crate) fn effect(&self) -> String {
        match self.effect {
            Effect::Accepted => t!("card-accepted"),
            Effect::AsksToConfirm => t!("card-confirm"),
            Effect::Declined => t!("card-declined"),
            Effect::NotEnoughMoney => t!("card-no-money"),
            Effect::AnswersLate => t!("card-late"),
        }
    }
}
