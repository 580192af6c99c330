//! A refusal, and what to do next.
//!
//! What is kept are facts; they become words only where a page is drawn, in its reader's language.

use common::{
    error::{ErrorCode, Problem},
    field::FieldError,
};
use islands::t;

use crate::{
    backend::{CallError, Outage, Part, Refused},
    local_path::LocalPath,
    render::Outcome,
    trouble::Trouble,
};

/// Why a form was not accepted, to be shown with the form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refusal {
    status: u16,
    why: Why,
    /// What is wrong with single fields, to be said beside them.
    pub(crate) fields: Vec<FieldError>,
    retry_after: Option<u32>,
    /// Where signing in leads, if a page that shows this offers it.
    next: LocalPath,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Why {
    /// Fields break rules, and nothing else is wrong.
    Fields,
    /// A service said no, for a reason that has a name.
    Code {
        code: ErrorCode,
        /// The service's own words.
        said: String,
        part: Option<Part>,
    },
    /// A service said no, for a reason that is new to us.
    Said(String),
    /// A service is not there.
    Missing(Outage),
}

/// What to do next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Advice {
    pub(crate) text: String,
    /// Where it is done.
    pub(crate) link: Option<Link>,
}

/// A way on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Link {
    pub(crate) path: String,
    pub(crate) label: String,
    /// Opens beside this page, because something typed here must not be lost.
    pub(crate) apart: bool,
}

impl Advice {
    fn of(text: String) -> Self {
        Self { text, link: None }
    }

    fn at(text: String, path: impl Into<String>, label: String) -> Self {
        Self { text, link: Some(Link { path: path.into(), label, apart: false }) }
    }
}

impl Refusal {
    /// Fields that break a rule the client knows itself.
    pub(crate) fn invalid(fields: Vec<FieldError>) -> Self {
        Self { fields, ..Self::new(400, Why::Fields) }
    }

    /// A service's refusal of a form.
    pub(crate) fn of(refused: &Refused) -> Self {
        let Refused { problem, retry_after, part } = refused;
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
        Self { fields, retry_after: *retry_after, ..Self::new(problem.status, why(problem, *part)) }
    }

    /// A service that is not there, told where a form was sent to it.
    pub(crate) fn missing(outage: Outage) -> Self {
        Self { retry_after: outage.retry_after, ..Self::new(503, Why::Missing(outage)) }
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

    /// The same, where signing in leads on to a page.
    #[must_use]
    pub(crate) fn leading_to(self, next: LocalPath) -> Self {
        Self { next, ..self }
    }

    fn new(status: u16, why: Why) -> Self {
        Self { status, why, fields: Vec::new(), retry_after: None, next: LocalPath::home() }
    }

    /// What the page that shows it answers with.
    pub(crate) fn outcome(&self) -> Outcome {
        Outcome::new(self.status, self.retry_after)
    }

    /// What is wrong with one field, in the words of the rule.
    pub(crate) fn field(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|error| error.field == name).map(|error| error.message.as_str())
    }

    /// The same, with rules of our own beside fields if it is for this reason: beside those it names, or beside the first
    /// if it names none.
    #[must_use]
    pub(crate) fn beside(mut self, reason: ErrorCode, rules: &[(&str, &str)]) -> Self {
        if !self.is(reason) {
            return self;
        }
        let error =
            |&(field, rule): &(&str, &str)| FieldError { field: field.to_owned(), message: rule.to_owned() };
        if self.fields.is_empty() {
            self.fields.extend(rules.first().map(error));
        }
        for told in &mut self.fields {
            if let Some(ours) = rules.iter().find(|(field, _)| *field == told.field) {
                *told = error(ours);
            }
        }
        self
    }

    /// Whether it is for this reason.
    pub(crate) fn is(&self, reason: ErrorCode) -> bool {
        matches!(&self.why, Why::Code { code, .. } if *code == reason)
    }

    /// The trouble to tell of when the page that would show this refusal cannot be had: that a change may have been made
    /// is the news.
    pub(crate) fn or_else(refusal: Option<&Self>, error: CallError) -> Trouble {
        match (refusal.map(|refusal| &refusal.why), error) {
            (Some(Why::Missing(lost)), CallError::Missing(_)) if lost.maybe_done => Trouble::Missing(*lost),
            (_, error) => error.into(),
        }
    }

