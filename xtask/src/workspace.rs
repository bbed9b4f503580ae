//! Where things are, and what the core's Cargo.toml says.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde_json::Value;

use crate::process;

/// The name of the core's package.
pub(crate) const CORE: &str = "drone-webhooks";

/// What cargo knows about this workspace.
pub(crate) struct Workspace {
    /// Cargo's target folder, which can be set from outside.
    pub(crate) target: PathBuf,
    /// The version of the core, and so of the package.
    pub(crate) version: String,
    /// The version of wasm-bindgen that the core asks for.
    pub(crate) wasm_bindgen: String,
}

impl Workspace {
    /// Asks cargo.
    pub(crate) fn load() -> Result<Self> {
        let metadata = process::output(process::cargo().args(["metadata", "--no-deps", "--format-version", "1"]))?;
        let metadata: Value = serde_json::from_str(&metadata)?;
        Self::read(&metadata).context("`cargo metadata` does not describe the workspace as expected")
    }

    fn read(metadata: &Value) -> Option<Self> {
        let core = named(&metadata["packages"], CORE)?;
        let wasm_bindgen = named(&core["dependencies"], "wasm-bindgen")?;
        Some(Self {
            target: metadata["target_directory"].as_str()?.into(),
            version: core["version"].as_str()?.into(),
            wasm_bindgen: wasm_bindgen["req"].as_str()?.trim_start_matches('=').into(),
        })
    }
}

fn named<'a>(list: &'a Value, name: &str) -> Option<&'a Value> {
    list.as_array()?.iter().find(|item| item["name"] == name)
}

/// The root of the workspace.
pub(crate) fn root() -> &'static Path {
    let xtask = Path::new(env!("CARGO_MANIFEST_DIR"));
    xtask.parent().unwrap_or(xtask)
}
