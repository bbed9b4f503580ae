//! The portable module of Python, Go and Java: compiled, checked, and put into each host. Knows no host.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use walrus::Module;

use crate::artifact::{module_command, optimise};
use crate::process;
use crate::report;
use crate::snip::snip;
use crate::tools;
use crate::workspace::{CORE, Workspace, root};

/// What is made: the verifier, loaded by every receiver, and the same with `explain`, loaded by who asks why.
const MODULES: [(&str, &str); 2] = [("drone_webhooks", "abi"), ("drone_webhooks_explain", "abi-explain")];

/// Where the modules go. Go embeds what is in its folder, and whoever fetches the Go module builds nothing: there they are committed.
const HOSTS: [&str; 3] = ["hosts/go/internal/wasm", "hosts/python/src/drone_webhooks/wasm", "hosts/java/src/main/resources/drone_webhooks"];
const COMMITTED: &str = HOSTS[0];

/// SHA-256 as a loop: the JVM never compiles a method above 8,000 bytes of bytecode, and unrolled rounds are more than that.
const LOOP: &str = "--cfg=sha2_backend_soft=\"compact\"";

/// What a module exports, and nothing else.
const EXPORTS: [&str; 11] =
    ["memory", "abi_version", "buffer", "new_verifier", "free_verifier", "authenticate", "finish", "verify", "facts", "payload", "sign"];

/// Builds the modules and puts them into the hosts.
pub(crate) fn build(workspace: &Workspace) -> Result<()> {
    let built = compile(workspace)?;
    for host in HOSTS {
        let folder = root().join(host);
        fs::create_dir_all(&folder)?;
        for file in &built {
            let name = file.file_name().unwrap_or_default();
            fs::copy(file, folder.join(name)).with_context(|| format!("cannot write into {host}"))?;
        }
    }
    Ok(())
}

/// Puts the committed modules into the hosts that embed none of their own: what the portable part of the tests compares with a build.
pub(crate) fn place_committed() -> Result<()> {
    for host in HOSTS.into_iter().filter(|host| *host != COMMITTED) {
        let folder = root().join(host);
        fs::create_dir_all(&folder)?;
        for (name, _) in MODULES {
            let file = Path::new(name).with_extension("wasm");
            fs::copy(root().join(COMMITTED).join(&file), folder.join(&file)).with_context(|| format!("cannot write into {host}"))?;
        }
    }
    Ok(())
}

/// After a build: fails where it made something else than what is committed; says how many files were compared.
pub(crate) fn check() -> Result<u32> {
    let changed = process::output(process::program("git").args(["status", "--porcelain", "--", COMMITTED]))?;
    ensure!(changed.is_empty(), "the portable module is not the committed one: commit what `cargo xtask build portable` has made of\n{changed}");
    Ok(u32::try_from(MODULES.len())?)
}

fn compile(workspace: &Workspace) -> Result<Vec<PathBuf>> {
    tools::wasm_target()?;
    tools::npm_packages()?;
    let target = workspace.target.join("portable");
    MODULES
        .iter()
        .map(|(name, features)| {
            process::run(module_command(features, &[LOOP]).arg("--target-dir").arg(&target).args(["--config", "profile.wasm.opt-level = 's'"]))?;
            let compiled = target.join("wasm32-unknown-unknown/wasm").join(CORE.replace('-', "_")).with_extension("wasm");
            let module = target.join(name).with_extension("wasm");
            fs::write(&module, finished(&compiled, features)?)?;
            // What has one caller stays where it is: the two together may be too large for the JVM.
            optimise(&module, "-Os", &["--one-caller-inline-max-function-size=200"])?;
            let bytes = fs::read(&module)?;
            check_functions(name, &bytes)?;
            println!("{name}.wasm: {} bytes, {} after gzip", bytes.len(), report::gzip(&bytes));
            Ok(module)
        })
        .collect()
}

/// How many bytes a function may have here, so that it has at most 8,000 as bytecode: a larger one the JVM interprets for ever. Where one is larger, `#[inline(never)]` on what it calls makes two of it.
const LARGEST_FUNCTION: usize = 5_000;

fn check_functions(name: &str, module: &[u8]) -> Result<()> {
    let module = Module::from_buffer(module)?;
    for (_, function) in module.funcs.iter_local() {
        let size = function.original_range.as_ref().map_or(0, |range| range.end.saturating_sub(range.start));
        ensure!(size <= LARGEST_FUNCTION, "a function of {name} has {size} bytes, more than {LARGEST_FUNCTION}");
    }
    Ok(())
}

/// The module without what serves panics alone, and without exports of the linker's.
fn finished(compiled: &Path, features: &str) -> Result<Vec<u8>> {
    let bytes = fs::read(compiled).with_context(|| format!("cannot read {}", compiled.display()))?;
    // Where text is formatted, as JSON is, snip refuses.
    let bytes = if features == "abi" { snip(&bytes)? } else { bytes };
    let mut module = Module::from_buffer(&bytes)?;
    ensure!(module.imports.iter().next().is_none(), "the portable module has imports");
    let linkers: Vec<_> = module.exports.iter().filter(|export| export.name.starts_with("__")).map(walrus::Export::id).collect();
    for export in linkers {
        module.exports.delete(export);
    }
    let mut found: Vec<_> = module.exports.iter().map(|export| export.name.as_str()).filter(|name| *name != "explain").collect();
    let mut wanted = EXPORTS.to_vec();
    found.sort_unstable();
    wanted.sort_unstable();
    ensure!(found == wanted, "the portable module exports {found:?}, and not {wanted:?}");
    Ok(module.emit_wasm())
}
