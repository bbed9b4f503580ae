//! Instructions of the native core for a verdict, counted by valgrind and kept in the repository. Counts, not seconds: the same on every machine.

use std::collections::BTreeMap;
use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::process::{self, program};
use crate::report::{self, Counts};
use crate::tools;
use crate::workspace::{Workspace, root};

/// The most by which a count may differ from the one that is kept: the C library picks its memory functions by the processor, 0.1% of all.
const TOLERANCE_PERCENT: u64 = 3;

const CASES: &[&str] = &["bytes", "hash", "forged"];

/// By the name of the case.
type Instructions = BTreeMap<String, u64>;

/// Whether this machine can count: what is missing, otherwise.
fn missing() -> Option<String> {
    if tools::find("VALGRIND", &["valgrind"]).is_none() {
        return Some("there is no valgrind; .ci/packages installs it".into());
    }
    kept().is_ok_and(|all| !all.contains_key(env::consts::ARCH)).then(|| format!("no counts are kept for {}", env::consts::ARCH))
}

/// Compares with what is kept; one test a case.
pub(crate) fn check(workspace: &Workspace) -> Result<Counts> {
    if let Some(reason) = missing() {
        println!("skipped: instructions of the core: {reason}");
        return Ok(Counts { skipped: 1, ..Counts::default() });
    }
    let (counted, kept) = (count(workspace)?, kept()?.remove(env::consts::ARCH).unwrap_or_default());
    print(&counted, &kept);
    let mut counts = Counts::default();
    for (case, count) in &counted {
        match complaint(*count, kept.get(case).copied()) {
            None => counts.passed += 1,
            Some(complaint) => {
                println!("not ok - instructions, {case}: {complaint}");
                counts.failed += 1;
            }
        }
    }
    Ok(counts)
}

/// Keeps what is counted now.
pub(crate) fn write(workspace: &Workspace) -> Result<()> {
    let mut all = kept()?;
    let counted = count(workspace)?;
    print(&counted, all.get(env::consts::ARCH).unwrap_or(&Instructions::new()));
    all.insert(env::consts::ARCH.into(), counted);
    fs::write(file(), serde_json::to_string_pretty(&all)? + "\n").with_context(|| format!("cannot write {}", file().display()))
}

fn complaint(counted: u64, kept: Option<u64>) -> Option<String> {
    const COMMAND: &str = "`cargo xtask bench instructions --write`";
    let Some(kept) = kept else { return Some(format!("no count is kept: {COMMAND} keeps it")) };
    let difference = counted.abs_diff(kept) * 100;
    if difference <= kept * TOLERANCE_PERCENT {
        return None;
    }
    Some(if counted > kept {
        format!("{counted} are more than {TOLERANCE_PERCENT}% over the {kept} that are kept: if that is worth it, keep them with {COMMAND}")
    } else {
        format!("{counted} are more than {TOLERANCE_PERCENT}% under the {kept} that are kept: keep the gain with {COMMAND}")
    })
}

/// Of every case, by a program that is built for it.
fn count(workspace: &Workspace) -> Result<Instructions> {
    // Apart from other builds, which have other flags.
    let target = workspace.target.join("instructions");
    let mut build = process::cargo();
    build.args(["build", "--release", "--package", "benches", "--bin", "instructions", "--target-dir"]).arg(&target);
    // By default SHA-256 asks the processor what it can do; this is the same on all of them.
    build.args(["--config", r#"build.rustflags = ["--cfg", 'sha2_256_backend="soft"']"#]);
    process::run(&mut build)?;
    CASES.iter().map(|case| Ok(((*case).to_owned(), count_case(&target, case)?))).collect()
}

fn count_case(target: &Path, case: &str) -> Result<u64> {
    let valgrind = tools::find("VALGRIND", &["valgrind"]).context("valgrind is missing: .ci/packages installs it")?;
    let output = target.join(format!("callgrind.{case}"));
    let mut command = program(valgrind);
    command.args(["-q", "--tool=callgrind", "--toggle-collect=*instructions::counted*"]);
    command.arg(format!("--callgrind-out-file={}", output.display())).arg(target.join("release/instructions")).arg(case);
    process::run(&mut command)?;
    let text = fs::read_to_string(&output).with_context(|| format!("cannot read {}", output.display()))?;
    let total = text.lines().find_map(|line| line.strip_prefix("totals: ")).and_then(|number| number.trim().parse().ok());
    total.filter(|count| *count > 0).with_context(|| format!("{} has no count", output.display()))
}

fn kept() -> Result<BTreeMap<String, Instructions>> {
    let text = fs::read_to_string(file()).with_context(|| format!("cannot read {}", file().display()))?;
    serde_json::from_str(&text).with_context(|| format!("{} is not counts by architecture and case", file().display()))
}

fn file() -> PathBuf {
    root().join("benches/instructions.json")
}

fn print(counted: &Instructions, kept: &Instructions) {
    let mut rows = vec![["instructions, 2 KB", "counted", "kept"].map(String::from)];
    for (case, count) in counted {
        rows.push([case.clone(), count.to_string(), kept.get(case).map(u64::to_string).unwrap_or_default()]);
    }
    print!("\n{}\n", report::table(&rows));
}

#[cfg(test)]
mod tests {
    use super::complaint;

    #[test]
    fn a_count_within_three_percent_is_fine() {
        for counted in [9_700, 10_000, 10_300] {
            assert_eq!(complaint(counted, Some(10_000)), None);
        }
    }

    #[test]
    fn a_count_beyond_it_says_what_to_do() {
        let text = |counted, kept| complaint(counted, kept).unwrap_or_default();
        assert!(text(10_301, Some(10_000)).starts_with("10301 are more than 3% over the 10000 that are kept"));
        assert!(text(9_699, Some(10_000)).starts_with("9699 are more than 3% under the 10000 that are kept"));
        assert!(text(1, None).starts_with("no count is kept"));
    }
}
