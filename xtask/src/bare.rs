//! Takes away what wasm-bindgen adds for values of JavaScript, from a module whose functions take and give numbers only. Knows wasm-bindgen's output, and nothing of this project.
//!
//! What it adds is an import, which fills a table of such values. V8 compiles the way out to an import before anything runs, optimised: two fifths of what the
//! whole module takes to compile.

use anyhow::{Context, Result, ensure};
use walrus::{ImportKind, Module, passes};

/// What nobody calls or reads in such a module.
const ADDED: &[&str] = &["__wbindgen_start", "__wbindgen_externrefs", "__abort_handler", "__instance_terminated"];

/// The module without imports.
///
/// # Errors
/// Bytes that are no module. Other imports than the table's: then it does take values.
pub(crate) fn module(wasm: &[u8]) -> Result<Vec<u8>> {
    let mut module = Module::from_buffer(wasm).context("it is no WebAssembly module")?;
    for import in module.imports.iter() {
        let is_known = import.name == "__wbindgen_init_externref_table" && matches!(import.kind, ImportKind::Function(_));
        ensure!(is_known, "it imports {}", import.name);
    }
    for name in ADDED {
        module.exports.remove(name).with_context(|| format!("it does not export {name}"))?;
    }
    passes::gc::run(&mut module);
    ensure!(module.imports.iter().next().is_none(), "it needs its import");
    Ok(module.emit_wasm())
}

/// The declarations that go with it.
pub(crate) fn types(text: &str) -> String {
    let is_added = |line: &&str| ADDED.iter().any(|name| line.contains(name));
    text.split_inclusive('\n').filter(|line| !is_added(line)).collect()
}
