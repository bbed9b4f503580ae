//! The npm package: `pkg/`, as it is published, its tarball, and that tarball installed for the tests.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use crate::artifact::ARTIFACTS;
use crate::process;
use crate::report;
use crate::tools;
use crate::workspace::{Workspace, root};

/// What is published besides the code, and where it comes from.
const FILES: &[(&str, &str)] = &[
    ("pkg-template/package.json", "package.json"),
    ("pkg-template/wasm.d.ts", "dist/wasm.d.ts"),
    ("README.md", "README.md"),
    ("CHANGELOG.md", "CHANGELOG.md"),
    ("LICENSE-MIT", "LICENSE-MIT"),
    ("LICENSE-APACHE", "LICENSE-APACHE"),
];

/// Builds `pkg/` anew and packs it; gives the tarball.
pub(crate) fn build(workspace: &Workspace) -> Result<PathBuf> {
    build_library(workspace)?;
    build_inspector()?;
    let tarball = pack()?;
    print_sizes(&tarball)?;
    ARTIFACTS.iter().try_for_each(|artifact| artifact.check_size(&wasm_folder()))?;
    Ok(tarball)
}

/// `pkg/` without the inspector: all that the demo needs.
pub(crate) fn build_library(workspace: &Workspace) -> Result<()> {
    let pkg = root().join("pkg");
    compile_wasm(workspace)?;
    check_version(workspace)?;
    remove(&pkg)?;
    process::run(process::node_module("typescript/bin/tsc").args(["--project", "pkg-template", "--outDir", "pkg/dist"]))?;
    copy_folder(&wasm_folder(), &pkg.join("dist/wasm"))?;
    process::run(process::program("node").arg("xtask/bundle.mjs"))?;
    for (from, to) in FILES {
        copy(&root().join(from), &pkg.join(to))?;
    }
    Ok(())
}

/// The page, in one file. It imports what is in `pkg/`.
fn build_inspector() -> Result<()> {
    let folder = root().join("inspector");
    tools::npm_project(&folder)?;
    process::run(process::node_module("typescript/bin/tsc").args(["--project", "inspector"]))?;
    process::run(process::program("node").args(["node_modules/vite/bin/vite.js", "build", "--logLevel", "warn"]).current_dir(&folder))?;
    copy(&folder.join("dist/index.html"), &root().join("pkg/inspector/index.html"))
}

/// The wasm and its glue beside the TypeScript, which cannot be checked without them.
pub(crate) fn compile_wasm(workspace: &Workspace) -> Result<()> {
    tools::wasm_target()?;
    tools::npm_packages()?;
    remove(&wasm_folder())?;
    ARTIFACTS.iter().try_for_each(|artifact| artifact.build(workspace, &wasm_folder()))
}

/// Installs the tarball in the root's `node_modules`, where the tests import it by name like anyone else.
pub(crate) fn install(tarball: &Path) -> Result<()> {
    // npm may keep what it finds when name and version are the same.
    remove(&root().join("node_modules/drone-webhooks"))?;
    process::run(process::npm().args(["install", "--no-save", "--prefer-offline", "--no-audit", "--no-fund"]).arg(tarball))
}

fn wasm_folder() -> PathBuf {
    root().join("pkg-template/src/wasm")
}

fn check_version(workspace: &Workspace) -> Result<()> {
    let manifest = fs::read_to_string(root().join("pkg-template/package.json")).context("cannot read pkg-template/package.json")?;
    let manifest: Value = serde_json::from_str(&manifest).context("pkg-template/package.json is not JSON")?;
    let (package, core) = (manifest.get("version").and_then(Value::as_str).unwrap_or("none"), &workspace.version);
    ensure!(package == core, "the version in pkg-template/package.json is {package}, in Cargo.toml {core}: make them equal");
    Ok(())
}

fn pack() -> Result<PathBuf> {
    let folder = root().join("target/npm");
    remove(&folder)?;
    fs::create_dir_all(&folder)?;
    let name = process::output(process::npm().args(["pack", "./pkg", "--silent", "--ignore-scripts", "--pack-destination"]).arg(&folder))?;
    Ok(folder.join(name.trim()))
}

fn print_sizes(tarball: &Path) -> Result<()> {
    let mut rows = vec![["file", "bytes", "gzip"].map(String::from)];
    for artifact in ARTIFACTS {
        let wasm = artifact.wasm(&wasm_folder());
        let bytes = fs::read(&wasm)?;
        rows.push([name(&wasm), bytes.len().to_string(), report::gzip(&bytes).to_string()]);
    }
    rows.push([name(tarball), String::new(), fs::metadata(tarball)?.len().to_string()]);
    print!("\n{}\n", report::table(&rows));
    Ok(())
}

fn name(file: &Path) -> String {
    file.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

fn remove(folder: &Path) -> Result<()> {
    if !folder.exists() {
        return Ok(());
    }
    fs::remove_dir_all(folder).with_context(|| format!("cannot remove {}", folder.display()))
}

fn copy_folder(from: &Path, to: &Path) -> Result<()> {
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        copy(&entry.path(), &to.join(entry.file_name()))?;
    }
    Ok(())
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    if let Some(folder) = to.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::copy(from, to).with_context(|| format!("cannot copy {} to {}", from.display(), to.display()))?;
    Ok(())
}
