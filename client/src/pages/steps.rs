//! An order's way so far, and what is to come.

use islands::t;
use jiff::tz::TimeZone;
use leptos::prelude::*;

use crate::view::{
    time,
    timeline::{Reason, State, Step},
};

#[component]
pub(super) fn Steps(steps: Vec<Step>) -> impl IntoView {
    let steps = steps.into_iter().map(|step| {
        let class = match step.state {
            State::Done => "done",
            State::Failed => "failed",
            State::Now => "now",
            State::Next => "next",
        };
        let text = match step.state {
            State::Next => {
                let next = format!("{} ", t!("step-next"));
                view! { <p><span class="visually-hidden">{next}</span>{step.text()}</p> }.into_any()
            }
            State::Done | State::Failed | State::Now => view! { <p>{step.text()}</p> }.into_any(),
        };
        let at = step.at.map(|at| {
            let there = time::moment(&at.to_zoned(TimeZone::UTC));
            view! { <time class="soft" datetime=at.to_string()>{there}</time> }
        });
        let reason = step.reason().map(|reason| {
            let (language, said) = match reason {
                Reason::Bank(said) => (Some("en"), said),
                Reason::Seller(said) => (None, said),
            };
            view! { <q lang=language>{said.to_owned()}</q> }
        });
        view! {
            <li class=class aria-current=(step.state == State::Now).then_some("step")>
                {text}
                {reason}
                " "
                {at}
            </li>
        }
    });
    view! {
        <section class="story">
            <h2>{t!("steps-title")}</h2>
            <ol>{steps.collect_view()}</ol>
        </section>
    }
}
