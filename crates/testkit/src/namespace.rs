//! A corner of the real servers that belongs to one test.

use std::collections::HashMap;

use runtime::{Env, entropy};

/// A database name and a stream prefix nobody else uses.
#[derive(Debug, Clone)]
pub struct Namespace {
    name: String,
    variables: HashMap<String, String>,
}

fn server(variable: &str) -> String {
    std::env::var(variable).unwrap_or_else(|_| {
        panic!("{variable} is not set: run the tests with `cargo xtask test`, which starts the servers and sets it")
    })
}

impl Default for Namespace {
    fn default() -> Self {
        Self::new()
    }
}

impl Namespace {
    /// A fresh one.
    pub fn new() -> Self {
        let name = format!("t{:012x}", u64::from_be_bytes(entropy()) >> 16);
        let variables = [
            ("MONGODB_URI", server("TEST_MONGODB_URI")),
            ("MONGODB_DATABASE", name.clone()),
            ("MONGODB_POOL_SIZE", "16".to_owned()),
            ("NATS_URL", server("TEST_NATS_URL")),
            ("REDIS_URL", server("TEST_REDIS_URL")),
            ("STREAM_PREFIX", name.clone()),
            ("HTTP_ADDR", "127.0.0.1:0".to_owned()),
            ("ADMIN_ADDR", "127.0.0.1:0".to_owned()),
            ("COOKIE_SECURE", "false".to_owned()),
            ("STARTUP_SECONDS", "5".to_owned()),
        ];
        let variables = variables.map(|(name, value)| (name.to_owned(), value)).into();
        Self { name, variables }
    }

    /// The stream prefix and database name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Sets one more variable.
    #[must_use]
    pub fn with(mut self, variable: &str, value: impl Into<String>) -> Self {
        self.variables.insert(variable.to_owned(), value.into());
        self
    }

    /// The environment for a service in this namespace. Services that share it need different databases.
    pub fn env(&self) -> Env {
        Env::from_pairs(self.variables.clone())
    }

    /// The value of a variable.
    pub fn variable(&self, name: &str) -> &str {
        self.variables.get(name).map_or("", String::as_str)
    }

    /// The test's database, to look at what a service stored.
    pub async fn database(&self) -> mongodb::Database {
        let client = mongodb::Client::with_uri_str(self.variable("MONGODB_URI"))
            .await
            .expect("the test database answers");
        client.database(self.variable("MONGODB_DATABASE"))
    }
}
