//! The browser's program: the islands' crate, compiled for it and bound to JavaScript.

use std::{fs, path::PathBuf};

use anyhow::{Context as _, Result, bail};
use wasm_bindgen_cli_support::Bindgen;

use super::toolchain::{TARGET, Toolchain};
use crate::{checkout::Checkout, command, interrupt::Interrupt};

/// The crate, and what its files are called.
pub(super) const NAME: &str = "islands";

/// The program as the browser loads it.
pub(super) struct Program {
    /// The module a page imports.
    pub(super) script: Vec<u8>,
    /// What the module is handed.
    pub(super) wasm: Vec<u8>,
}

/// Compiles the crate; gives the file, which is not yet fit for a browser.
pub(super) async fn compile(
    checkout: &Checkout,
    toolchain: &Toolchain,
    interrupt: &Interrupt,
) -> Result<PathBuf> {
    // A folder of its own: another compiler, or other flags, must not make the services build anew.
    let folder = checkout.target().join("wasm-build");
    let mut cargo =
        checkout.cargo(["rustc", "--package", NAME, "--crate-type", "cdylib", "--target", TARGET]);
    cargo.args(["--profile", "wasm", "--no-default-features", "--features", "hydrate", "--target-dir"]);
    cargo.arg(&folder);
    toolchain.apply(&mut cargo);
    command::run(cargo, interrupt).await?;
    Ok(folder.join(TARGET).join("wasm").join(format!("{NAME}.wasm")))
}

/// Makes what a browser takes of what the compiler made. The library that does it is of the version that the crate
/// uses: they share a dependency of which there can only be one.
pub(super) fn bind(compiled: Vec<u8>) -> Result<Program> {
    let mut bindgen = Bindgen::new();
    bindgen.input_bytes(NAME, compiled).web(true)?.typescript(false);
    // For people who debug it, and a quarter of its size.
    bindgen.remove_name_section(true).remove_producers_section(true);
    let mut bound = bindgen.generate_output().context("wasm-bindgen refused the program")?;
    let brought = bound.snippets().iter().filter(|(_, snippets)| !snippets.is_empty()).map(|(by, _)| by);
    let brought: Vec<_> = brought.chain(bound.local_modules().keys()).map(String::as_str).collect();
    // Each would be one more file to name, compress and load before anything is alive.
    if !brought.is_empty() {
        bail!("JavaScript files beside its own come with `{NAME}`: {}", brought.join(", "));
    }
    Ok(Program { script: bound.js().as_bytes().to_vec(), wasm: bound.wasm_mut().emit_wasm() })
}

/// Reads what [`compile`] made.
pub(super) fn read(file: &PathBuf) -> Result<Vec<u8>> {
    fs::read(file).with_context(|| format!("could not read {}", file.display()))
}
