//! The README's table of runtimes: made from what the last test run left in `target/runtimes/`.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result, ensure};
use serde::Deserialize;

use crate::report::Counts;
use crate::workspace::root;

const START: &str = "<!-- runtimes: made by `cargo xtask table` from a test run -->\n";
const END: &str = "<!-- /runtimes -->";

/// What `tests/js/support/runtime.mjs` writes.
#[derive(Deserialize)]
struct Runtime {
    name: String,
    /// In the order of the suite.
    areas: Vec<Area>,
}

#[derive(Deserialize)]
struct Area {
    name: String,
    passed: u32,
    all: u32,
}

/// Writes the table into the README.
pub(crate) fn write() -> Result<()> {
    let (before, _, after) = readme()?;
    fs::write(path(), format!("{before}{}{after}", table(&runtimes()?)?)).context("cannot write README.md")
}

/// Fails where the README says something else than the last run. A runtime that was not run is a skipped test.
pub(crate) fn check() -> Result<Counts> {
    let (_, found, _) = readme()?;
    let expected = table(&runtimes()?)?;
    let missing = found.lines().filter(|line| !expected.lines().any(|other| first(other) == first(line)));
    let missing: Vec<_> = missing.map(first).collect();
    if !missing.is_empty() {
        println!("skipped: the README's table is not compared, since these were not run: {}", missing.join(", "));
        return Ok(Counts { skipped: 1, ..Counts::default() });
    }
    ensure!(found == expected, "the README's table of runtimes is not what was run:\n{expected}\nrun `cargo xtask table`");
    println!("{expected}");
    Ok(Counts { passed: 1, ..Counts::default() })
}

fn path() -> PathBuf {
    root().join("README.md")
}

/// The README: before the table, the table, and after it.
fn readme() -> Result<(String, String, String)> {
    let text = fs::read_to_string(path()).context("cannot read README.md")?;
    let (before, rest) = text.split_once(START).with_context(|| format!("README.md has no {START}"))?;
    let (table, after) = rest.split_once(END).with_context(|| format!("README.md has no {END}"))?;
    Ok((format!("{before}{START}"), table.to_owned(), format!("{END}{after}")))
}

fn first(line: &str) -> &str {
    line.split('|').nth(1).unwrap_or_default().trim()
}

/// By name.
fn runtimes() -> Result<BTreeMap<String, Runtime>> {
    let folder = root().join("target/runtimes");
    let entries = fs::read_dir(&folder).context("no runtime was tested yet: run `cargo xtask test`")?;
    let mut runtimes = BTreeMap::new();
    for entry in entries {
        let file = entry?.path();
        let runtime: Runtime = serde_json::from_slice(&fs::read(&file)?).with_context(|| format!("{} is not a result", file.display()))?;
        runtimes.insert(runtime.name.clone(), runtime);
    }
    Ok(runtimes)
}

fn table(runtimes: &BTreeMap<String, Runtime>) -> Result<String> {
    let areas: Vec<_> = runtimes.values().next().context("no runtime was tested yet")?.areas.iter().map(|area| area.name.clone()).collect();
    let mut lines = vec![row("runtime", &areas), row("---", &vec!["--:".to_owned(); areas.len()])];
    for Runtime { name, areas: found } in runtimes.values() {
        ensure!(found.iter().map(|area| &area.name).eq(&areas), "{name} was run with another suite: run `cargo xtask test`");
        lines.push(row(name, &found.iter().map(cell).collect::<Vec<_>>()));
    }
    Ok(lines.concat())
}

fn cell(&Area { passed, all, .. }: &Area) -> String {
    if passed == all { all.to_string() } else { format!("{passed} of {all}") }
}

fn row(first: &str, cells: &[String]) -> String {
    format!("| {first} | {} |\n", cells.join(" | "))
}
