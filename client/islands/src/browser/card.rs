//! The payment provider's script, called by its names: it comes from elsewhere, so there are no types of it.

use std::{cell::Cell, rc::Rc, time::Duration};

use js_sys::{Array, Function, JSON, Object, Promise, Reflect};
use leptos::{
    html,
    prelude::{GetUntracked as _, NodeRef, RwSignal, Set as _, document, window},
    task::spawn_local,
};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Element, HtmlElement};

use super::{dom, form::Form};
use crate::{t, words::words};

/// What the script calls itself.
const GLOBAL: &str = "Stripe";

/// Whose account payments go to, and where the script is that knows it.
pub(crate) struct Account {
    pub(crate) key: String,
    pub(crate) script: String,
}

/// Puts the card form into its place, and lets the form around it send what the buyer typed there.
pub(crate) fn mount(
    place: NodeRef<html::Div>,
    account: Account,
    elements: String,
    waits: RwSignal<Option<String>>,
    problem: RwSignal<Option<String>>,
) {
    // Once the island stands.
    dom::after(Duration::ZERO, move || {
        let Some(place) = place.get_untracked() else { return };
        let Ok(Some(form)) = place.closest("form") else { return };
        dom::set_attribute(&form, "novalidate", Some(""));
        waits.set(Some(t!("card-loading")));
        spawn_local(async move {
            let shown = Shown { form, waits, problem };
            if show(&account, &elements, &place, &shown).await.is_err() {
                shown.fail();
            }
        });
    });
}

/// What the page shows around the card form.
#[derive(Clone)]
struct Shown {
    form: Element,
    waits: RwSignal<Option<String>>,
    problem: RwSignal<Option<String>>,
}

impl Shown {
    fn fail(&self) {
        self.waits.set(None);
        self.problem.set(Some(t!("card-unreachable")));
    }

    fn ready(&self) {
        self.waits.set(None);
        for button in dom::within(&self.form, "button") {
            dom::set_attribute(&button, "hidden", None);
        }
    }
}

async fn show(account: &Account, elements: &str, place: &HtmlElement, shown: &Shown) -> Result<(), JsValue> {
    let stripe = account.open().await?;
    let options = JSON::parse(elements)?;
    set(&options, "appearance", &theme()?)?;
    let elements = call(&stripe, "elements", &[&options])?;
    let element = call(&elements, "create", &[&"payment".into()])?;
    let (ready, failed) = (shown.clone(), shown.clone());
    let ready = Closure::<dyn FnMut()>::new(move || ready.ready()).into_js_value();
    let failed = Closure::<dyn FnMut()>::new(move || failed.fail()).into_js_value();
    call(&element, "on", &[&"ready".into(), &ready])?;
    call(&element, "on", &[&"loaderror".into(), &failed])?;
    call(&element, "mount", &[place])?;
    send_with(&shown.form, shown.problem, stripe, elements);
    Ok(())
}

/// From now on the form is sent with what the card form makes of the card.
fn send_with(form: &Element, problem: RwSignal<Option<String>>, stripe: JsValue, elements: JsValue) {
    let sending = Rc::new((Form::of(form.clone()), stripe, elements));
    dom::on(form, "submit", move |event| {
        event.prevent_default();
        let sending = sending.clone();
        if !sending.0.hold() {
            return;
        }
        problem.set(None);
        spawn_local(async move {
            let (form, stripe, elements) = &*sending;
            let sent = match method(stripe, elements).await {
                Ok(method) => form.send("paymentMethod", &method),
                Err(error) => Err(error),
            };
            if let Err(error) = sent {
                form.release();
                problem.set(Some(message(&error)));
            }
        });
    });
}

/// What the provider calls the card that was typed.
async fn method(stripe: &JsValue, elements: &JsValue) -> Result<JsValue, JsValue> {
    answer(call(elements, "submit", &[])?).await?;
    let asked = Object::new();
    set(&asked, "elements", elements)?;
    let made = answer(call(stripe, "createPaymentMethod", &[&asked])?).await?;
    get(&get(&made, "paymentMethod")?, "id")
}

