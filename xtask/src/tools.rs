//! Sets up what is missing: the wasm target, the npm packages, tools from crates.io. Nothing outside the workspace changes but the toolchain.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};

use crate::process;
use crate::workspace::{Workspace, root};

const WASM: &str = "wasm32-unknown-unknown";

/// The standard library for WebAssembly.
pub(crate) fn wasm_target() -> Result<()> {
    let folder = process::output(process::program("rustc").args(["--print", "target-libdir", "--target", WASM]))?;
    if Path::new(folder.trim()).exists() {
        return Ok(());
    }
    process::run(process::program("rustup").args(["target", "add", WASM]))
        .with_context(|| format!("the target {WASM} is missing; add it with `rustup target add {WASM}`"))
}

/// The npm packages of the root: compiler, linter, wasm-opt, and what the tests receive with.
pub(crate) fn npm_packages() -> Result<()> {
    npm_project(root())
}

/// The npm packages of a folder, as its lock file has them.
pub(crate) fn npm_project(folder: &Path) -> Result<()> {
    node()?;
    let installed = modified(&folder.join("node_modules/.package-lock.json"));
    if installed.is_some() && installed >= modified(&folder.join("package-lock.json")) {
        return Ok(());
    }
    process::run(process::npm().args(["ci", "--no-audit", "--no-fund"]).current_dir(folder))
}

fn modified(file: &Path) -> Option<std::time::SystemTime> {
    fs::metadata(file).and_then(|metadata| metadata.modified()).ok()
}

fn node() -> Result<()> {
    let version = process::output(process::program("node").arg("--version"))?;
    let mut numbers = version.trim().trim_start_matches('v').split('.').map_while(|part| part.parse::<u32>().ok());
    let found = (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0));
    ensure!(found >= (20, 19), "Node.js is {}, and 20.19 or later is needed: https://nodejs.org", version.trim());
    Ok(())
}

/// A program from crates.io: the one on the path when it has this version, otherwise our own in the target folder.
pub(crate) fn cargo_tool(workspace: &Workspace, package: &str, program: &str, version: &str) -> Result<PathBuf> {
    if is_version(Path::new(program), version) {
        return Ok(program.into());
    }
    let folder = workspace.target.join("tools");
    let own = folder.join("bin").join(program).with_extension(env::consts::EXE_EXTENSION);
    if !is_version(&own, version) {
        install(package, version, &folder, &["--locked"])
            // A lock file can name a version that was withdrawn since.
            .or_else(|_| install(package, version, &folder, &[]))
            .with_context(|| format!("{package} {version} is missing and cannot be installed"))?;
    }
    Ok(own)
}

fn install(package: &str, version: &str, folder: &Path, options: &[&str]) -> Result<()> {
    let mut command = process::cargo();
    command.args(["install", package, "--version", version]).args(options).arg("--root").arg(folder);
    process::run(&mut command)
}

/// A program that is not ours to set up: the one that the variable names, or the first of these names on the path.
pub(crate) fn find(variable: &str, names: &[&str]) -> Option<PathBuf> {
    if let Some(given) = env::var_os(variable).filter(|given| !given.is_empty()) {
        return Some(given.into());
    }
    let path = env::var_os("PATH").unwrap_or_default();
    let folders: Vec<_> = env::split_paths(&path).collect();
    let files = |name| folders.iter().map(move |folder| folder.join(name).with_extension(env::consts::EXE_EXTENSION));
    names.iter().flat_map(files).find(|file| file.is_file())
}

fn is_version(program: &Path, version: &str) -> bool {
    let output = process::program(program).arg("--version").output();
    output.is_ok_and(|output| String::from_utf8_lossy(&output.stdout).split_whitespace().any(|word| word == version))
}

/// The path with these programs' folders in front, for programs that start them by name.
pub(crate) fn path_with(programs: &[&Path]) -> Result<std::ffi::OsString> {
    let ours = programs.iter().filter_map(|program| program.parent()).filter(|folder| !folder.as_os_str().is_empty()).map(Path::to_path_buf);
    let path = env::var_os("PATH").unwrap_or_default();
    Ok(env::join_paths(ours.chain(env::split_paths(&path)))?)
}
