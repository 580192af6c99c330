//! Every address of the client and who answers there.

mod account;
mod account_page;
mod add_to_basket;
mod api_docs;
mod basket_page;
mod browse;
mod cancel_order;
mod change_password;
mod choose_language;
mod confirm_payment;
mod edit_ticket;
mod edit_ticket_form;
mod listings;
mod my_money;
mod my_orders;
mod my_sales;
mod my_tickets;
mod not_found;
mod order_page;
mod own_ticket;
mod page_id;
mod pay_order;
mod refund_form;
mod refund_page;
mod refund_sale;
mod remove_from_basket;
mod reserve_basket;
mod reserve_ticket;
mod sell;
mod sell_form;
mod show_basket;
mod show_order;
mod show_receipt;
mod show_ticket;
mod sign_in;
mod sign_in_form;
mod sign_out;
mod sign_out_everywhere;
mod sign_up;
mod sign_up_form;
mod ticket_page;
mod update_basket;
mod withdraw_ticket;
mod withdraw_ticket_form;

use axum::{
    Router, middleware,
    routing::{any, get, post},
};

use crate::{layers, state::AppState};

/// The pages and forms.
pub(crate) fn router(state: AppState) -> Router {
    Router::new()
        .route("/", get(browse::handle))
        .route("/tickets/{id}", get(show_ticket::handle))
        .route("/tickets/{id}/reserve", post(reserve_ticket::handle))
        .route("/tickets/{id}/basket", post(add_to_basket::handle))
        .route("/basket", get(show_basket::handle).post(update_basket::handle))
        .route("/basket/remove", post(remove_from_basket::handle))
        .route("/basket/reserve", post(reserve_basket::handle))
        .route("/tickets/{id}/edit", get(edit_ticket_form::handle).post(edit_ticket::handle))
        .route("/tickets/{id}/withdraw", get(withdraw_ticket_form::handle).post(withdraw_ticket::handle))
        .route("/sell", get(sell_form::handle).post(sell::handle))
        .route("/signup", get(sign_up_form::handle).post(sign_up::handle))
        .route("/signin", get(sign_in_form::handle).post(sign_in::handle))
        .route("/signout", post(sign_out::handle))
        .route("/account", get(account::handle))
        .route("/account/password", post(change_password::handle))
        .route("/account/sessions", post(sign_out_everywhere::handle))
        .route("/me/tickets", get(my_tickets::handle))
        .route("/me/orders", get(my_orders::handle))
        .route("/me/sales", get(my_sales::handle))
        .route("/me/sales/{payment}/{ticket}", get(refund_form::handle).post(refund_sale::handle))
        .route("/me/money", get(my_money::handle))
        .route("/orders/{id}", get(show_order::handle))
        .route("/orders/{id}/receipt", get(show_receipt::handle))
        .route("/orders/{id}/pay", post(pay_order::handle))
        .route("/orders/{id}/cancel", post(cancel_order::handle))
        .route("/orders/{id}/payments/{payment}/confirm", post(confirm_payment::handle))
        .route("/language", post(choose_language::handle))
        .route("/api/docs", get(api_docs::handle))
        .route("/api/docs/events.json", get(api_docs::events))
        // A route rather than a fallback, so that it stands inside the frame and its page has the visitor's header.
        .route("/{*path}", any(not_found::handle))
        .layer(middleware::from_fn_with_state(state.clone(), layers::frame))
        .merge(state.assets.router())
        .with_state(state)
}
