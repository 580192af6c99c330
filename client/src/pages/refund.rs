//! One sale, with the form that gives money back.

use common::{
    api::{SaleView, TicketView},
    id::{PaymentId, TicketId},
    text::RefundReason,
};
use islands::{Checked, t};
use leptos::prelude::*;

use super::{
    alert::{Alert, titled},
    field::{Input, TextArea},
    layout::Layout,
    sales::{self, Facts},
    told::Told,
};
use crate::{
    caller::Visit,
    forms::RefundForm,
    notice::Notice,
    view::{money, refusal::Refusal, sold},
};

/// What the page is about.
#[derive(Debug)]
pub(crate) struct Shown {
    pub(crate) payment: PaymentId,
    pub(crate) ticket: TicketId,
    /// The sale; where it cannot be had, a form that was sent is still there.
    pub(crate) sale: Option<SaleView>,
    pub(crate) listing: Option<TicketView>,
    pub(crate) notice: Option<Notice>,
}

#[component]
pub(crate) fn Refund(
    visit: Visit,
    shown: Shown,
    form: RefundForm,
    refusal: Option<Refusal>,
) -> impl IntoView {
    let Shown { payment, ticket, sale, listing, notice } = shown;
    let name = sales::title(ticket, listing.as_slice());
    let title = t!("refund-title", title = name.as_str());
    let path = sales::path(payment, ticket);
    let open = sale.as_ref().is_none_or(sold::is_refundable);
    let below = if notice.is_some() {
        view! { <Afterwards path open/> }.into_any()
    } else if open {
        view! { <Form path form sale=sale.clone() refusal=refusal.clone()/> }.into_any()
    } else {
        view! { <p class="notice">{t!("refund-nothing-left")}</p> }.into_any()
    };
    view! {
        <Layout title=titled(title, refusal.as_ref()) visit>
            <div class="medium stack">
                <p class="back"><a href=sales::PATH>{t!("refund-back")}</a></p>
                <h1>{t!("refund-heading")}</h1>
                <Told notice/>
                <Alert refusal/>
                <section class="panel stack">
                    <h2><a href=format!("/tickets/{ticket}")>{name}</a></h2>
                    {sale.map(|sale| view! { <Facts sale/> })}
                </section>
                {below}
            </div>
        </Layout>
    }
}

#[component]
fn Form(path: String, form: RefundForm, sale: Option<SaleView>, refusal: Option<Refusal>) -> impl IntoView {
    let error = |name: &str| refusal.as_ref().and_then(|refusal| refusal.field(name)).map(str::to_owned);
    let left = sale.as_ref().map(|sale| money::amount(sold::left(sale), &sale.currency));
    let amount_hint =
        left.map_or_else(|| t!("refund-amount-hint"), |left| t!("refund-amount-left", amount = left));
    // Of a sale that cannot be had now the service knows how many it was.
    let units = sale.as_ref().map_or(100, sold::units_left);
    view! {
        <form method="post" action=path data-form="refund" class="panel">
            <input type="hidden" name="key" value=form.key()/>
            <div class="pair">
                <Input name="amount" label=t!("refund-amount") value=form.amount error=error("amount") required=true
                    inputmode="decimal" hint=amount_hint/>
                <Input name="relistUnits" label=t!("refund-units") kind="number" value=form.relist_units
                    error=error("relistUnits") min="0" max=units.to_string() inputmode="numeric"
                    hint=t!("refund-units-hint")/>
            </div>
            <TextArea name="reason" label=t!("refund-reason") value=form.reason error=error("reason")
                maxlength=RefundReason::MAX_CHARS.to_string() hint=t!("refund-reason-hint")/>
            <p>{t!("refund-consequences")}</p>
            <p class="actions">
                <button class="danger">{t!("refund-button")}</button>
                <a href=sales::PATH>{t!("refund-keep")}</a>
            </p>
            <Checked/>
        </form>
    }
    .into_any()
}

/// After money was given back: the form is not there at once, so that nobody sends it twice.
#[component]
fn Afterwards(path: String, open: bool) -> impl IntoView {
    view! {
        <p class="actions">
            <a class="button" href=sales::PATH>{t!("refund-back")}</a>
            {open.then(|| view! { <a href=path>{t!("refund-more")}</a> })}
        </p>
    }
}
