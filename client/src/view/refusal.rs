//! A refusal in words, with what to do next.

use common::{
    error::{ErrorCode, Problem},
    field::FieldError,
};

use crate::{
    backend::{CallError, Outage, Part, Refused},
    render::Outcome,
    trouble::Trouble,
};

/// Why a form was not accepted, to be shown with the form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refusal {
    status: u16,
    /// What happened, in one sentence.
    pub(crate) what: String,
    /// What to do next.
    pub(crate) advice: Option<Advice>,
    /// What is wrong with single fields, to be said beside them.
    pub(crate) fields: Vec<FieldError>,
    /// Nothing else is wrong, so the top of the page lists them too.
    pub(crate) only_fields: bool,
    retry_after: Option<u32>,
}

/// What to do next, with a link to where it is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Advice {
    pub(crate) text: &'static str,
    pub(crate) link: Option<(&'static str, &'static str)>,
}

const fn advice(text: &'static str) -> Advice {
    Advice { text, link: None }
}

const fn advice_at(text: &'static str, path: &'static str, label: &'static str) -> Advice {
    Advice { text, link: Some((path, label)) }
}

impl Refusal {
    /// Fields that break a rule the client knows itself.
    pub(crate) fn invalid(fields: Vec<FieldError>) -> Self {
        let what = match fields.len() {
            1 => "One thing needs your attention.".to_owned(),
            count => format!("{count} things need your attention."),
        };
        Self { status: 400, what, advice: None, fields, only_fields: true, retry_after: None }
    }

    /// A service's refusal of a form.
    pub(crate) fn of(refused: &Refused) -> Self {
        let Refused { problem, retry_after } = refused;
        let fields: Vec<_> = problem
            .errors
            .iter()
            .filter_map(|error| {
                let field = error.field.clone()?;
                Some(FieldError { field, message: error.message.clone() })
            })
            .collect();
        if !fields.is_empty() && refused.is(ErrorCode::InvalidInput) {
            return Self { status: problem.status, ..Self::invalid(fields) };
        }
        let (what, advice) = words(problem);
        Self { status: problem.status, what, advice, fields, only_fields: false, retry_after: *retry_after }
    }

    /// A service that is not there, told where a form was sent to it.
    pub(crate) fn missing(outage: Outage) -> Self {
        let advice =
            if outage.maybe_done { unsure(outage.part) } else { advice("Please try again in a moment.") };
        Self {
            status: 503,
            what: missing(outage.part).to_owned(),
            advice: Some(advice),
            fields: Vec::new(),
            only_fields: false,
            retry_after: outage.retry_after,
        }
    }

    /// What a form's page shows of a failed call. Not being signed in, and things that do not exist, need another
    /// page.
    pub(crate) fn on_form(error: CallError) -> Result<Self, Trouble> {
        match error {
            CallError::Missing(outage) => Ok(Self::missing(outage)),
            CallError::Refused(refused) if matches!(refused.problem.status, 401 | 404) => {
                Err(CallError::Refused(refused).into())
            }
            CallError::Refused(refused) => Ok(Self::of(&refused)),
        }
    }

    /// The same for a page that can show any refusal, so that nothing typed is ever lost.
    pub(crate) fn always(error: CallError) -> Self {
        match error {
            CallError::Missing(outage) => Self::missing(outage),
            CallError::Refused(refused) => Self::of(&refused),
        }
    }

    /// What the page that shows it answers with.
    pub(crate) fn outcome(&self) -> Outcome {
        Outcome::new(self.status, self.retry_after)
    }

    /// What is wrong with one field.
    pub(crate) fn field(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|error| error.field == name).map(|error| error.message.as_str())
    }
}

/// What a page answers with that shows this refusal, if there is one.
pub(crate) fn outcome(refusal: Option<&Refusal>) -> Outcome {
    refusal.map_or(Outcome::OK, Refusal::outcome)
}

/// Says which part of the market is not there.
pub(crate) fn missing(part: Part) -> &'static str {
    match part {
        Part::Accounts => "Signing in and out is not available right now.",
        Part::Listings => "Listings are not available right now.",
        Part::Orders => "Orders are not available right now.",
        Part::Payments => "Payments are not available right now.",
    }
}

/// Where to look whether a change was made after all.
fn unsure(part: Part) -> Advice {
    match part {
        Part::Accounts => advice("It may have worked all the same. Try again in a moment."),
        Part::Listings => advice_at(
            "It may have worked all the same. Before you try again, look at ",
            "/me/tickets",
            "your listings",
        ),
        Part::Orders => advice_at(
            "It may have worked all the same. Before you try again, look at ",
            "/me/orders",
            "your orders",
        ),
        Part::Payments => advice(
            "Your payment may have gone through all the same. Refresh this page before you pay again; an order is \
             never charged twice.",
        ),
    }
}