    /// Whether nothing but fields is wrong, so that the top of the page lists them too.
    pub(crate) fn only_fields(&self) -> bool {
        self.why == Why::Fields
    }

    /// What happened, in one sentence.
    pub(crate) fn what(&self) -> String {
        match &self.why {
            Why::Fields => t!("refusal-fields", count = self.fields.len()),
            Why::Code { code: ErrorCode::InvalidCredentials, .. } if !self.fields.is_empty() => {
                t!("refusal-wrong-password")
            }
            Why::Code { code, said, part } => what(*code, said, *part),
            Why::Said(said) => said.clone(),
            Why::Missing(outage) => missing(outage.part),
        }
    }

    /// What to do next.
    pub(crate) fn advice(&self) -> Option<Advice> {
        match &self.why {
            Why::Fields | Why::Said(_) => None,
            Why::Missing(outage) if outage.maybe_done => Some(unsure(outage.part)),
            Why::Missing(_) => Some(Advice::of(t!("advice-try-again"))),
            Why::Code { code, part, .. } => self.advice_on(*code, *part),
        }
    }

    fn advice_on(&self, code: ErrorCode, part: Option<Part>) -> Option<Advice> {
        Some(match code {
            ErrorCode::TicketUnavailable => Advice::of(t!("advice-unavailable")),
            ErrorCode::TicketNotOnSale => Advice::at(t!("advice-not-on-sale"), "/", t!("link-browse")),
            ErrorCode::TicketReserved => Advice::of(t!("advice-reserved")),
            ErrorCode::PriceChanged => Advice::of(t!("advice-price-changed")),
            ErrorCode::HoldLimit => Advice::at(t!("advice-hold-limit"), "/me/orders", t!("link-orders")),
            ErrorCode::OrderNotOpen => Advice::of(t!("advice-order-not-open")),
            ErrorCode::OrderExpired => Advice::at(t!("advice-order-expired"), "/", t!("link-browse")),
            ErrorCode::AlreadyPaid => Advice::of(t!("advice-already-paid")),
            ErrorCode::RefundTooLarge | ErrorCode::NotRefundable => {
                Advice::at(t!("advice-refund"), "/me/sales", t!("link-sales"))
            }
            ErrorCode::IdempotencyKeyReused if part == Some(Part::Listings) => {
                Advice::at(t!("advice-sent-before-listing"), "/me/tickets", t!("link-listings"))
            }
            ErrorCode::IdempotencyKeyReused if part == Some(Part::Sales) => {
                Advice::at(t!("advice-sent-before-refund"), "/me/sales", t!("link-sales"))
            }
            ErrorCode::IdempotencyKeyReused => {
                Advice::at(t!("advice-sent-before"), "/me/orders", t!("link-orders"))
            }
            ErrorCode::Conflict => Advice::of(t!("advice-conflict")),
            ErrorCode::EmailInUse => {
                Advice::at(t!("advice-email-in-use"), self.next.sign_in().as_str(), t!("sign-in"))
            }
            ErrorCode::CardDeclined => Advice::of(t!("advice-declined")),
            ErrorCode::TooManyRequests => Advice::of(wait(self.retry_after)),
            ErrorCode::NotSignedIn => {
                let path = self.next.sign_in().to_string();
                let link = Link { path, label: t!("link-sign-in-apart"), apart: true };
                Advice { text: t!("advice-not-signed-in"), link: Some(link) }
            }
            ErrorCode::InvalidInput
            | ErrorCode::MalformedBody
            | ErrorCode::InvalidCredentials
            | ErrorCode::OwnTicket
            | ErrorCode::UnknownPaymentMethod
            | ErrorCode::NotAllowed
            | ErrorCode::CrossSite
            | ErrorCode::NotFound
            | ErrorCode::MethodNotAllowed
            | ErrorCode::BodyTooLarge
            | ErrorCode::UnsupportedMediaType
            | ErrorCode::Internal
            | ErrorCode::Unavailable
            | ErrorCode::Timeout => return None,
        })
    }
}

/// What a page answers with that shows this refusal, if there is one.
pub(crate) fn outcome(refusal: Option<&Refusal>) -> Outcome {
    refusal.map_or(Outcome::OK, Refusal::outcome)
}

