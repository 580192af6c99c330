//! The stylesheet and the browser's program: files named after their content, made by `cargo xtask site`.

use std::{
    fs,
    path::{Path, PathBuf},
};

use axum::{
    Router,
    extract::Request,
    http::{HeaderValue, header},
    middleware::{self, Next},
    response::Response,
};
use serde::Deserialize;
use tower_http::services::ServeDir;

/// Where the files are reached.
const ROOT: &str = "/assets";

/// Where the parts of a page are found; made once, when the client starts.
#[derive(Debug)]
pub(crate) struct Assets {
    pub(crate) stylesheet: String,
    pub(crate) script: String,
    pub(crate) wasm: String,
    folder: PathBuf,
}

/// `site.json`: the names of this build's files.
#[derive(Deserialize)]
struct Manifest {
    stylesheet: String,
    script: String,
    wasm: String,
}

/// Why there are no assets.
#[derive(Debug, thiserror::Error)]
pub(crate) enum AssetsError {
    /// The list of files cannot be read.
    #[error("ASSETS_DIR: could not read {path}; `cargo xtask site` makes it")]
    Unreadable {
        /// Where it was looked for.
        path: String,
        /// Why not.
        source: std::io::Error,
    },
    /// The list is not one.
    #[error("ASSETS_DIR: {path} is not a list of assets; `cargo xtask site` makes it anew")]
    Malformed {
        /// The list.
        path: String,
        /// What is wrong with it.
        source: serde_json::Error,
    },
    /// A file is on the list and not in the folder.
    #[error("ASSETS_DIR: {path} is missing; `cargo xtask site` makes it anew")]
    Missing {
        /// The file.
        path: String,
    },
}

impl Assets {
    /// Reads what a folder holds, and checks that it is whole.
    pub(crate) fn in_folder(folder: &Path) -> Result<Self, AssetsError> {
        let list = folder.join("site.json");
        let path = || list.display().to_string();
        let json = fs::read(&list).map_err(|source| AssetsError::Unreadable { path: path(), source })?;
        let Manifest { stylesheet, script, wasm } = serde_json::from_slice(&json)
            .map_err(|source| AssetsError::Malformed { path: path(), source })?;
        for name in [&stylesheet, &script, &wasm] {
            let file = folder.join(name);
            if !file.is_file() {
                return Err(AssetsError::Missing { path: file.display().to_string() });
            }
        }
        let at = |name: String| format!("{ROOT}/{name}");
        Ok(Self { stylesheet: at(stylesheet), script: at(script), wasm: at(wasm), folder: folder.to_owned() })
    }

    /// Serves the files, compressed as the browser likes best.
    pub(crate) fn router<S: Clone + Send + Sync + 'static>(&self) -> Router<S> {
        let files = ServeDir::new(&self.folder)
            .append_index_html_on_directories(false)
            .precompressed_br()
            .precompressed_gzip();
        Router::new().nest_service(ROOT, files).layer(middleware::from_fn(keep))
    }
}

/// A file's name is its content's, so it never goes stale. Another build's file is not here, and may be elsewhere
/// in a moment: that answer is not kept.
async fn keep(request: Request, next: Next) -> Response {
    const FOREVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
    const NEVER: HeaderValue = HeaderValue::from_static("no-store");
    let mut response = next.run(request).await;
    let found = response.status().is_success() || response.status().is_redirection();
    response.headers_mut().insert(header::CACHE_CONTROL, if found { FOREVER } else { NEVER });
    response
}
