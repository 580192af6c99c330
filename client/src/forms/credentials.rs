//! Signing up and in.

use std::fmt;

use common::{
    field::{FieldError, Fields},
    text::{Email, NewPassword, Password},
};
use islands::rules;
use serde::Deserialize;

use crate::local_path::LocalPath;

/// The sign-up and sign-in forms.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct CredentialsForm {
    pub(crate) email: String,
    password: String,
    next: String,
}

/// What a service is sent.
pub(crate) struct Credentials {
    pub(crate) email: Email,
    /// Exactly as typed; never shown again and never printed.
    pub(crate) password: String,
}

impl fmt::Debug for CredentialsForm {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("CredentialsForm").field("email", &self.email).finish_non_exhaustive()
    }
}

impl CredentialsForm {
    /// Where to go afterwards.
    pub(crate) fn next(&self) -> LocalPath {
        LocalPath::from_outside(&self.next)
    }

    /// An empty form that leads to the same place.
    pub(crate) fn only_next(self) -> Self {
        Self { next: self.next, ..Self::default() }
    }

    /// The rules for a new account.
    pub(crate) fn check_new(&self) -> Result<Credentials, Vec<FieldError>> {
        self.check(rules::new_password(&self.password).as_ref().map(NewPassword::expose))
    }

    /// The rules for an account that exists: hardly any, so that nothing is given away.
    pub(crate) fn check_known(&self) -> Result<Credentials, Vec<FieldError>> {
        self.check(rules::password(&self.password).as_ref().map(Password::expose))
    }

    fn check(&self, password: Result<&str, &&'static str>) -> Result<Credentials, Vec<FieldError>> {
        let mut fields = Fields::default();
        let email = fields.required("email", rules::line::<Email>(&self.email));
        let password = password.map_err(|rule| fields.reject("password", *rule)).ok().map(str::to_owned);
        fields.finish(email.zip(password).map(|(email, password)| Credentials { email, password }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(email: &str, password: &str) -> CredentialsForm {
        CredentialsForm { email: email.to_owned(), password: password.to_owned(), next: String::new() }
    }

    #[test]
    fn both_fields_are_judged_at_once_in_the_services_words() {
        let errors = form("ada", "short").check_new().err().unwrap();
        let messages: Vec<_> = errors.iter().map(|error| error.message.as_str()).collect();
        assert_eq!(messages, ["Email must be valid", "Password must be between 8 and 128 characters"]);
        let errors = form("", "").check_known().err().unwrap();
        assert_eq!(errors[1].message, "You must supply a password");
    }

    #[test]
    fn passwords_go_as_typed_and_stay_out_of_logs() {
        let credentials = form("ada@example.org", "        ").check_new().ok().unwrap();
        assert_eq!(credentials.password, "        ");
        assert!(!format!("{:?}", form("ada@example.org", "s3cret-s3cret")).contains("s3cret"));
    }
}
