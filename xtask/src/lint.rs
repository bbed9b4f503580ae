//! `cargo xtask lint`: everything that can be said about the code without running it.

use std::process::Command;

use anyhow::{Result, ensure};

use crate::hosts;
use crate::package;
use crate::process::{self, cargo, node_module, program};
use crate::tools;
use crate::workspace::{CORE, Workspace};

const CARGO_DENY: &str = "0.20.2";

/// Whether to repair what can be repaired.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Mode {
    /// Only look.
    Check,
    /// Repair formatting and what the linters can.
    Fix,
}

/// Runs every check, also after one has failed.
pub(crate) fn run(workspace: &Workspace, mode: Mode) -> Result<()> {
    // Without the glue of the wasm the TypeScript cannot be checked.
    package::compile_wasm(workspace)?;
    let mut failures = Vec::new();
    let hosts = hosts::lint(workspace, mode == Mode::Fix)?;
    for mut check in checks(workspace, mode)?.into_iter().chain(hosts) {
        if let Err(error) = process::run(&mut check) {
            failures.push(format!("\n  {error:#}"));
        }
    }
    ensure!(failures.is_empty(), "lint found something; `cargo xtask lint --fix` repairs what it can:{}", failures.concat());
    println!("lint: nothing found");
    Ok(())
}

fn checks(workspace: &Workspace, mode: Mode) -> Result<Vec<Command>> {
    Ok(vec![
        formatting(mode),
        clippy(mode, &["--workspace", "--all-targets", "--features", "typescript,explain"]),
        clippy_of_module(mode, "js"),
        clippy_of_module(mode, "js-explain"),
        clippy_of_module(mode, "abi"),
        clippy_of_module(mode, "abi-explain"),
        documentation(),
        dependencies(workspace)?,
        types(),
        biome(mode),
    ])
}

fn formatting(mode: Mode) -> Command {
    let mut command = cargo();
    command.args(["fmt", "--all"]);
    if mode == Mode::Check {
        command.arg("--check");
    }
    command
}

fn clippy(mode: Mode, what: &[&str]) -> Command {
    let mut command = cargo();
    command.arg("clippy").args(what);
    if mode == Mode::Fix {
        command.args(["--fix", "--allow-dirty", "--allow-staged"]);
    }
    command.args(["--", "--deny", "warnings"]);
    command
}

/// The bindings are compiled for WebAssembly alone.
fn clippy_of_module(mode: Mode, features: &str) -> Command {
    clippy(mode, &["--package", CORE, "--lib", "--no-default-features", "--features", features, "--target", "wasm32-unknown-unknown"])
}

fn documentation() -> Command {
    let mut command = cargo();
    command.args(["doc", "--workspace", "--no-deps", "--features", "typescript,explain"]).env("RUSTDOCFLAGS", "--deny warnings");
    command
}

/// Not the advisories: they come from the network at every run, and a new one is no fault of a change.
fn dependencies(workspace: &Workspace) -> Result<Command> {
    let mut command = program(tools::cargo_tool(workspace, "cargo-deny", "cargo-deny", CARGO_DENY)?);
    command.args(["check", "bans", "licenses", "sources"]);
    Ok(command)
}

fn types() -> Command {
    let mut command = node_module("typescript/bin/tsc");
    command.args(["--noEmit", "--project", "pkg-template"]);
    command
}

fn biome(mode: Mode) -> Command {
    let mut command = node_module("@biomejs/biome/bin/biome");
    command.args(["check", "--error-on-warnings"]);
    if mode == Mode::Fix {
        command.arg("--write");
    }
    command
}
