//! `POST /tickets/{id}/basket`

use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use common::{field::FieldError, http::Form, id::TicketId, money::Price};

use super::{basket_page, page_id::PageId, ticket_page};
use crate::{
    backend::tickets, basket::Line, caller::Caller, forms::ReserveForm, state::AppState, trouble::Trouble,
    view::refusal::Refusal,
};

pub(super) async fn handle(
    caller: Caller,
    State(state): State<AppState>,
    PageId(id): PageId<TicketId>,
    Form(form): Form<ReserveForm>,
) -> Result<Response, Trouble> {
    let fields = match form.check() {
        Ok(quantity) => {
            let seen = match form.price_seen() {
                Some(seen) => seen,
                None => price(&caller, id).await?,
            };
            let mut basket = caller.basket().clone();
            match basket.put(Line { ticket: id, quantity, seen }) {
                Ok(()) => {
                    caller.keep_cookie(basket.cookie(state.cookie));
                    return Ok(Redirect::to(basket_page::PATH).into_response());
                }
                Err(full) => {
                    vec![FieldError { field: "quantity".to_owned(), message: full.to_string() }]
                }
            }
        }
        Err(fields) => fields,
    };
    ticket_page::answer(&caller, &state, id, form, Some(Refusal::invalid(fields))).await
}

/// What the listing costs, for a form that does not say what it showed.
async fn price(caller: &Caller, id: TicketId) -> Result<Price, Trouble> {
    let ticket = tickets::show(caller, id).await?;
    // A price that is none is no listing's.
    Price::try_from(ticket.price.0).map_err(|_| Trouble::NotFound)
}
