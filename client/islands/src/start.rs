//! Where the browser's program begins.

use leptos::wasm_bindgen::{self, prelude::wasm_bindgen};

/// Called by the page once the program is loaded, before any island is brought to life.
#[wasm_bindgen]
pub fn hydrate() {
    leptos::mount::hydrate_islands();
    crate::browser::announce::begin();
}
