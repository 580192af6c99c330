//! What a seller has earned: the balances, and what has changed them.

use common::{
    api::{BalanceView, MovementKind, MovementView},
    money::Major,
};
use islands::t;
use jiff::tz::TimeZone;
use leptos::prelude::*;

use super::{
    alert::Alert,
    layout::Layout,
    more::More,
    seller_nav::{SellerNav, Tab},
};
use crate::{
    caller::Visit,
    local_path::with_query,
    view::{money, paging::Paged, refusal::Refusal, time},
};

pub(crate) const PATH: &str = "/me/money";

/// What the page shows.
#[derive(Debug)]
pub(crate) struct Shown {
    /// One a currency, or why there are none to show.
    pub(crate) balances: Result<Vec<BalanceView>, Refusal>,
    /// What has changed them, or why it cannot be shown.
    pub(crate) movements: Result<Paged<MovementView>, Refusal>,
    /// Whether these are the latest movements.
    pub(crate) is_first: bool,
}

impl Shown {
    /// Why a part of the page is missing. One reason is enough: both come from the same service.
    pub(crate) fn refusal(&self) -> Option<&Refusal> {
        self.balances.as_ref().err().or(self.movements.as_ref().err())
    }
}

#[component]
pub(crate) fn SellerMoney(visit: Visit, shown: Shown) -> impl IntoView {
    let refusal = shown.refusal().cloned();
    let Shown { balances, movements, is_first } = shown;
    let has_sold = balances.as_ref().is_ok_and(|balances| !balances.is_empty());
    let nothing = balances.as_ref().is_ok_and(Vec::is_empty);
    let balances = balances.unwrap_or_default();
    let named = balances.len() > 1;
    let balances = balances.into_iter().map(move |balance| view! { <Balance balance named/> });
    let movements = movements.ok().map(|listed| view! { <Movements listed is_first has_sold/> });
    view! {
        <Layout title=t!("seller-money-title") visit>
            <div class="title"><h1>{t!("seller-money-title")}</h1></div>
            <SellerNav here=Tab::Money/>
            <Alert refusal/>
            {nothing.then(|| view! { <Nothing/> })}
            {balances.collect_view()}
            {movements}
        </Layout>
    }
}

#[component]
fn Nothing() -> impl IntoView {
    view! {
        <div class="empty">
            <h2>{t!("seller-money-empty")}</h2>
            <p>{t!("seller-money-empty-lead")}</p>
            <a class="button" href="/sell">{t!("sell-title")}</a>
        </div>
    }
}

#[component]
fn Balance(
    balance: BalanceView,
    /// There are several, so each says which it is.
    named: bool,
) -> impl IntoView {
    let BalanceView { currency, pending, available, owed, paid_out } = balance;
    let code = currency.to_uppercase();
    let heading = if named { t!("balance-title-in", currency = code.as_str()) } else { t!("balance-title") };
    let id = format!("balance-{code}");
    let labelled = id.clone();
    let sums = [
        (t!("balance-available"), available, t!("balance-available-means")),
        (t!("balance-pending"), pending, t!("balance-pending-means")),
        (t!("balance-owed"), owed, t!("balance-owed-means")),
        (t!("balance-paid-out"), paid_out, t!("balance-paid-out-means")),
    ];
    let sums = sums.map(|(name, amount, means)| {
        view! {
            <div>
                <dt>{name}</dt>
                <dd><strong>{money::amount(amount, &currency)}</strong></dd>
                <dd class="hint">{means}</dd>
            </div>
        }
    });
    view! {
        <section class="balance" aria-labelledby=labelled>
            <h2 id=id>{heading}</h2>
            <dl class="balances">{sums.collect_view()}</dl>
        </section>
    }
    .into_any()
}

#[component]
fn Movements(
    listed: Paged<MovementView>,
    is_first: bool,
    /// Whether there is anything that could have moved.
    has_sold: bool,
) -> impl IntoView {
    let Paged { items, next } = listed;
    let next = next.map(|cursor| with_query(PATH, &[("cursor", &cursor)]));
    let first = (!is_first).then(|| PATH.to_owned());
    if items.is_empty() && is_first && !has_sold {
        return ().into_any();
    }
    let list = if items.is_empty() {
        let text = if is_first { t!("movements-empty") } else { t!("movements-end") };
        view! { <p class="soft">{text}</p> }.into_any()
    } else {
        let rows = items.into_iter().map(|movement| view! { <Movement movement/> });
        view! { <ol class="movements panel">{rows.collect_view()}</ol> }.into_any()
    };
    view! {
        <section class="balance" aria-labelledby="movements">
            <h2 id="movements">{t!("movements-title")}</h2>
            {list}
            <More next first/>
        </section>
    }
    .into_any()
}

#[component]
fn Movement(movement: MovementView) -> impl IntoView {
    let MovementView { id: _, kind, at, order_id, credit, debit, currency } = movement;
    let when = time::moment(&at.to_zoned(TimeZone::UTC));
    let order = order_id.map(|id| {
        let number = view! { <span class="number">{id.to_string()}</span> };
        view! { " · "{t!("order-number")}" "{number} }
    });
    let sum = |sign: &'static str, class: &'static str, amount: Major| {
        (amount > Major::default()).then(|| {
            let amount = format!("{sign}{}", money::amount(amount, &currency));
            view! { <span class=class>{amount}</span> }
        })
    };
    view! {
        <li>
            <p><strong>{what(kind)}</strong></p>
            <p class="soft"><time datetime=at.to_string()>{when}</time>{order}</p>
            <p class="amount">{sum("+", "credit", credit)}" "{sum("\u{2212}", "debit", debit)}</p>
        </li>
    }
    .into_any()
}

fn what(kind: MovementKind) -> String {
    match kind {
        MovementKind::Sale => t!("movement-sale"),
        MovementKind::Refund => t!("movement-refund"),
        MovementKind::Dispute => t!("movement-dispute"),
        MovementKind::DisputeReversed => t!("movement-dispute-reversed"),
        MovementKind::Payout => t!("movement-payout"),
        MovementKind::PayoutFailed => t!("movement-payout-failed"),
    }
}
