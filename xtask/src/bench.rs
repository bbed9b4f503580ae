//! `cargo xtask bench`: what is measured, and what it is measured against.

use anyhow::Result;

use crate::process::{self, program};
use crate::report::Counts;
use crate::test;
use crate::workspace::Workspace;

/// The projects whose npm packages the JavaScript side needs.
const PROJECTS: &[&str] = &[test::RUNTIMES, "benches"];

/// Measures the parts named, or all of them, and writes `benches/report.md`.
pub(crate) fn run(workspace: &Workspace, arguments: &[&str]) -> Result<()> {
    test::install(workspace, PROJECTS)?;
    process::run(program("node").arg("benches/bench.mjs").args(arguments))
}

/// What must hold at every change: sizes, memory, instructions, and that the harness itself works.
pub(crate) fn test(workspace: &Workspace) -> Result<Counts> {
    test::js(workspace, "benches/tests", PROJECTS)
}