/// Lets the bank ask when the button is pressed; then the page is left for the next one.
pub(crate) fn ask(
    button: NodeRef<html::Button>,
    account: Account,
    secret: String,
    next: String,
    problem: RwSignal<Option<String>>,
) {
    dom::after(Duration::ZERO, move || {
        let Some(button) = button.get_untracked() else { return };
        dom::set_attribute(&button, "hidden", None);
        let asking = Rc::new((account, secret, next, Cell::new(false)));
        dom::on(&button, "click", move |_| {
            let asking = asking.clone();
            if asking.3.replace(true) {
                return;
            }
            problem.set(None);
            spawn_local(async move {
                let (account, secret, next, is_busy) = &*asking;
                if let Err(error) = let_bank_ask(account, secret, next).await {
                    problem.set(Some(message(&error)));
                }
                is_busy.set(false);
            });
        });
    });
}

async fn let_bank_ask(account: &Account, secret: &str, next: &str) -> Result<(), JsValue> {
    let stripe = account.open().await?;
    let asked = Object::new();
    set(&asked, "clientSecret", &secret.into())?;
    match answer(call(&stripe, "handleNextAction", &[&asked])?).await {
        // The bank has answered, and not with yes: the next page tells what comes of it.
        Err(error) if get(&error, "payment_intent").is_ok_and(|payment| payment.is_truthy()) => {}
        told => drop(told?),
    }
    window().location().assign(next)
}

impl Account {
    /// The script's own object for this account, once the script is there.
    async fn open(&self) -> Result<JsValue, JsValue> {
        if get(&window(), GLOBAL)?.is_undefined() {
            JsFuture::from(self.load()).await.map_err(|_| unreachable())?;
        }
        let script: Function = get(&window(), GLOBAL)?.dyn_into().map_err(|_| unreachable())?;
        let options = Object::new();
        set(&options, "locale", &words().language().tag().into())?;
        script.call2(&JsValue::UNDEFINED, &self.key.as_str().into(), &options)
    }

    fn load(&self) -> Promise {
        Promise::new(&mut |resolve, reject| {
            let Ok(script) = document().create_element("script") else { return };
            dom::set_attribute(&script, "src", Some(&self.script));
            let (loaded, failed) = (resolve, reject);
            dom::on(&script, "load", move |_| {
                let _ = loaded.call0(&JsValue::UNDEFINED);
            });
            dom::on(&script, "error", move |_| {
                let _ = failed.call0(&JsValue::UNDEFINED);
            });
            if let Some(head) = document().head() {
                let _ = head.append_child(&script);
            }
        })
    }
}

/// An error as the provider words it, for a script that did not come.
fn unreachable() -> JsValue {
    let error = Object::new();
    let _ = set(&error, "message", &t!("card-unreachable").into());
    error.into()
}

/// A dark form on a dark page.
fn theme() -> Result<JsValue, JsValue> {
    let dark = call(&window(), "matchMedia", &[&"(prefers-color-scheme: dark)".into()])?;
    let name = if dom::is(&dark, "matches") { "night" } else { "stripe" };
    let appearance = Object::new();
    set(&appearance, "theme", &name.into())?;
    Ok(appearance.into())
}

/// What a call comes to. The provider tells errors as members of what it answers.
async fn answer(promise: JsValue) -> Result<JsValue, JsValue> {
    let told = JsFuture::from(Promise::resolve(&promise)).await?;
    match get(&told, "error") {
        Ok(error) if error.is_truthy() => Err(error),
        _ => Ok(told),
    }
}

/// An error in words, the provider's own where it has some for buyers.
fn message(error: &JsValue) -> String {
    let said = dom::text_of(error, "message");
    if said.is_empty() { t!("card-trouble") } else { said }
}

fn get(object: &JsValue, name: &str) -> Result<JsValue, JsValue> {
    Reflect::get(object, &name.into())
}

fn set(object: &JsValue, name: &str, value: &JsValue) -> Result<(), JsValue> {
    Reflect::set(object, &name.into(), value).map(drop)
}

fn call(object: &JsValue, name: &str, arguments: &[&JsValue]) -> Result<JsValue, JsValue> {
    let function: Function = get(object, name)?.dyn_into()?;
    let list: Array = arguments.iter().collect();
    function.apply(object, &list)
}
