//! `cargo xtask demo`: the package, built, and the demo that plays requests at it.

use anyhow::Result;

use crate::package;
use crate::process;
use crate::workspace::Workspace;

/// Builds the package and hands over to the demo.
pub(crate) fn run(workspace: &Workspace, options: &[&str]) -> Result<()> {
    package::build_library(workspace)?;
    process::run(process::program("node").arg("xtask/demo/demo.mjs").args(options))
}
