//! Where programs come from: PATH first, then the cache that `cargo xtask setup` fills.

use std::{
    env,
    ffi::OsStr,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    process::Command,
};

use crate::error::{Result, StackError};

/// A program, and the folder of the tools cache that holds it when PATH does not.
#[derive(Debug, Clone, Copy)]
pub struct Tool {
    /// The executable's name.
    pub program: &'static str,
    /// `NAME-VERSION` below the cache's `tools`, for what `cargo xtask setup` builds or downloads itself.
    pub cached: Option<&'static str>,
}

/// MongoDB itself.
pub const MONGOD: Tool = Tool { program: "mongod", cached: None };
/// MongoDB's shell, needed to make a `mongod` a replica set.
pub const MONGOSH: Tool = Tool { program: "mongosh", cached: None };
/// A server that speaks MongoDB's protocol.
pub const SECANTUSD: Tool = Tool { program: "secantusd-rs", cached: Some("secantus-mdb-0.5.3-beta.196") };
/// NATS with `JetStream`.
pub const NATS_SERVER: Tool = Tool { program: "nats-server", cached: Some("nats-server-2.15.1") };
/// Redis.
pub const REDIS_SERVER: Tool = Tool { program: "redis-server", cached: None };
/// nginx, in the ingress's place.
pub const NGINX: Tool = Tool { program: "nginx", cached: None };
/// The browser that page tests drive, under each name it goes by.
pub const BROWSERS: [Tool; 4] = [
    Tool { program: "chromium", cached: None },
    Tool { program: "chromium-browser", cached: None },
    Tool { program: "google-chrome", cached: None },
    Tool { program: "google-chrome-stable", cached: None },
];
/// Its driver.
pub const CHROMEDRIVER: Tool = Tool { program: "chromedriver", cached: None };
/// Makes the stylesheet.
pub const TAILWINDCSS: Tool = Tool { program: "tailwindcss", cached: Some("tailwindcss-4.3.3") };
/// Python with localstripe, which plays Stripe in tests.
pub const LOCALSTRIPE: Tool = Tool { program: "python", cached: Some("localstripe-1.15.10") };
/// Licence and dependency checks.
pub const CARGO_DENY: Tool = Tool { program: "cargo-deny", cached: Some("cargo-deny-0.20.2") };

impl Tool {
    /// The executable's path.
    pub fn find(self) -> Result<PathBuf> {
        self.find_in(env::var_os("PATH").as_deref(), &cache_folder()).ok_or_else(|| self.missing())
    }

    /// The folder `cargo xtask setup` installs it to, for tools that have one.
    pub fn home(self) -> Option<PathBuf> {
        Some(cache_folder().join("tools").join(self.cached?))
    }

    /// The executable's path, if it is of this release or a later one; else the cached one's.
    fn find_since(self, oldest: (u32, u32), argument: &str) -> Result<PathBuf> {
        self.find_since_in(oldest, argument, env::var_os("PATH").as_deref(), &cache_folder())
            .ok_or_else(|| self.missing())
    }

    fn missing(self) -> StackError {
        let cache = cache_folder().join("tools").display().to_string();
        StackError::MissingTool { program: self.program.to_owned(), cache }
    }

    fn find_since_in(
        self,
        oldest: (u32, u32),
        argument: &str,
        path: Option<&OsStr>,
        cache: &Path,
    ) -> Option<PathBuf> {
        let found = self.find_in(path, cache)?;
        // What setup put there is of the version that setup installs.
        if found.starts_with(cache) {
            return Some(found);
        }
        let answer = Command::new(&found).arg(argument).output();
        if answer.is_ok_and(|output| version(&String::from_utf8_lossy(&output.stdout)) >= Some(oldest)) {
            return Some(found);
        }
        self.find_in(None, cache).filter(|file| file.starts_with(cache))
    }

    fn cached_in(self, cache: &Path) -> Option<PathBuf> {
        Some(cache.join("tools").join(self.cached?).join("bin"))
    }

