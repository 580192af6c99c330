//! Reading the configuration: environment variables, each parsed once, all errors together.

use std::{collections::HashMap, ffi::OsString, fmt, fmt::Write as _, str::FromStr};

use secrecy::SecretString;

/// The environment being read, and what was found wrong with it so far.
///
/// A variable `NAME` may instead come from a file whose path is in `NAME_FILE`, as secrets are mounted.
#[derive(Debug, Default)]
pub struct Env {
    variables: HashMap<String, String>,
    problems: Vec<String>,
    asked: Vec<&'static str>,
}

/// Everything that is wrong with the configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigError(Vec<String>);

impl std::error::Error for ConfigError {}

impl fmt::Display for ConfigError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("the configuration is not usable:")?;
        self.0.iter().try_for_each(|problem| write!(out, "\n  {problem}"))
    }
}

impl Env {
    /// The process's environment.
    pub fn of_process() -> Self {
        // A variable that is not text is none of ours.
        let text =
            |(name, value): (OsString, OsString)| Some((name.into_string().ok()?, value.into_string().ok()?));
        Self::from_pairs(std::env::vars_os().filter_map(text))
    }

    /// An environment made of these variables.
    pub fn from_pairs(pairs: impl IntoIterator<Item = (String, String)>) -> Self {
        Self { variables: pairs.into_iter().collect(), ..Self::default() }
    }

    /// A variable with a default.
    pub fn or<T>(&mut self, name: &'static str, default: T) -> T
    where
        T: FromStr<Err: fmt::Display>,
    {
        self.optional(name).unwrap_or(default)
    }

    /// A variable that may be missing.
    pub fn optional<T>(&mut self, name: &'static str) -> Option<T>
    where
        T: FromStr<Err: fmt::Display>,
    {
        let text = self.text(name)?;
        match text.parse() {
            Ok(value) => Some(value),
            Err(rule) => {
                self.reject(name, rule);
                None
            }
        }
    }

    /// A variable that must be there. `None` means the problem is noted and [`Env::finish`] will fail.
    pub fn required<T>(&mut self, name: &'static str) -> Option<T>
    where
        T: FromStr<Err: fmt::Display>,
    {
        let missing = !self.is_set(name);
        let value = self.optional(name);
        if missing && value.is_none() {
            self.reject(name, "is required");
        }
        value
    }

    /// A secret that must be there.
    pub fn required_secret(&mut self, name: &'static str) -> Option<SecretString> {
        self.required::<String>(name).map(SecretString::from)
    }

    /// The contents of the file whose path is in `name`, parsed by `parse`.
    pub fn required_file<T, E: fmt::Display>(
        &mut self,
        name: &'static str,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Option<T> {
        let path: String = self.required(name)?;
        let outcome = std::fs::read_to_string(&path)
            .map_err(|error| format!("names {path}, which cannot be read: {error}"))
            .and_then(|text| parse(&text).map_err(|error| format!("names {path}, which {error}")));
        outcome.map_err(|problem| self.reject(name, problem)).ok()
    }

    /// Notes a problem with a variable.
    pub fn reject(&mut self, name: &str, rule: impl fmt::Display) {
        self.problems.push(format!("{name} {rule}"));
    }

    /// Ends the reading. `config` is `None` only if a required variable was missing or bad.
    pub fn finish<T>(mut self, config: Option<T>) -> Result<T, ConfigError> {
        self.problems.sort();
        match config {
            Some(config) if self.problems.is_empty() => Ok(config),
            _ => Err(ConfigError(self.problems)),
        }
    }

    /// The names asked for so far: what a deployment may set.
    pub fn asked(&self) -> &[&'static str] {
        &self.asked
    }

    fn is_set(&self, name: &str) -> bool {
        self.variables.get(name).is_some_and(|value| !value.is_empty())
            || self.variables.contains_key(&format!("{name}_FILE"))
    }

    fn text(&mut self, name: &'static str) -> Option<String> {
        self.asked.push(name);
        // An empty variable is how a manifest says "not set".
        if let Some(value) = self.variables.get(name).filter(|value| !value.is_empty()) {
            return Some(value.clone());
        }
        let path = self.variables.get(&format!("{name}_FILE"))?;
        match std::fs::read_to_string(path) {
            Ok(text) => Some(text.trim_end_matches(['\r', '\n']).to_owned()),
            Err(error) => {
                let mut name = name.to_owned();
                let _ = write!(name, "_FILE");
                let problem = format!("names {path}, which cannot be read: {error}");
                self.reject(&name, problem);
                None
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn env(pairs: &[(&str, &str)]) -> Env {
        Env::from_pairs(pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())))
    }

    #[test]
    fn all_problems_are_reported_together() {
        let mut env = env(&[("PORT", "many"), ("EMPTY", "")]);
        let port: u16 = env.or("PORT", 1);
        let url: Option<String> = env.required("URL");
        let empty: Option<String> = env.required("EMPTY");
        let error = env.finish(url.zip(empty).map(|_| port)).unwrap_err();
        assert_eq!(
            error.to_string(),
            "the configuration is not usable:\n  EMPTY is required\n  PORT invalid digit found in string\n  URL is required"
        );
    }

    #[test]
    fn a_value_may_come_from_a_file() {
        let folder = std::env::temp_dir().join(format!("runtime-config-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let path = folder.join("secret");
        std::fs::write(&path, "s3cret\n").unwrap();
        let mut env = env(&[("KEY_FILE", path.to_str().unwrap())]);
        let key: Option<String> = env.required("KEY");
        assert_eq!(env.finish(key), Ok("s3cret".to_owned()));
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
