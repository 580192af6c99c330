//! What the service can be told from outside.

use std::{num::NonZeroU32, str::FromStr, time::Duration};

use messaging::MessagingSettings;
use runtime::{Env, HttpSettings, SessionSettings};
use secrecy::SecretString;
use url::Url;

use crate::{domain::FeeRate, gateway::StripeSettings};

/// Which gateway moves the money.
#[derive(Debug)]
pub(crate) enum GatewaySettings {
    /// None does; see [`crate::gateway::Sandbox`].
    Sandbox,
    /// Stripe does.
    Stripe(StripeSettings),
}

/// The gateways by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum GatewayKind {
    Sandbox,
    Stripe,
}

impl FromStr for GatewayKind {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "sandbox" => Ok(Self::Sandbox),
            "stripe" => Ok(Self::Stripe),
            _ => Err("must be sandbox or stripe"),
        }
    }
}

/// When sellers are paid.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PayoutTerms {
    /// How long after an event what it brought in is held back.
    pub(crate) hold: Duration,
    /// How often what is due is paid out.
    pub(crate) every: Duration,
}

/// The configuration, parsed.
#[derive(Debug)]
pub struct Config {
    pub(crate) http: HttpSettings,
    pub(crate) messaging: MessagingSettings,
    pub(crate) sessions: SessionSettings,
    pub(crate) rules: Rules,
}

/// What of the configuration concerns money.
#[derive(Debug)]
pub(crate) struct Rules {
    pub(crate) gateway: GatewaySettings,
    /// How often unsettled payments are looked at.
    pub(crate) reconcile_every: Duration,
    /// How old an unsettled payment must be to be counted as stuck.
    pub(crate) stuck_after: Duration,
    /// The market's share of new payments.
    pub(crate) fee_rate: FeeRate,
    pub(crate) payouts: PayoutTerms,
}

impl Config {
    /// Reads the environment. `None` only after noting a problem.
    pub fn read(env: &mut Env) -> Option<Self> {
        let http = HttpSettings::read(env);
        let messaging = MessagingSettings::read(env, "payments");
        let sessions = SessionSettings::read(env);
        let rules = Rules::read(env);
        Some(Self { http, messaging: messaging?, sessions: sessions?, rules: rules? })
    }
}

impl Rules {
    fn read(env: &mut Env) -> Option<Self> {
        let gateway = gateway(env);
        let reconcile_every = seconds(env, "RECONCILE_SECONDS", 5);
        let stuck_after = seconds(env, "STUCK_AFTER_SECONDS", 900);
        let fee_rate = env.or("PLATFORM_FEE_BPS", "500".parse().unwrap_or_default());
        let hold = Duration::from_secs(env.or::<u32>("PAYOUT_HOLD_SECONDS", 3 * 24 * 3600).into());
        let payouts = PayoutTerms { hold, every: seconds(env, "PAYOUT_SECONDS", 3600) };
        Some(Self { gateway: gateway?, reconcile_every, stuck_after, fee_rate, payouts })
    }
}

fn seconds(env: &mut Env, name: &'static str, default: u32) -> Duration {
    let seconds = env.optional::<NonZeroU32>(name).map_or(default, NonZeroU32::get);
    Duration::from_secs(seconds.into())
}

/// The sandbox, unless there is a key for Stripe or Stripe is asked for by name.
fn gateway(env: &mut Env) -> Option<GatewaySettings> {
    let named = env.optional::<GatewayKind>("PAYMENT_GATEWAY");
    let key = env.optional::<String>("STRIPE_SECRET_KEY").map(SecretString::from);
    let secrets = env.optional::<String>("STRIPE_WEBHOOK_SECRET");
    let base = env.optional::<ApiBase>("STRIPE_API_BASE");
    let at_once = env.optional::<NonZeroU32>("STRIPE_REQUESTS_AT_ONCE").map_or(128, NonZeroU32::get);
    let connect = env.or("STRIPE_CONNECT", false);
    if named.unwrap_or(if key.is_some() { GatewayKind::Stripe } else { GatewayKind::Sandbox })
        == GatewayKind::Sandbox
    {
        return Some(GatewaySettings::Sandbox);
    }
    if key.is_none() {
        env.reject("STRIPE_SECRET_KEY", "is required with PAYMENT_GATEWAY=stripe");
    }
    let webhook_secrets: Vec<_> = secrets
        .iter()
        .flat_map(|secrets| secrets.split(','))
        .map(str::trim)
        .filter(|secret| !secret.is_empty())
        .map(SecretString::from)
        .collect();
    if webhook_secrets.is_empty() {
        env.reject("STRIPE_WEBHOOK_SECRET", "is required with Stripe");
    }
    let base = base.or_else(|| "https://api.stripe.com".parse().ok())?;
    let at_once = usize::try_from(at_once).ok()?;
    Some(GatewaySettings::Stripe(StripeSettings {
        key: key?,
        webhook_secrets,
        base: base.0,
        at_once,
        connect,
    }))
}

/// Where Stripe's API is.
struct ApiBase(Url);

impl FromStr for ApiBase {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.parse::<Url>() {
            Ok(url) if matches!(url.scheme(), "https" | "http") && url.host().is_some() => Ok(Self(url)),
            _ => Err("must be an http or https URL"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(pairs: &[(&str, &str)]) -> Result<GatewaySettings, String> {
        let pairs = pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let mut env = Env::from_pairs(pairs);
        let rules = Rules::read(&mut env);
        env.finish(rules).map(|rules| rules.gateway).map_err(|error| error.to_string())
    }

    #[test]
    fn a_key_chooses_stripe_and_without_one_it_is_the_sandbox() {
        assert!(matches!(read(&[]), Ok(GatewaySettings::Sandbox)));
        let stripe = [("STRIPE_SECRET_KEY", "sk_test_1"), ("STRIPE_WEBHOOK_SECRET", "whsec_1, whsec_2")];
        let Ok(GatewaySettings::Stripe(settings)) = read(&stripe) else { panic!("a key chooses Stripe") };
        assert_eq!((settings.webhook_secrets.len(), settings.base.as_str()), (2, "https://api.stripe.com/"));
        let sandbox = [&stripe[..], &[("PAYMENT_GATEWAY", "sandbox")]].concat();
        assert!(matches!(read(&sandbox), Ok(GatewaySettings::Sandbox)));
    }

    #[test]
    fn what_stripe_needs_is_asked_for_by_name() {
        let error = read(&[("PAYMENT_GATEWAY", "stripe"), ("STRIPE_API_BASE", "nowhere")]).unwrap_err();
        for rule in [
            "STRIPE_SECRET_KEY is required with PAYMENT_GATEWAY=stripe",
            "STRIPE_WEBHOOK_SECRET is required with Stripe",
            "STRIPE_API_BASE must be an http or https URL",
        ] {
            assert!(error.contains(rule), "{error}");
        }
        assert!(read(&[("PAYMENT_GATEWAY", "cash")]).unwrap_err().contains("must be sandbox or stripe"));
        assert!(read(&[("PLATFORM_FEE_BPS", "10001")]).unwrap_err().contains("PLATFORM_FEE_BPS"));
    }

    #[test]
    fn no_secret_is_ever_shown() {
        let stripe = [("STRIPE_SECRET_KEY", "sk_live_hidden"), ("STRIPE_WEBHOOK_SECRET", "whsec_hidden")];
        assert!(!format!("{:?}", read(&stripe)).contains("hidden"));
    }
}