    fn find_in_cache_of(self, cache: &Path) -> Option<PathBuf> {
        Some(self.cached_in(cache)?.join(self.program)).filter(|file| is_executable(file))
    }

    fn find_in(self, path: Option<&OsStr>, cache: &Path) -> Option<PathBuf> {
        let cached = self.cached_in(cache);
        // Debian keeps servers in sbin, which is not on an ordinary user's PATH.
        path.into_iter()
            .flat_map(env::split_paths)
            .chain(["/usr/sbin".into(), "/usr/local/sbin".into()])
            .chain(cached)
            .map(|folder| folder.join(self.program))
            .find(|file| is_executable(file))
    }
}

/// A `nats-server` that knows what the services ask of it: Debian's is too old.
pub fn nats_server() -> Result<PathBuf> {
    NATS_SERVER.find_since(OLDEST_NATS, "--version")
}

/// A Tailwind that reads the stylesheet: it was written for another language before 4.
pub fn tailwindcss() -> Result<PathBuf> {
    // It knows no `--version`, and says it above its help.
    TAILWINDCSS.find_since(OLDEST_TAILWIND, "--help")
}

/// The program that page tests load into a page to have its accessibility judged.
pub fn axe_core() -> Result<PathBuf> {
    let file = cache_folder().join("tools").join(AXE_CORE).join("axe.min.js");
    if file.is_file() { Ok(file) } else { Err(Tool { program: "axe-core", cached: None }.missing()) }
}

/// The Python that has localstripe, the payment gateway's stand-in, in the one version whose insides its launcher knows.
/// Only the cached one will do.
pub fn localstripe() -> Result<PathBuf> {
    let found = LOCALSTRIPE.find_in_cache_of(&cache_folder());
    found.ok_or_else(|| Tool { program: "localstripe", cached: None }.missing())
}

/// The browser that page tests drive.
pub fn browser() -> Result<PathBuf> {
    BROWSERS.into_iter().find_map(|tool| tool.find().ok()).ok_or_else(|| BROWSERS[0].missing())
}

/// The oldest NATS release, major and minor, whose `JetStream` has all that the services use.
pub const OLDEST_NATS: (u32, u32) = (2, 11);
/// The oldest Tailwind release, major and minor, that the stylesheet is written for.
pub const OLDEST_TAILWIND: (u32, u32) = (4, 1);
/// `NAME-VERSION` of axe-core, which is a file to load into a page and no program to run.
pub const AXE_CORE: &str = "axe-core-4.14.1";

/// Reads `nats-server: v2.15.1` and `≈ tailwindcss v4.3.3`, whatever is written below.
fn version(text: &str) -> Option<(u32, u32)> {
    let line = text.lines().find(|line| !line.trim().is_empty())?;
    let mut numbers = line.trim().rsplit_once('v')?.1.split('.').map(|part| part.parse().ok());
    Some((numbers.next()??, numbers.next()??))
}

/// `$TICKET_MARKET_CACHE`, else `ticket-market` in the user's cache folder.
pub fn cache_folder() -> PathBuf {
    cache_folder_from(|name| env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from))
}

fn cache_folder_from(var: impl Fn(&str) -> Option<PathBuf>) -> PathBuf {
    var("TICKET_MARKET_CACHE").unwrap_or_else(|| {
        var("XDG_CACHE_HOME")
            .or_else(|| Some(var("HOME")?.join(".cache")))
            .unwrap_or_else(env::temp_dir)
            .join("ticket-market")
    })
}

