//! The page there is instead of the one that was asked for.

use axum::response::{IntoResponse, Redirect, Response};
use common::error::ErrorCode;
use islands::t;
use leptos::prelude::*;

use super::layout::Layout;
use crate::{
    backend::Refused,
    caller::{Caller, Visit},
    local_path::LocalPath,
    render::{self, Outcome},
    trouble::Trouble,
    view::refusal::{self, Refusal},
};

/// Seconds after which a service that is missing may be back, where it does not say so itself.
const SOON: u32 = 2;

/// The answer to a request in trouble: the sign-in page, or a page that says what is wrong.
pub(crate) async fn answer(trouble: Trouble, caller: &Caller) -> Response {
    match trouble {
        Trouble::SignInFirst(back) => {
            let back = back.unwrap_or_else(|| caller.page().clone());
            Redirect::to(back.sign_in().as_str()).into_response()
        }
        trouble => page(&trouble, caller.visit().await),
    }
}

/// The page for any trouble but a missing sign-in.
pub(crate) fn page(trouble: &Trouble, visit: Visit) -> Response {
    let (status, retry_after) = status(trouble);
    render::page(Outcome::new(status, retry_after), visit, |visit| {
        let words = words(trouble);
        view! { <TroublePage visit status words/> }
    })
}

fn status(trouble: &Trouble) -> (u16, Option<u32>) {
    match trouble {
        Trouble::NotFound => (404, None),
        Trouble::SignInFirst(_) => (401, None),
        Trouble::NotYours => (403, None),
        Trouble::Missing(outage) => (503, Some(outage.retry_after.unwrap_or(SOON))),
        Trouble::Refused(refused) => (refused.problem.status, refused.retry_after),
    }
}

struct Words {
    title: String,
    text: String,
    advice: Option<String>,
}

fn words(trouble: &Trouble) -> Words {
    let say = |title, text| Words { title, text, advice: None };
    match trouble {
        Trouble::NotFound => say(t!("trouble-title-not-found"), t!("trouble-not-found")),
        Trouble::SignInFirst(_) => say(t!("trouble-title-sign-in"), t!("trouble-sign-in")),
        Trouble::NotYours => say(t!("trouble-title-not-yours"), t!("refusal-not-allowed")),
        Trouble::Missing(outage) => {
            let advice = if outage.maybe_done { t!("advice-maybe-done") } else { t!("advice-try-again") };
            Words {
                title: t!("trouble-title-missing"),
                text: refusal::missing(outage.part),
                advice: Some(advice),
            }
        }
        Trouble::Refused(refused) => refused_words(refused),
    }
}

fn refused_words(refused: &Refused) -> Words {
    let say = |title, text| Words { title, text, advice: None };
    match refused.problem.status {
        403 if refused.is(ErrorCode::CrossSite) => {
            say(t!("trouble-title-cross-site"), t!("trouble-cross-site"))
        }
        403 => words(&Trouble::NotYours),
        404 => words(&Trouble::NotFound),
        405 => say(t!("trouble-title-method"), t!("trouble-method")),
        413 => say(t!("trouble-title-too-large"), t!("trouble-too-large")),
        429 => Words {
            title: t!("trouble-title-too-many"),
            text: t!("refusal-too-many"),
            advice: Some(refusal::wait(refused.retry_after)),
        },
        // Refused before anything was begun, or given up on somewhere in between.
        503 if refused.is(ErrorCode::Unavailable) => Words {
            title: t!("trouble-title-missing"),
            text: t!("trouble-busy"),
            advice: Some(t!("advice-try-again")),
        },
        503 => Words {
            title: t!("trouble-title-missing"),
            text: t!("trouble-too-slow"),
            advice: Some(t!("advice-maybe-done")),
        },
        500..=599 => Words {
            title: t!("trouble-title-fault"),
            text: t!("trouble-fault"),
            advice: Some(t!("advice-try-again")),
        },
        _ => {
            let refusal = Refusal::of(refused);
            // There is no form on this page beside which fields could be told.
            let text = if refusal.only_fields() { t!("refusal-unreadable") } else { refusal.what() };
            let advice = refusal.advice().map(|advice| advice.text);
            Words { title: t!("trouble-title-refused"), text, advice }
        }
    }
}

#[component]
fn TroublePage(visit: Visit, status: u16, words: Words) -> impl IntoView {
    let Words { title, text, advice } = words;
    // Not after a form: to send it again there is the browser's own way back.
    let can_help = (status == 429 || status >= 500) && visit.page != LocalPath::home();
    let again = can_help.then(|| visit.page.to_string());
    view! {
        <Layout title=title.clone() visit>
            <section class="trouble">
                <p class="status" aria-hidden="true">{status}</p>
                <div class="stack">
                    <h1>{title}</h1>
                    <p class="lead">{text}</p>
                    {advice.map(|advice| view! { <p>{advice}</p> })}
                    {(status == 404).then(|| view! { <Search/> })}
                    <p class="actions">
                        {again.map(|path| view! { <a class="button" href=path>{t!("trouble-again")}</a> })}
                        <a href="/">{t!("link-browse")}</a>
                    </p>
                </div>
            </section>
        </Layout>
    }
}

/// What was looked for may be found by its name.
#[component]
fn Search() -> impl IntoView {
    view! {
        <form class="search" method="get" action="/" role="search">
            <label for="field-q">{t!("trouble-search")}</label>
            <input id="field-q" name="q" type="search"/>
            <button>{t!("trouble-search-button")}</button>
        </form>
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use axum::{Router, routing::get};
    use common::session::CookiePolicy;
    use runtime::{HttpSettings, Life, Server};
    use serde_json::json;

    use crate::{assets::Assets, layers};

    async fn panics() -> &'static str {
        panic!("secret details of a fault")
    }

    /// Through the very layers that stand around the real pages.
    #[tokio::test]
    async fn a_panic_is_a_page_in_the_readers_language() {
        let folder = tempfile::tempdir().unwrap();
        let names = json!({"stylesheet": "s.css", "script": "i.js", "wasm": "i.wasm"});
        std::fs::write(folder.path().join("site.json"), names.to_string()).unwrap();
        for name in ["s.css", "i.js", "i.wasm"] {
            std::fs::write(folder.path().join(name), "").unwrap();
        }
        let assets = Arc::new(Assets::in_folder(folder.path()).unwrap());
        let life = Life::detached();
        let router = Router::new().route("/boom", get(panics).post(panics));
        let settings = HttpSettings::loopback();
        let server = Server::start_behind(&life, &settings, router, |app| {
            layers::outermost(app, assets, CookiePolicy::Plain)
        });
        let addr = server.await.unwrap().addr();
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        for (method, language, title) in [
            (reqwest::Method::GET, "en", "Something went wrong"),
            (reqwest::Method::GET, "de", "Da ist etwas schiefgegangen"),
            (reqwest::Method::POST, "en", "Something went wrong"),
        ] {
            let request = http.request(method, format!("http://{addr}/boom"));
            let answer = request.header("accept-language", language).send().await.unwrap();
            assert_eq!(answer.status(), 500);
            assert_eq!(answer.headers()["content-type"], "text/html; charset=utf-8");
            assert!(answer.headers().contains_key("content-security-policy"));
            let html = answer.text().await.unwrap();
            assert!(html.contains(title) && html.contains("</html>"), "{html}");
            assert!(!html.contains("secret"), "{html}");
        }
        life.stop();
    }
}
