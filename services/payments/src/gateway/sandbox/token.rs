//! What the sandbox does for each payment method it knows.

/// How the sandbox treats a payment method.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Script {
    /// What it decides.
    pub(super) verdict: Verdict,
    /// How its answer travels.
    pub(super) answer: Answer,
}

/// What the sandbox decides about a charge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    Authorise,
    /// Authorises, and refuses for good to capture.
    AuthoriseOnly,
    Decline(&'static str),
    /// Wants the buyer to confirm, and then approves or declines.
    Confirm {
        then_decline: Option<&'static str>,
    },
}

/// How the sandbox's answer travels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Answer {
    AtOnce,
    /// After about a second.
    Slowly,
    /// Decided, and never heard by whoever asked.
    Lost,
}

const DECLINED: &str = "Your card was declined.";
const NO_FUNDS: &str = "Your card has insufficient funds.";

/// The script for a payment method: Stripe's documented test methods, as `tok_…` and as `pm_card_…`, and a few of the
/// sandbox's own. `None` for all others.
pub(super) fn script(method: &str) -> Option<Script> {
    let name = method.strip_prefix("tok_").or_else(|| method.strip_prefix("pm_card_"))?;
    let verdict = match name {
        "visa"
        | "visa_debit"
        | "mastercard"
        | "mastercard_debit"
        | "amex"
        | "discover"
        | "diners"
        | "jcb"
        | "unionpay"
        | "timeoutThenSucceeded"
        | "slow" => Verdict::Authorise,
        "captureFails" => Verdict::AuthoriseOnly,
        "chargeDeclined" | "timeoutThenFailed" => Verdict::Decline(DECLINED),
        "chargeDeclinedInsufficientFunds" => Verdict::Decline(NO_FUNDS),
        "chargeDeclinedExpiredCard" => Verdict::Decline("Your card has expired."),
        "chargeDeclinedIncorrectCvc" => Verdict::Decline("Your card's security code is incorrect."),
        "chargeDeclinedProcessingError" => {
            Verdict::Decline("An error occurred while processing your card. Try again in a little bit.")
        }
        "threeDSecure2Required" | "authenticationRequired" => Verdict::Confirm { then_decline: None },
        "authenticationRequiredChargeDeclinedInsufficientFunds" => {
            Verdict::Confirm { then_decline: Some(NO_FUNDS) }
        }
        _ => return None,
    };
    let answer = match name {
        "timeoutThenSucceeded" | "timeoutThenFailed" => Answer::Lost,
        "slow" => Answer::Slowly,
        _ => Answer::AtOnce,
    };
    Some(Script { verdict, answer })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_and_payment_methods_of_the_same_name_behave_alike() {
        for name in ["visa", "chargeDeclined", "authenticationRequired", "slow"] {
            let token = script(&format!("tok_{name}"));
            assert!(token.is_some(), "{name}");
            assert_eq!(token, script(&format!("pm_card_{name}")), "{name}");
        }
    }

    #[test]
    fn other_names_are_unknown() {
        for name in ["", "visa", "tok_", "tok_Visa", "tok_nonsense", "pm_visa"] {
            assert_eq!(script(name), None, "{name}");
        }
    }
}