fn is_executable(file: &Path) -> bool {
    file.metadata().is_ok_and(|found| found.is_file() && found.permissions().mode() & 0o111 != 0)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    const TOOL: Tool = Tool { program: "made-up-server", cached: Some("made-up-1.2.3") };

    fn install(folder: &Path, mode: u32) -> PathBuf {
        fs::create_dir_all(folder).unwrap();
        let file = folder.join(TOOL.program);
        fs::write(&file, "").unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(mode)).unwrap();
        file
    }

    #[test]
    fn path_comes_before_the_cache_and_only_executables_count() {
        let folder = tempfile::tempdir().unwrap();
        let (on_path, cache) = (folder.path().join("bin"), folder.path().join("cache"));
        assert_eq!(TOOL.find_in(Some(on_path.as_os_str()), &cache), None);

        let cached = install(&cache.join("tools/made-up-1.2.3/bin"), 0o755);
        install(&on_path, 0o644);
        assert_eq!(TOOL.find_in(Some(on_path.as_os_str()), &cache), Some(cached));

        let found = install(&on_path, 0o755);
        assert_eq!(TOOL.find_in(Some(on_path.as_os_str()), &cache), Some(found));
    }

    #[test]
    fn a_tool_that_only_the_cache_has_is_not_looked_for_elsewhere() {
        let cache = tempfile::tempdir().unwrap();
        install(&cache.path().join("bin"), 0o755);
        assert_eq!(TOOL.find_in_cache_of(cache.path()), None);
        let cached = install(&cache.path().join("tools/made-up-1.2.3/bin"), 0o755);
        assert_eq!(TOOL.find_in_cache_of(cache.path()), Some(cached));
    }

    #[test]
    fn a_missing_tool_says_how_to_get_it() {
        let message = TOOL.find().unwrap_err().to_string();
        assert!(message.contains("made-up-server is not installed"), "{message}");
        assert!(message.contains("cargo xtask setup"), "{message}");
    }

    #[test]
    fn versions_are_read_and_compared() {
        assert_eq!(version("nats-server: v2.15.1\n"), Some((2, 15)));
        assert_eq!(version("≈ tailwindcss v4.3.3\n\nUsage:\n  tailwindcss [--input]\n"), Some((4, 3)));
        assert!(version("nats-server: v2.9.10") < Some(OLDEST_NATS));
        assert!(version("tailwindcss v3.4.17") < Some(OLDEST_TAILWIND));
        assert!(version("something else") < Some(OLDEST_NATS));
        assert!(version("") < Some(OLDEST_NATS));
    }

    #[test]
    fn a_program_on_path_that_is_too_old_gives_way_to_the_cached_one() {
        let folder = tempfile::tempdir().unwrap();
        let (on_path, cache) = (folder.path().join("bin"), folder.path().join("cache"));
        let says = |version: &str| {
            let file = install(&on_path, 0o755);
            fs::write(&file, format!("#!/bin/sh\necho made-up-server v{version}\n")).unwrap();
        };
        let find = |oldest| TOOL.find_since_in(oldest, "--version", Some(on_path.as_os_str()), &cache);
        says("1.9.9");
        assert_eq!(find((1, 9)), Some(on_path.join(TOOL.program)));
        assert_eq!(find((2, 0)), None);
        let cached = install(&cache.join("tools/made-up-1.2.3/bin"), 0o755);
        assert_eq!(find((2, 0)), Some(cached));
        says("2.0.1");
        assert_eq!(find((2, 0)), Some(on_path.join(TOOL.program)));
    }

    #[test]
    fn the_cache_folder_follows_the_environment() {
        let with = |set: &'static [(&str, &str)]| {
            cache_folder_from(move |name| {
                set.iter().find(|(key, _)| *key == name).map(|(_, value)| value.into())
            })
        };
        assert_eq!(with(&[("HOME", "/home/ada")]), Path::new("/home/ada/.cache/ticket-market"));
        assert_eq!(with(&[("HOME", "/home/ada"), ("XDG_CACHE_HOME", "/c")]), Path::new("/c/ticket-market"));
        assert_eq!(with(&[("HOME", "/home/ada"), ("TICKET_MARKET_CACHE", "/t")]), Path::new("/t"));
    }
}
