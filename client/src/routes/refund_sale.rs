//! `POST /me/sales/{payment}/{ticket}`

use axum::{
    extract::{Path, State},
    response::Response,
};
use common::{api::RefundStatus, error::ErrorCode, http::Form};

use super::refund_page::{self, SaleId};
use crate::{
    backend::{CallError, payments},
    caller::Caller,
    forms::{RefundForm, fresh_key},
    notice::Notice,
    state::AppState,
    trouble::Trouble,
    view::refusal::Refusal,
};

/// Beside the fields, when there is not so much left. The service says how much, in its own words and numbers; the page
/// says that already.
const TOO_MUCH: [(&str, &str); 2] = [
    ("amount", "Amount must be at most what is left to give back"),
    ("relistUnits", "RelistUnits must be at most what was sold and is not on sale again"),
];

pub(super) async fn handle(
    caller: Caller,
    State(state): State<AppState>,
    Path(ids): Path<(String, String)>,
    Form(form): Form<RefundForm>,
) -> Result<Response, Trouble> {
    let id = SaleId::read(&ids)?;
    let draft = match form.check() {
        Ok(draft) => draft,
        Err(fields) => {
            return refund_page::answer(&caller, &state, id, Some((form, Refusal::invalid(fields)))).await;
        }
    };
    let key = form.key();
    let error = match payments::refund(&caller, id.payment, id.ticket, &draft, &key).await {
        Ok(refund) => {
            let notice = match refund.status {
                RefundStatus::Done => Notice::Refunded,
                RefundStatus::Pending => Notice::RefundUnderWay,
                RefundStatus::Failed => Notice::RefundFailed,
            };
            return Ok(notice.at(id.path().as_str(), state.cookie));
        }
        Err(error) => error,
    };
    // After a no, the next attempt is a new one. After no answer at all it has to be the same one, or the buyer could get
    // twice as much.
    let key = if matches!(error, CallError::Missing(_)) { key } else { fresh_key() };
    let refusal = Refusal::on_form(error).map_err(|trouble| trouble.back_to(id.path()))?;
    let refusal = refusal.beside(ErrorCode::RefundTooLarge, &TOO_MUCH);
    refund_page::answer(&caller, &state, id, Some((form.with_key(key), refusal))).await
}