/// The service's code in the market's words; codes without words of ours keep the service's.
fn words(problem: &Problem) -> (String, Option<Advice>) {
    let code = ErrorCode::ALL.iter().find(|code| code.as_str() == problem.code);
    let said = || problem.detail.clone();
    let (what, advice) = match code {
        Some(ErrorCode::TicketUnavailable) => (
            "Somebody was faster: there are not enough of these tickets left.".to_owned(),
            Some(advice(
                "This page shows what is left now. If another buyer does not pay in time, tickets come back: \
                 look again in a few minutes.",
            )),
        ),
        Some(ErrorCode::TicketNotOnSale) => (
            "This listing is no longer on sale.".to_owned(),
            Some(advice_at("There may be others like it: ", "/", "browse all tickets")),
        ),
        Some(ErrorCode::TicketReserved) => (
            said(),
            Some(advice(
                "A buyer is holding some of these tickets right now. Wait until they have paid or their \
                 reservation has lapsed, a quarter of an hour at most, and try again.",
            )),
        ),
        Some(ErrorCode::PriceChanged) => (
            "The seller changed the price while you were looking.".to_owned(),
            Some(advice(
                "Nothing is reserved. This page shows the new price: reserve again if you still want to.",
            )),
        ),
        Some(ErrorCode::HoldLimit) => (
            "You are holding as many unpaid tickets as one buyer may.".to_owned(),
            Some(advice_at("Pay for or cancel one of ", "/me/orders", "your orders")),
        ),
        Some(ErrorCode::OrderNotOpen) => {
            ("This order has moved on.".to_owned(), Some(advice("What it says below is how it stands now.")))
        }
        Some(ErrorCode::OrderExpired) => (
            "The reservation has lapsed, so it can no longer be paid. You were not charged.".to_owned(),
            Some(advice_at(
                "If the tickets are still there you can reserve them again: ",
                "/",
                "browse all tickets",
            )),
        ),
        Some(ErrorCode::AlreadyPaid) => (
            "This order is paid, or a payment for it is under way.".to_owned(),
            Some(advice("There is no need to pay again. Refresh this page to see how it stands.")),
        ),
        Some(ErrorCode::IdempotencyKeyReused) => (
            "This form was sent before with another choice, and that choice was carried out.".to_owned(),
            Some(advice_at("Before you reserve more, look at ", "/me/orders", "your orders")),
        ),
        Some(ErrorCode::Conflict) => (
            "Somebody changed this at the same moment.".to_owned(),
            Some(advice("Nothing of yours was done. Please try again.")),
        ),
        Some(ErrorCode::EmailInUse) => {
            (said(), Some(advice_at("Is this account yours? Then ", "/signin", "sign in")))
        }
        Some(ErrorCode::OwnTicket) => {
            ("This is your own listing, so you cannot reserve it.".to_owned(), None)
        }
        Some(ErrorCode::CardDeclined) => (
            format!("The payment was declined: {}", said()),
            Some(advice(
                "You were not charged, and the tickets are still yours until the deadline. Try another card.",
            )),
        ),
        Some(ErrorCode::TooManyRequests) => {
            ("That was too many attempts.".to_owned(), Some(advice("Wait a little before you try again.")))
        }
        Some(ErrorCode::NotSignedIn) => (
            "You are not signed in.".to_owned(),
            Some(advice_at(
                "What you typed is still here. Before you send it again, in another tab, ",
                "/signin",
                "sign in",
            )),
        ),
        _ => (said(), None),
    };
    (what, advice)
}

#[cfg(test)]
mod tests {
    use common::error::ProblemMessage;

    use super::*;

    fn refused(code: ErrorCode, errors: &[(&str, Option<&str>)]) -> Refused {
        let problem = Problem {
            kind: "about:blank".to_owned(),
            title: "Refused".to_owned(),
            status: code.status(),
            code: code.as_str().to_owned(),
            detail: "the service's words".to_owned(),
            errors: errors
                .iter()
                .map(|(message, field)| ProblemMessage {
                    message: (*message).to_owned(),
                    field: field.map(str::to_owned),
                })
                .collect(),
        };
        Refused { problem, retry_after: None }
    }

    #[test]
    fn every_conflict_says_what_to_do_next() {
        for code in ErrorCode::ALL.iter().filter(|code| code.status() == 409) {
            let refusal = Refusal::of(&refused(*code, &[]));
            assert_eq!(refusal.status, 409);
            assert!(refusal.advice.is_some(), "{code:?}");
        }
    }

    #[test]
    fn a_decline_gives_the_gateways_reason_and_a_way_on() {
        let refusal = Refusal::of(&refused(ErrorCode::CardDeclined, &[]));
        assert_eq!(refusal.what, "The payment was declined: the service's words");
        assert!(refusal.advice.unwrap().text.contains("another card"));
    }

    #[test]
    fn field_errors_are_kept_by_field() {
        let refusal = Refusal::of(&refused(
            ErrorCode::InvalidInput,
            &[("Title is required", Some("title")), ("Price must be greater than 0", Some("price"))],
        ));
        assert_eq!(refusal.field("price"), Some("Price must be greater than 0"));
        assert_eq!(refusal.what, "2 things need your attention.");
    }

    #[test]
    fn an_unknown_code_keeps_the_services_words() {
        let mut refused = refused(ErrorCode::Conflict, &[]);
        refused.problem.code = "brand_new".to_owned();
        assert_eq!(Refusal::of(&refused).what, "the service's words");
    }

    #[test]
    fn a_lost_answer_is_not_called_a_failure() {
        let outage = Outage { part: Part::Orders, retry_after: None, maybe_done: true };
        assert!(Refusal::missing(outage).advice.unwrap().text.contains("may have worked"));
        let outage = Outage { maybe_done: false, ..outage };
        assert!(Refusal::missing(outage).advice.unwrap().text.contains("try again"));
    }
}
