//! `cargo xtask bench`: what a verdict costs. Instructions are counted here; all else is measured by `benches/bench.mjs`.

use std::process::ExitCode;

use anyhow::Result;

use crate::hosts;
use crate::instructions;
use crate::process::{self, program};
use crate::report::Counts;
use crate::test;
use crate::workspace::Workspace;

/// The projects whose npm packages the JavaScript side needs.
const PROJECTS: &[&str] = &[test::RUNTIMES, "tests/js/browsers", "benches"];

const INSTRUCTIONS: &str = "instructions";
const PYTHON: &str = "python";
const JAVA: &str = "java";
const GO: &str = "go";

/// Measures the parts named, or all of them, and writes `benches/report.md`.
pub(crate) fn run(workspace: &Workspace, arguments: &[&str]) -> Result<ExitCode> {
    let (options, parts): (Vec<&str>, Vec<&str>) = arguments.iter().partition(|argument| argument.starts_with('-'));
    let rest: Vec<&str> = parts.iter().copied().filter(|part| ![INSTRUCTIONS, PYTHON, JAVA, GO].contains(part)).collect();
    // Only where they are named: they want another language, and compare with what is written by hand in that language.
    if parts.contains(&PYTHON) {
        hosts::python_bench(workspace, &options)?;
    }
    if parts.contains(&JAVA) {
        hosts::java_bench(workspace)?;
    }
    if parts.contains(&GO) {
        hosts::go_bench()?;
    }
    let mut counts = Counts::default();
    if parts.is_empty() || parts.contains(&INSTRUCTIONS) {
        counts = count_instructions(workspace, options.contains(&"--write"))?;
    }
    if parts.is_empty() || !rest.is_empty() {
        test::install(workspace, PROJECTS)?;
        process::run(program("node").arg("benches/bench.mjs").args(rest).args(options).env("CARGO_TARGET_DIR", &workspace.target))?;
    }
    Ok(if counts.failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn count_instructions(workspace: &Workspace, write: bool) -> Result<Counts> {
    if write {
        return instructions::write(workspace).map(|()| Counts::default());
    }
    instructions::check(workspace)
}

/// What must hold at every change: sizes, memory, instructions, and that the harness itself works.
pub(crate) fn test(workspace: &Workspace) -> Result<Counts> {
    let mut counts = instructions::check(workspace)?;
    // Criterion runs each contestant once when it is started as a test.
    process::run(process::cargo().args(["test", "--quiet", "--package", "benches", "--bench", "native"]))?;
    counts.passed += 1;
    counts += test::js(workspace, "benches/tests", PROJECTS)?;
    Ok(counts)
}
