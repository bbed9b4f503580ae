//! `cargo xtask test`: every test of every part, and the sum of them.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::sync::OnceLock;
use std::time::Instant;

use anyhow::{Context, Result, bail, ensure};

use crate::bench;
use crate::browsers::BROWSERS;
use crate::generate;
use crate::hosts;
use crate::package;
use crate::portable;
use crate::process::{self, cargo, program};
use crate::report::{self, Counts};
use crate::table;
use crate::tools::{self, cargo_tool, path_with, wasm_target};
use crate::workspace::{Workspace, root};

const WASM_PACK: &str = "0.15.1";

type Part = fn(&Workspace) -> Result<Counts>;

/// Where the JavaScript runtimes are installed, for every part that starts one.
pub(crate) const RUNTIMES: &str = "tests/js/runtimes";

const PARTS: &[(&str, Part)] = &[
    ("rust", rust),
    ("generated", |_| generate::check()),
    ("wasm", wasm),
    ("portable", portable),
    ("go", hosts::go),
    ("python", hosts::python),
    ("java", hosts::java),
    ("js", |workspace| js(workspace, "tests/js", &[])),
    ("runtimes", |workspace| js(workspace, "tests/js/runtimes", &[RUNTIMES])),
    ("browsers", |workspace| js(workspace, "tests/js/browsers", &["tests/js/browsers"])),
    ("bundlers", |workspace| js(workspace, "tests/js/bundlers", &["tests/js/bundlers"])),
    ("examples", |workspace| js(workspace, "tests/js/examples", &[RUNTIMES, "examples/nextjs"])),
    ("inboxes", |workspace| js(workspace, "tests/js/inboxes", &[RUNTIMES, "tests/js/inboxes"])),
    ("worker", |workspace| js(workspace, "tests/js/worker", &[RUNTIMES, "examples/cloudflare-worker"])),
    ("starter", |workspace| js(workspace, "tests/js/starter", &[RUNTIMES])),
    ("inspector", |workspace| js(workspace, "inspector/tests", &[RUNTIMES, "tests/js/browsers", "inspector"])),
    ("cli", |workspace| js(workspace, "tests/js/cli", &[RUNTIMES])),
    ("bench", bench::test),
    ("compare", |workspace| compare(workspace, &["--check"]).map(|()| Counts { passed: 1, ..Counts::default() })),
    ("table", |_| table::check()),
];

