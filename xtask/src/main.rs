//! The project's own commands. `cargo xtask --help` lists them; each sets up what it lacks.
// A tool that stops with a message: counts of tests do not overflow.
#![allow(clippy::arithmetic_side_effects)]

mod artifact;
mod bare;
mod bench;
mod browsers;
mod demo;
mod generate;
mod golang;
mod hosts;
mod instructions;
mod java;
mod lint;
mod maven;
mod pack;
mod package;
mod portable;
mod process;
mod python;
mod report;
mod snip;
mod table;
mod test;
mod tools;
mod workspace;

use std::process::ExitCode;

use anyhow::{Result, bail};

use crate::lint::Mode;
use crate::workspace::Workspace;

const HELP: &str = "\
cargo xtask <command>

  build [portable]    the npm package, into pkg/, and the portable module, into the hosts; or the latter alone
  generate [--check]  what is generated from the Rust types and the test vectors; --check only compares
  lint [--fix]        formatting, clippy, rustdoc, dependencies, TypeScript, biome
  test [part…]        every test, or these parts of it: rust, generated, wasm, portable, go, python, java, js, runtimes, browsers, bundlers,
                      examples, inboxes, worker, starter, inspector, cli, bench, compare, table
  compare [--check]   what receivers written with other libraries accept, into docs/COMPARE.md
  soak [store…]       10,000 requests with faults and kills, through each inbox: sqlite, redis, worker
  bench [part…]       what a verdict costs, beside the other ways, into benches/report.md: instructions,
                      hot, runtimes, native, cold, size, memory; or python, java, go; --quick for a first look, --write to keep sizes and instructions as limits
  table               the README's table of runtimes, from the last test run
  demo [--keep]       a real receiver and the recorded requests; --keep leaves the receiver running
  ci                  lint, then test
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    run(&arguments).unwrap_or_else(|error| {
        eprintln!("error: {error:#}");
        ExitCode::FAILURE
    })
}

fn run(arguments: &[&str]) -> Result<ExitCode> {
    if let [] | ["help" | "-h" | "--help", ..] | [_, "-h" | "--help"] = arguments {
        print!("{HELP}");
        return Ok(ExitCode::SUCCESS);
    }
    let workspace = Workspace::load()?;
    match arguments {
        ["build"] => {
            package::build(&workspace)?;
            portable::build(&workspace)?;
        }
        ["build", "portable"] => portable::build(&workspace)?,
        ["generate"] => generate::write()?,
        ["generate", "--check"] => generate::check().map(drop)?,
        ["lint"] => lint::run(&workspace, Mode::Check)?,
        ["lint", "--fix"] => lint::run(&workspace, Mode::Fix)?,
        ["test", parts @ ..] => return test::run(&workspace, parts),
        ["compare", options @ ..] => test::compare(&workspace, options)?,
        ["soak", options @ ..] => test::soak(&workspace, options)?,
        ["bench", arguments @ ..] => return bench::run(&workspace, arguments),
        ["table"] => table::write()?,
        ["demo", options @ ..] => demo::run(&workspace, options)?,
        ["ci"] => {
            lint::run(&workspace, Mode::Check)?;
            return test::run(&workspace, &[]);
        }
        _ => bail!("`cargo xtask {}` is not a command: `cargo xtask --help` lists them", arguments.join(" ")),
    }
    Ok(ExitCode::SUCCESS)
}
