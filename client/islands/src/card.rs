//! Paying with the payment provider's own form: cards are typed there, and no number of one comes here.

use leptos::prelude::*;

/// Within the form that pays: the provider's card form. It fills in `paymentMethod` when the form is sent, and shows the
/// form's button once there is something to send.
#[island]
pub fn CardField(
    /// Whose account it is, as browsers know it.
    key: String,
    /// The address of the provider's script.
    script: String,
    /// What is paid and how, in the provider's words: JSON.
    elements: String,
    /// What is wrong with the last card.
    error: Option<String>,
) -> impl IntoView {
    let place = NodeRef::<leptos::html::Div>::new();
    let waits = RwSignal::new(None::<String>);
    let problem = RwSignal::new(error);
    #[cfg(feature = "hydrate")]
    crate::browser::card::mount(
        place,
        crate::browser::card::Account { key, script },
        elements,
        waits,
        problem,
    );
    #[cfg(not(feature = "hydrate"))]
    let _ = (key, script, elements);
    view! {
        <div class="card-field">
            <p class="hint">{move || waits.get()}</p>
            <div id="field-paymentMethod" tabindex="-1" node_ref=place></div>
            <p id="error-paymentMethod" class="error" role="alert">{move || problem.get()}</p>
        </div>
    }
}

/// The button that lets the bank ask its buyer. Afterwards the page is left for `next`.
#[island]
pub fn BankStep(
    /// Whose account it is, as browsers know it.
    key: String,
    /// The address of the provider's script.
    script: String,
    /// What lets this buyer, and nobody else, answer.
    secret: String,
    /// What the button says.
    label: String,
    /// Where it goes on.
    next: String,
) -> impl IntoView {
    let button = NodeRef::<leptos::html::Button>::new();
    let problem = RwSignal::new(None::<String>);
    #[cfg(feature = "hydrate")]
    crate::browser::card::ask(button, crate::browser::card::Account { key, script }, secret, next, problem);
    #[cfg(not(feature = "hydrate"))]
    let _ = (key, script, secret, next);
    view! {
        <div class="stack">
            <button type="button" class="big full" aria-describedby="hint-bank" hidden=true node_ref=button>{label}</button>
            <p class="error" role="alert">{move || problem.get()}</p>
        </div>
    }
}
