//! The page of one sale, which two routes answer with.

use axum::response::Response;
use common::id::{PaymentId, TicketId};
use leptos::prelude::*;

use super::listings;
use crate::{
    backend::payments,
    caller::Caller,
    forms::RefundForm,
    local_path::LocalPath,
    notice::Notice,
    pages::{
        refund::{Refund, Shown},
        sales,
    },
    render,
    state::AppState,
    trouble::Trouble,
    view::refusal::{Refusal, outcome},
};

/// Which sale: a payment took the money of several lines, and each is a listing's.
#[derive(Debug, Clone, Copy)]
pub(super) struct SaleId {
    pub(super) payment: PaymentId,
    pub(super) ticket: TicketId,
}

impl SaleId {
    /// From the two ids in the page's address.
    pub(super) fn read((payment, ticket): &(String, String)) -> Result<Self, Trouble> {
        let payment = payment.parse().map_err(|_| Trouble::NotFound)?;
        let ticket = ticket.parse().map_err(|_| Trouble::NotFound)?;
        Ok(Self { payment, ticket })
    }

    /// The page's path.
    pub(super) fn path(self) -> LocalPath {
        LocalPath::own(sales::path(self.payment, self.ticket))
    }
}

/// The page as things stand now; with a form that was sent and why it was refused, if one was.
pub(super) async fn answer(
    caller: &Caller,
    state: &AppState,
    id: SaleId,
    sent: Option<(RefundForm, Refusal)>,
) -> Result<Response, Trouble> {
    let (visit, sale, listings) = tokio::join!(
        caller.visit_of(id.path()),
        payments::sale(caller, id.payment, id.ticket),
        listings::known(caller, [id.ticket])
    );
    let sale = match (sale, &sent) {
        (Ok(Some(sale)), _) => Some(sale),
        (Ok(None), _) => return Err(Trouble::NotFound),
        // What was typed is not lost, and its key makes sure that sending it again gives back once.
        (Err(_), Some(_)) => None,
        (Err(error), None) => return Err(Trouble::from(error).back_to(id.path())),
    };
    let (form, refusal) = match sent {
        Some((form, refusal)) => (form, Some(refusal)),
        None => (sale.as_ref().map(RefundForm::of).unwrap_or_default(), None),
    };
    let notice = match &refusal {
        Some(_) => None,
        None => Notice::taken(caller, id.path().as_str(), state.cookie),
    };
    let SaleId { payment, ticket } = id;
    let shown = Shown { payment, ticket, sale, listing: listings.into_iter().next(), notice };
    Ok(render::page(outcome(refusal.as_ref()), visit, |visit| view! { <Refund visit shown form refusal/> }))
}