/// Runs the parts named, or all of them. The last line is the sum, so it says all there is to say about a failure.
pub(crate) fn run(workspace: &Workspace, names: &[&str]) -> Result<ExitCode> {
    if let Some(unknown) = names.iter().find(|name| PARTS.iter().all(|(part, _)| part != *name)) {
        let parts: Vec<_> = PARTS.iter().map(|(part, _)| *part).collect();
        bail!("there is no part `{unknown}`: the parts are {}", parts.join(", "));
    }
    let mut total = Counts::default();
    let mut rows = vec![["part", "passed", "failed", "skipped", "seconds"].map(String::from)];
    for (name, part) in PARTS.iter().filter(|(name, _)| names.is_empty() || names.contains(name)) {
        let start = Instant::now();
        let counts = part(workspace).unwrap_or_else(|error| {
            eprintln!("error: {error:#}");
            Counts { failed: 1, ..Counts::default() }
        });
        let numbers = [counts.passed, counts.failed, counts.skipped].map(|count| count.to_string());
        let [passed, failed, skipped] = numbers;
        rows.push([(*name).to_owned(), passed, failed, skipped, start.elapsed().as_secs().to_string()]);
        total += counts;
    }
    println!("\n{}", report::table(&rows));
    // What a person leaves out for now must not go unnoticed for ever.
    let skipping_fails = env::var("CI").is_ok_and(|ci| ci == "true");
    if skipping_fails && total.skipped > 0 {
        println!("With CI=true a test that is skipped is a failure.");
    }
    println!("{total}");
    let good = total.failed == 0 && !(skipping_fails && total.skipped > 0);
    Ok(if good { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn rust(_: &Workspace) -> Result<Counts> {
    let mut command = cargo();
    command.args(["test", "--workspace", "--features", "typescript,explain", "--no-fail-fast"]);
    cargo_tests(&mut command)
}

fn wasm(workspace: &Workspace) -> Result<Counts> {
    wasm_target()?;
    let wasm_pack = cargo_tool(workspace, "wasm-pack", "wasm-pack", WASM_PACK)?;
    let runner = cargo_tool(workspace, "wasm-bindgen-cli", "wasm-bindgen-test-runner", &workspace.wasm_bindgen)?;
    let path = path_with(&[&wasm_pack, &runner])?;
    let wasm_pack = || {
        let mut command = program(&wasm_pack);
        command.args(["test", "--mode", "no-install"]).env("PATH", &path);
        command
    };
    let features = ["--", "--no-default-features", "--features", "js"];
    let mut counts = cargo_tests(wasm_pack().arg("--node").args(features))?;
    for browser in &BROWSERS {
        counts += match browser.arguments(workspace) {
            Ok(arguments) => cargo_tests(wasm_pack().args(&arguments.words).args(features).envs(arguments.variables()))?,
            Err(reason) => {
                println!("skipped: WebAssembly in {}: {reason:#}", browser.name);
                Counts { skipped: 1, ..Counts::default() }
            }
        };
    }
    Ok(counts)
}

/// What is committed is what is built, and what it does behind its exports.
fn portable(workspace: &Workspace) -> Result<Counts> {
    portable::build(workspace)?;
    let mut counts = Counts { passed: portable::check()?, ..Counts::default() };
    counts += node_tests(workspace, "tests/js/portable")?;
    Ok(counts)
}

fn cargo_tests(command: &mut Command) -> Result<Counts> {
    let (success, output) = process::tee(command)?;
    complete(Counts::of_cargo(&output), success)
}

/// The tests of a folder, on the packed package as it is installed, so that what is tested is what is published. `projects` have the npm packages they need.
pub(crate) fn js(workspace: &Workspace, folder: &str, projects: &[&str]) -> Result<Counts> {
    install(workspace, projects)?;
    node_tests(workspace, folder)
}

fn node_tests(workspace: &Workspace, folder: &str) -> Result<Counts> {
    let tap = workspace.target.join("js-tests.tap");
    let mut command = program("node");
    // One reporter for the reader, one for the counts.
    // A test that hangs is a failure with a name.
    command.args(["--test", "--test-timeout=300000", "--test-reporter=spec", "--test-reporter-destination=stdout", "--test-reporter=tap"]);
    command.arg(format!("--test-reporter-destination={}", tap.display())).args(test_files(&root().join(folder))?);
    let success = process::run(&mut command).is_ok();
    complete(Counts::of_tap(&fs::read_to_string(tap)?), success)
}

/// `cargo xtask soak`: every inbox under load, with kills in the middle.
pub(crate) fn soak(workspace: &Workspace, options: &[&str]) -> Result<()> {
    install(workspace, &[RUNTIMES, "tests/js/inboxes", "examples/cloudflare-worker"])?;
    process::run(program("node").arg("xtask/soak/soak.mjs").args(options))
}

/// `cargo xtask compare`: what receivers written with other libraries accept, into docs/COMPARE.md.
pub(crate) fn compare(workspace: &Workspace, options: &[&str]) -> Result<()> {
    install(workspace, &["xtask/compare"])?;
    process::run(program("node").arg("xtask/compare/compare.mjs").args(options))
}

/// The package, and the npm packages of these projects.
pub(crate) fn install(workspace: &Workspace, projects: &[&str]) -> Result<()> {
    install_package(workspace)?;
    projects.iter().try_for_each(|project| tools::npm_project(&root().join(project)))
}

/// Builds and installs it once, whatever number of parts want it.
fn install_package(workspace: &Workspace) -> Result<()> {
    static DONE: OnceLock<bool> = OnceLock::new();
    let mut error = None;
    let done = DONE.get_or_init(|| {
        error = package::build(workspace).and_then(|tarball| package::install(&tarball)).err();
        error.is_none()
    });
    match error {
        Some(error) => Err(error),
        None => done.then_some(()).context("the package could not be built"),
    }
}

fn test_files(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))?;
    let mut files: Vec<PathBuf> = entries.map(|entry| Ok(entry?.path())).collect::<Result<_>>()?;
    files.retain(|file| file.to_string_lossy().ends_with(".test.mjs"));
    files.sort();
    Ok(files)
}

/// Nothing that goes wrong may look like success: no test at all, or a failure that no line counts, like code that does not compile.
pub(crate) fn complete(mut counts: Counts, success: bool) -> Result<Counts> {
    ensure!(!success || counts != Counts::default(), "no test was run");
    if !success && counts.failed == 0 {
        counts.failed = 1;
    }
    Ok(counts)
}
