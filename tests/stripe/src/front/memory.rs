//! What Stripe keeps of a request with an idempotency key: the answer, whatever it was, and what had been asked.
//!
//! Real keys are forgotten after a day; tests are over by then.

use std::{collections::HashMap, sync::Mutex};

use http::Method;

use super::{Answer, Request, lock};

#[derive(Default)]
pub(super) struct Memory(Mutex<HashMap<String, Kept>>);

struct Kept {
    asked: Asked,
    /// None while it is being done.
    answer: Option<Answer>,
}

#[derive(PartialEq, Eq)]
struct Asked {
    method: Method,
    path: String,
    parameters: Vec<(String, String)>,
}

#[derive(Debug, PartialEq, Eq)]
pub(super) enum Before {
    /// It has to be done.
    Nothing,
    /// This is the answer.
    Answered(Answer),
}

impl Memory {
    pub(super) fn begin(&self, key: &str, request: &Request) -> Before {
        let asked = Asked {
            method: request.method.clone(),
            path: request.path.clone(),
            parameters: request.parameters(),
        };
        let mut all = lock(&self.0);
        let Some(kept) = all.get(key) else {
            all.insert(key.to_owned(), Kept { asked, answer: None });
            return Before::Nothing;
        };
        let refuse = |status, code, message| {
            Before::Answered(Answer::error(status, "idempotency_error", code, message))
        };
        match &kept.answer {
            _ if kept.asked != asked => refuse(
                400,
                None,
                "Keys for idempotent requests can only be used with the same parameters and endpoint they were \
                 first used with",
            ),
            None => refuse(
                409,
                Some("idempotency_key_in_use"),
                "There is currently another in-progress request using this Idempotent Key",
            ),
            Some(answer) => Before::Answered(Answer { again: true, ..answer.clone() }),
        }
    }

    pub(super) fn keep(&self, key: &str, answer: &Answer) {
        if let Some(kept) = lock(&self.0).get_mut(key) {
            kept.answer = Some(answer.clone());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{super::request::tests::request, *};

    fn status(before: &Before) -> Option<u16> {
        match before {
            Before::Nothing => None,
            Before::Answered(answer) => Some(answer.status),
        }
    }

    #[test]
    fn a_key_answers_the_same_to_the_same_and_refuses_anything_else() {
        let memory = Memory::default();
        let refund = |body| request("POST", "/v1/refunds", body);
        assert_eq!(memory.begin("k", &refund("a=1&b=2")), Before::Nothing);
        assert_eq!(status(&memory.begin("k", &refund("a=1&b=2"))), Some(409), "still being done");
        let answer = Answer::error(500, "api_error", None, "no");
        memory.keep("k", &answer);
        assert_eq!(memory.begin("k", &refund("b=2&a=1")), Before::Answered(Answer { again: true, ..answer }));
        assert_eq!(status(&memory.begin("k", &refund("a=1&b=3"))), Some(400));
        let elsewhere = request("POST", "/v1/payment_intents", "a=1&b=2");
        assert_eq!(status(&memory.begin("k", &elsewhere)), Some(400));
        assert_eq!(memory.begin("other", &elsewhere), Before::Nothing);
    }
}
