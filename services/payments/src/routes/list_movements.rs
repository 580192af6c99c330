//! `GET /api/payments/movements`: how a seller's balance came about.

use axum::{Json, extract::State, response::IntoResponse};
use common::{
    api::MovementView,
    error::Problem,
    field::Fields,
    http::{ApiError, Page, QueryParams},
    money::{Major, Minor},
    session::SignedIn,
};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::{
    domain::{Account, Entry},
    state::AppState,
    store::Position,
};

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct ListMovements {
    /// Movements a page: 1 to 200, 50 if not given.
    #[serde(default)]
    limit: Option<String>,
    /// Where the page begins, from the `Link` header of the one before.
    #[serde(default)]
    cursor: Option<String>,
}

impl ListMovements {
    fn parse(self) -> Result<Page<Position>, ApiError> {
        let mut fields = Fields::default();
        let page = Page::read(self.limit, self.cursor, &mut fields);
        fields.finish(page).map_err(ApiError::invalid)
    }
}

/// Lists what was added to the caller's balance and what was taken from it, newest first.
#[utoipa::path(
    get, path = "/api/payments/movements", tag = "payments", params(ListMovements),
    responses(
        (status = 200, description = "A page; the next one in the Link header", body = Vec<MovementView>),
        (status = 400, description = "Bad parameters", body = Problem, content_type = "application/problem+json"),
        (status = 401, description = "Not signed in", body = Problem, content_type = "application/problem+json"),
        (status = 500, description = "A fault on our side", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "Busy; see Retry-After", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn list_movements(
    State(state): State<AppState>,
    SignedIn(claims): SignedIn,
    QueryParams(query): QueryParams<ListMovements>,
) -> Result<impl IntoResponse, ApiError> {
    let page = query.parse()?;
    let mut entries = state.money.ledger.of_seller(claims.sub, page.after.clone(), page.one_more()).await?;
    let link = page.cut(&mut entries, "/api/payments/movements", |entry| Position::after(entry).to_string());
    let account = Account::Seller(claims.sub);
    let views: Vec<MovementView> = entries.iter().map(|entry| view(entry, account)).collect();
    Ok((link, Json(views)))
}

fn view(entry: &Entry, account: Account) -> MovementView {
    let (credit, debit) = entry.on(account);
    // What one entry adds and takes at once comes to the difference.
    let less = |from: Minor, what: Minor| Major(from.checked_sub(what).unwrap_or_default());
    MovementView {
        id: entry.id().to_owned(),
        kind: entry.kind(),
        at: entry.at(),
        order_id: entry.order(),
        credit: less(credit, debit),
        debit: less(debit, credit),
        currency: entry.currency().as_str().to_owned(),
    }
}
