//! `POST /tickets/{id}/reserve`

use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use common::{http::Form, id::TicketId};

use super::{page_id::PageId, ticket_page};
use crate::{
    backend::{CallError, orders},
    caller::Caller,
    forms::{ReserveForm, fresh_key},
    pages::order,
    state::AppState,
    trouble::Trouble,
    view::refusal::Refusal,
};

pub(super) async fn handle(
    caller: Caller,
    State(state): State<AppState>,
    PageId(id): PageId<TicketId>,
    Form(form): Form<ReserveForm>,
) -> Result<Response, Trouble> {
    let quantity = match form.check() {
        Ok(quantity) => quantity,
        Err(fields) => {
            let refusal = Refusal::invalid(fields);
            return ticket_page::answer(&caller, &state, id, form, Some(refusal)).await;
        }
    };
    let key = form.key();
    let total = form.expected_total(quantity);
    let error = match orders::reserve(&caller, [(id, quantity)], total, &key).await {
        Ok(order) => return Ok(Redirect::to(&order::path(order.id)).into_response()),
        Err(error) => error,
    };
    // After a no, the next attempt is a new one. After no answer at all it has to be the same one, or the buyer
    // could end up with two reservations.
    let key = if matches!(error, CallError::Missing(_)) { key } else { fresh_key() };
    let refusal = Refusal::on_form(error).map_err(|trouble| trouble.back_to(ticket_page::path(id)))?;
    ticket_page::answer(&caller, &state, id, form.with_key(key), Some(refusal)).await
}
