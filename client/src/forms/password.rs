//! Changing the password.

use std::fmt;

use common::{
    field::{FieldError, Fields},
    text::{NewPassword, Password},
};
use islands::rules;
use serde::Deserialize;

/// The form as sent. Nothing of it is ever shown again.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct PasswordForm {
    current_password: String,
    new_password: String,
}

/// What the service is sent.
#[derive(Debug)]
pub(crate) struct PasswordChange {
    pub(crate) current: Password,
    pub(crate) new: NewPassword,
}

impl fmt::Debug for PasswordForm {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("PasswordForm").finish_non_exhaustive()
    }
}

impl PasswordForm {
    /// The change, or all that is wrong with it.
    pub(crate) fn check(&self) -> Result<PasswordChange, Vec<FieldError>> {
        let mut fields = Fields::default();
        let current = rules::password(&self.current_password);
        let current = current.map_err(|rule| fields.reject("currentPassword", rule)).ok();
        let new = rules::new_password(&self.new_password);
        let new = new.map_err(|rule| fields.reject("newPassword", rule)).ok();
        fields.finish(current.zip(new).map(|(current, new)| PasswordChange { current, new }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_passwords_are_judged_at_once_and_stay_out_of_logs() {
        let errors = PasswordForm::default().check().unwrap_err();
        let seen: Vec<_> =
            errors.iter().map(|error| (error.field.as_str(), error.message.as_str())).collect();
        assert_eq!(
            seen,
            [
                ("currentPassword", "You must supply a password"),
                ("newPassword", "Password must be between 8 and 128 characters"),
            ]
        );
        let form = PasswordForm { current_password: "s3cret".into(), new_password: "s3cret-s3cret".into() };
        assert!(!format!("{form:?} {:?}", form.check()).contains("s3cret"));
    }
}
