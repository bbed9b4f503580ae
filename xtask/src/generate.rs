//! `cargo xtask generate`: what is made from the Rust types for the hosts, and the table of refusals.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result, ensure};
use drone_webhooks::{Code, typescript};

use crate::golang;
use crate::java;
use crate::process;
use crate::python;
use crate::report::Counts;
use crate::workspace::root;

/// What is made of the recorded requests by other code than ours: refusals, what causes them, and all of it for hosts in other languages.
const VECTORS: [&str; 4] = ["tests/vectors/generate.mjs", "tests/vectors/causes.mjs", "hosts/conformance/generate.mjs", "hosts/conformance/mutate.mjs"];

/// Writes what is generated.
pub(crate) fn write() -> Result<()> {
    for (file, text) in files()? {
        fs::write(&file, text).with_context(|| format!("cannot write {}", file.display()))?;
        println!("wrote {}", file.display());
    }
    VECTORS.iter().try_for_each(|script| process::run(process::program("node").arg(script)))
}

/// Fails where something generated is not what would be generated now; says how much was compared.
pub(crate) fn check() -> Result<Counts> {
    let files = files()?;
    for (file, text) in &files {
        let found = fs::read_to_string(file).unwrap_or_default();
        ensure!(&found == text, "{} is not up to date: run `cargo xtask generate`", file.display());
    }
    for script in VECTORS {
        process::run(process::program("node").args([script, "--check"])).context("the vectors are not up to date: run `cargo xtask generate`")?;
    }
    Ok(Counts { passed: u32::try_from(files.len() + VECTORS.len())?, ..Counts::default() })
}

fn files() -> Result<Vec<(PathBuf, String)>> {
    let (npm, go, python) = (root().join("pkg-template/src"), root().join("hosts/go"), root().join("hosts/python/src/drone_webhooks"));
    let java = root().join("hosts/java/src/main/java/io/github/dronewebhooks");
    let payload = typescript::declarations();
    let mut files = vec![
        (go.join("codes.go"), golang::codes()),
        (go.join("payload.go"), golang::payload()),
        (python.join("codes.py"), python::codes()),
        (python.join("payload.py"), python::payload(&payload)?),
        (java.join("Code.java"), java::codes()),
        (npm.join("codes.ts"), codes()),
    ];
    files.extend(java::payload(&payload)?.into_iter().map(|(name, text)| (java.join("payload").join(name).with_extension("java"), text)));
    files.push((npm.join("payload.ts"), payload));
    Ok(files)
}

fn codes() -> String {
    let codes: Vec<String> = Code::ALL.iter().map(|code| format!("  {}: {},", code.as_str(), code.status())).collect();
    [
        "// Generated from src/error.rs by `cargo xtask generate`. Do not edit.\n",
        "/** Every code, in the order of verification, with the HTTP status that a receiver answers. */\nexport const codes = {",
        &codes.join("\n"),
        "} as const\n\n/** Why a request was refused. */\nexport type Code = keyof typeof codes\n",
    ]
    .join("\n")
}