/// Says which part of the market is not there.
pub(crate) fn missing(part: Part) -> String {
    match part {
        Part::Accounts => t!("missing-accounts"),
        Part::Listings => t!("missing-listings"),
        Part::Orders => t!("missing-orders"),
        Part::Payments | Part::Sales => t!("missing-payments"),
    }
}

/// How long to wait after too many attempts.
pub(crate) fn wait(seconds: Option<u32>) -> String {
    seconds.map_or_else(|| t!("advice-wait"), |seconds| t!("advice-wait-seconds", seconds = seconds))
}

/// Where to look whether a change was made after all.
fn unsure(part: Part) -> Advice {
    match part {
        Part::Accounts => Advice::of(t!("unsure-account")),
        Part::Listings => Advice::at(t!("unsure-listing"), "/me/tickets", t!("link-listings")),
        Part::Orders => Advice::at(t!("unsure-order"), "/me/orders", t!("link-orders")),
        Part::Payments => Advice::of(t!("unsure-payment")),
        Part::Sales => Advice::at(t!("unsure-refund"), "/me/sales", t!("link-sales")),
    }
}

fn why(problem: &Problem, part: Option<Part>) -> Why {
    let code = ErrorCode::ALL.iter().find(|code| code.as_str() == problem.code);
    let said = problem.detail.clone();
    match code {
        Some(code) => Why::Code { code: *code, said, part },
        None => Why::Said(said),
    }
}

/// A code in the market's words. A bank's reason is told as it gave it.
fn what(code: ErrorCode, said: &str, part: Option<Part>) -> String {
    match code {
        ErrorCode::InvalidInput | ErrorCode::MalformedBody | ErrorCode::UnsupportedMediaType => {
            t!("refusal-unreadable")
        }
        ErrorCode::EmailInUse => t!("refusal-email-in-use"),
        ErrorCode::InvalidCredentials => t!("refusal-credentials"),
        ErrorCode::OwnTicket => t!("refusal-own-ticket"),
        ErrorCode::UnknownPaymentMethod => t!("refusal-payment-method"),
        ErrorCode::NotSignedIn => t!("refusal-not-signed-in"),
        ErrorCode::CardDeclined => t!("refusal-declined", reason = said),
        ErrorCode::NotAllowed if part == Some(Part::Sales) => t!("refusal-not-your-sale"),
        ErrorCode::NotAllowed => t!("refusal-not-allowed"),
        ErrorCode::CrossSite => t!("trouble-cross-site"),
        ErrorCode::NotFound => t!("trouble-not-found"),
        ErrorCode::MethodNotAllowed => t!("trouble-method"),
        ErrorCode::TicketUnavailable => t!("refusal-unavailable"),
        ErrorCode::TicketNotOnSale => t!("refusal-not-on-sale"),
        ErrorCode::TicketReserved => t!("refusal-reserved"),
        ErrorCode::PriceChanged => t!("refusal-price-changed"),
        ErrorCode::HoldLimit => t!("refusal-hold-limit"),
        ErrorCode::OrderNotOpen => t!("refusal-order-not-open"),
        ErrorCode::OrderExpired => t!("refusal-order-expired"),
        ErrorCode::AlreadyPaid => t!("refusal-already-paid"),
        ErrorCode::RefundTooLarge => t!("refusal-refund-too-large"),
        ErrorCode::NotRefundable => t!("refusal-not-refundable"),
        ErrorCode::IdempotencyKeyReused if part == Some(Part::Listings) => t!("refusal-sent-before-listing"),
        ErrorCode::IdempotencyKeyReused if part == Some(Part::Sales) => t!("refusal-sent-before-refund"),
        ErrorCode::IdempotencyKeyReused => t!("refusal-sent-before"),
        ErrorCode::Conflict => t!("refusal-conflict"),
        ErrorCode::BodyTooLarge => t!("trouble-too-large"),
        ErrorCode::TooManyRequests => t!("refusal-too-many"),
        ErrorCode::Internal | ErrorCode::Unavailable | ErrorCode::Timeout => t!("trouble-fault"),
    }
}

#[cfg(test)]
mod tests;
