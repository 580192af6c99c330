//! [`Notice`]: a word of confirmation on the page after a redirect.
//!
//! It travels in a cookie that only that page is sent, and that is gone once it was shown: nothing in an address can make a
//! page claim what did not happen.

use axum::{
    http::{HeaderValue, header::SET_COOKIE},
    response::{AppendHeaders, IntoResponse, Redirect, Response},
};
use common::session::{CookiePolicy, cookie_value};
use islands::t;

use crate::caller::Caller;

const COOKIE: &str = "notice";
/// Longer than any redirect takes; a page opened later has nothing to confirm.
const KEPT_SECONDS: u32 = 30;

/// Something that was just done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Notice {
    PasswordChanged,
    SignedOutEverywhere,
    ListingWithdrawn,
    Refunded,
    RefundUnderWay,
    RefundFailed,
}

impl Notice {
    const ALL: [Self; 6] = [
        Self::PasswordChanged,
        Self::SignedOutEverywhere,
        Self::ListingWithdrawn,
        Self::Refunded,
        Self::RefundUnderWay,
        Self::RefundFailed,
    ];

    /// The one that the page at `path` was led to with, which it is to show this once.
    pub(crate) fn taken(caller: &Caller, path: &str, policy: CookiePolicy) -> Option<Self> {
        let tag = cookie_value(caller.headers(), COOKIE)?;
        caller.keep_cookie(cookie("", path, 0, policy));
        Self::ALL.into_iter().find(|notice| notice.tag() == tag)
    }

    /// Leads to the page that shows it.
    pub(crate) fn at(self, path: &str, policy: CookiePolicy) -> Response {
        let cookie = cookie(self.tag(), path, KEPT_SECONDS, policy);
        (AppendHeaders([(SET_COOKIE, cookie)]), Redirect::to(path)).into_response()
    }

    /// In words.
    pub(crate) fn text(self) -> String {
        match self {
            Self::PasswordChanged => t!("notice-password-changed"),
            Self::SignedOutEverywhere => t!("notice-signed-out-everywhere"),
            Self::ListingWithdrawn => t!("notice-listing-withdrawn"),
            Self::Refunded => t!("notice-refunded"),
            Self::RefundUnderWay => t!("notice-refund-under-way"),
            Self::RefundFailed => t!("notice-refund-failed"),
        }
    }

    /// The notice's look: what was tried and did not come about is no good news.
    pub(crate) const fn class(self) -> &'static str {
        match self {
            Self::PasswordChanged
            | Self::SignedOutEverywhere
            | Self::ListingWithdrawn
            | Self::Refunded
            | Self::RefundUnderWay => "notice good",
            Self::RefundFailed => "notice warn",
        }
    }

    const fn tag(self) -> &'static str {
        match self {
            Self::PasswordChanged => "password-changed",
            Self::SignedOutEverywhere => "signed-out-everywhere",
            Self::ListingWithdrawn => "listing-withdrawn",
            Self::Refunded => "refunded",
            Self::RefundUnderWay => "refund-under-way",
            Self::RefundFailed => "refund-failed",
        }
    }
}

fn cookie(tag: &str, path: &str, seconds: u32, policy: CookiePolicy) -> HeaderValue {
    let secure = if policy == CookiePolicy::Secure { "; Secure" } else { "" };
    let cookie = format!("{COOKIE}={tag}; Path={path}; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}");
    // All of it is ours and printable, so this conversion always succeeds.
    cookie.parse().unwrap_or_else(|_| HeaderValue::from_static(""))
}
