//! What was paid for an order, to be kept or printed.

use common::{
    api::{OrderItemView, OrderView, RefundStatus, RefundView},
    id::OrderId,
    money::Major,
};
use islands::t;
use jiff::{Timestamp, tz::TimeZone};
use leptos::prelude::*;

use super::{layout::Layout, order};
use crate::{
    caller::{Viewer, Visit},
    view::{bill::Bill, money, stage::reserved_at, time},
};

/// The page's address.
pub(crate) fn path(order: OrderId) -> String {
    format!("{}/receipt", order::path(order))
}

#[component]
pub(crate) fn Receipt(
    visit: Visit,
    order: OrderView,
    bill: Bill,
    /// Its payments could be asked, so that the bill is all there is to say.
    whole: bool,
) -> impl IntoView {
    let title = t!("receipt-title", number = order.id.to_string());
    let buyer = match &visit.viewer {
        Viewer::User(user) => Some(user.email.to_string()),
        Viewer::Guest | Viewer::Unknown => None,
    };
    let unknown = (!whole).then(|| view! { <p class="notice warn">{t!("receipt-unknown")}</p> });
    view! {
        <Layout title visit>
            <div class="medium">
                <p class="back"><a href=order::path(order.id)>{t!("receipt-back")}</a></p>
                <article class="bill panel">
                    <header>
                        <h1>{t!("receipt-heading")}</h1>
                        <p>{t!("site-name")}</p>
                    </header>
                    {unknown}
                    <dl class="facts">
                        <dt>{t!("order-number")}</dt>
                        <dd class="number">{order.id.to_string()}</dd>
                        {buyer.map(|email| view! { <dt>{t!("receipt-buyer")}</dt><dd>{email}</dd> })}
                        <dt>{t!("order-reserved-at")}</dt>
                        <dd><At time=reserved_at(&order)/></dd>
                        {bill.paid_at.map(|paid| view! { <dt>{t!("receipt-paid")}</dt><dd><At time=paid/></dd> })}
                        {bill.payment.map(|id| {
                            view! { <dt>{t!("receipt-payment")}</dt><dd class="number">{id.to_string()}</dd> }
                        })}
                    </dl>
                    <Sums order bill/>
                </article>
                <p class="hint print-hint">{t!("receipt-print")}</p>
            </div>
        </Layout>
    }
}

#[component]
fn At(time: Timestamp) -> impl IntoView {
    let told = time::moment(&time.to_zoned(TimeZone::UTC));
    view! { <time datetime=time.to_string()>{told}</time> }
}

#[component]
fn Sums(order: OrderView, bill: Bill) -> impl IntoView {
    let currency = order.currency;
    let lines = order.items.into_iter().map(|item| view! { <Line item currency=currency.clone()/> });
    let lines = lines.collect_view();
    // What only the order knows of is one sum, without times.
    let back = if bill.refunds.is_empty() {
        let told = (bill.refunded > Major::default()).then(|| money::amount(bill.refunded, &currency));
        told.map(|amount| view! { <Sum label=t!("order-refunded").into_any() amount=minus(&amount)/> })
            .into_any()
    } else {
        bill.refunds.into_iter().map(|refund| view! { <Refund refund/> }).collect_view().into_any()
    };
    let remains = (bill.refunded > Major::default()).then(|| {
        let amount = money::amount(bill.remains, &currency);
        view! { <Sum label=t!("order-remains").into_any() amount strong=true/> }
    });
    view! {
        <table>
            <caption class="visually-hidden">{t!("receipt-lines")}</caption>
            <thead>
                <tr>
                    <th scope="col">{t!("receipt-tickets")}</th>
                    <th scope="col">{t!("receipt-quantity")}</th>
                    <th scope="col">{t!("receipt-price")}</th>
                    <th scope="col">{t!("receipt-sum")}</th>
                </tr>
            </thead>
            <tbody>{lines}</tbody>
            <tfoot>
                <Sum label=t!("line-total").into_any() amount=money::amount(order.total, &currency) strong=true/>
                {back}
                {remains}
            </tfoot>
        </table>
    }
    .into_any()
}

#[component]
fn Line(item: OrderItemView, currency: String) -> impl IntoView {
    // Cannot overflow: it is a part of the order's total.
    let sum = item.price.0.times(item.quantity).map(|sum| money::amount(Major(sum), &currency));
    view! {
        <tr>
            <th scope="row">{item.ticket.title.to_string()}</th>
            <td>{item.quantity}</td>
            <td>{money::amount(item.price, &currency)}</td>
            <td>{sum}</td>
        </tr>
    }
}

/// A line below the others.
#[component]
fn Sum(label: AnyView, amount: String, #[prop(optional)] strong: bool) -> impl IntoView {
    view! {
        <tr class=strong.then_some("strong")>
            <th scope="row" colspan="3">{label}</th>
            <td>{amount}</td>
        </tr>
    }
    .into_any()
}

/// What went back, or is about to: what is under way takes nothing off yet.
#[component]
fn Refund(refund: RefundView) -> impl IntoView {
    let amount = money::amount(refund.amount, &refund.currency);
    let (what, amount) = match refund.status {
        RefundStatus::Done => (t!("receipt-refunded"), minus(&amount)),
        RefundStatus::Pending | RefundStatus::Failed => {
            (t!("step-refund-pending", amount = amount), String::new())
        }
    };
    let reason = (!refund.reason.is_empty()).then(|| view! { " "<q>{refund.reason}</q> });
    let label = view! { {what}" "<At time=refund.at/>{reason} }.into_any();
    view! { <Sum label amount/> }
}

/// `−$20.00`, with the sign that is as wide as a digit.
fn minus(amount: &str) -> String {
    format!("\u{2212}{amount}")
}
