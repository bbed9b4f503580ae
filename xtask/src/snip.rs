//! Cuts out of a WebAssembly module what only serves the text of a panic. Knows wasm and the names that rustc gives, and nothing of this project.
//!
//! On `wasm32-unknown-unknown` a panic prints nowhere: std puts its message together, hands it to nobody, and traps. A function that does nothing but panic may as well trap at once;
//! then neither the messages nor the paths of source files are needed. Rust has this as `panic_immediate_abort`, for nightly compilers that build std themselves.
//!
//! Behaviour stays the same, because
//! - the functions of [`PANICS`] never return (their type is `!`): with `panic = "abort"` nobody can tell one trap from another;
//! - those of [`FORMATTING`] are cut only where no function calls them that stays; what is left of them in the function table is there for panics alone;
//! - a path that ends in `.rs` is read by panics alone, and so are the texts of [`TEXTS`].

use std::collections::HashSet;

use anyhow::{Context, Result, ensure};
use walrus::ir::{Call, Visitor, dfs_in_order};
use walrus::{Data, DataId, FunctionBuilder, FunctionId, FunctionKind, LocalFunction, LocalId, Module, passes};

/// What begins the names of functions that end in a panic.
const PANICS: &[&str] = &[
    "core::panicking::",
    "core::option::unwrap_failed",
    "core::option::expect_failed",
    "core::result::unwrap_failed",
    "core::cell::panic_already_",
    "core::str::slice_error_fail",
    "core::slice::index::slice_index_fail",
    "core::slice::copy_from_slice_impl::len_mismatch_fail",
    "alloc::raw_vec::handle_error",
    "alloc::raw_vec::capacity_overflow",
    "alloc::alloc::handle_alloc_error",
    "std::panicking::",
    "__rustc::rust_begin_unwind",
    "__rustc::rust_panic",
];

/// What formats: our own texts are made without it.
const FORMATTING: &[&str] = &["core::fmt::"];

/// Where the paths of source files begin that std and crates were compiled from. The build leaves out cargo's home, and with it what stands before `registry`.
const SOURCES: &[&str] = &["/rustc/", "registry/src/"];

/// What std's panics say. It stays behind in the data, whoever refers to it.
const TEXTS: &[&str] = &["capacity overflow", "range end index ", " out of range for slice of length "];

/// The module without what only panics need. Its name section must still be there.
///
/// # Errors
/// Bytes that are no module. No function with one of the names: then rustc has renamed them, and the lists want an update. Formatting that is not for a panic.
pub(crate) fn snip(wasm: &[u8]) -> Result<Vec<u8>> {
    let mut module = Module::from_buffer(wasm).context("it is no WebAssembly module")?;
    let panics = named(&module, PANICS);
    ensure!(!panics.is_empty(), "no function that panics was found: the module has no names, or rustc has new ones");
    cut(&mut module, &panics);
    let formatting = named(&module, FORMATTING);
    for caller in callers(&module, &formatting) {
        ensure!(formatting.contains(&caller), "{} formats text: snip.rs would make a trap of it", name(&module, caller));
    }
    cut(&mut module, &formatting);
    let segments: Vec<DataId> = module.data.iter().map(Data::id).collect();
    for segment in segments {
        let bytes = &mut module.data.get_mut(segment).value;
        blank_source_paths(bytes);
        blank_texts(bytes);
    }
    passes::gc::run(&mut module);
    Ok(module.emit_wasm())
}

fn named(module: &Module, beginnings: &[&str]) -> HashSet<FunctionId> {
    let begins = |name: &str| beginnings.iter().any(|beginning| name.starts_with(beginning));
    module.funcs.iter_local().map(|(id, _)| id).filter(|id| begins(&name(module, *id))).collect()
}

/// A function's name without its crates' hashes (`core[c5930c85a12de822]::fmt::write`) and, of `<A as B>::c`, the trait's.
fn name(module: &Module, function: FunctionId) -> String {
    let mut text = String::new();
    let mut depth = 0_usize;
    // wasm-bindgen has made them readable before; without it they are as rustc writes them.
    let name = module.funcs.get(function).name.as_deref().unwrap_or_default();
    for c in rustc_demangle::demangle(name).to_string().chars() {
        match c {
            '[' => depth = depth.saturating_add(1),
            ']' => depth = depth.saturating_sub(1),
            c if depth == 0 => text.push(c),
            _ => {}
        }
    }
    text.split_once(" as ").map_or(text.clone(), |(_, method)| method.to_owned())
}

/// The functions that call one of these.
fn callers(module: &Module, called: &HashSet<FunctionId>) -> Vec<FunctionId> {
    let calls = |function: &LocalFunction| {
        let mut calls = Calls { called, found: false };
        dfs_in_order(&mut calls, function, function.entry_block());
        calls.found
    };
    module.funcs.iter_local().filter(|(_, function)| calls(function)).map(|(id, _)| id).collect()
}

struct Calls<'f> {
    called: &'f HashSet<FunctionId>,
    found: bool,
}

impl Visitor<'_> for Calls<'_> {
    fn visit_call(&mut self, call: &Call) {
        self.found |= self.called.contains(&call.func);
    }
}

/// Makes a trap of these functions; what nothing calls any more goes later.
fn cut(module: &mut Module, functions: &HashSet<FunctionId>) {
    for function in functions {
        let signature = module.types.get(module.funcs.get(*function).ty());
        let (parameters, results) = (signature.params().to_vec(), signature.results().to_vec());
        let mut body = FunctionBuilder::new(&mut module.types, &parameters, &results);
        body.func_body().unreachable();
        let arguments: Vec<LocalId> = parameters.iter().map(|parameter| module.locals.add(*parameter)).collect();
        module.funcs.get_mut(*function).kind = FunctionKind::Local(body.local_func(arguments));
    }
}

/// Zeros, which compress to nothing, in place of `/rustc/…/library/core/src/slice/mod.rs` and the like.
fn blank_source_paths(mut bytes: &mut [u8]) {
    while let Some(start) = SOURCES.iter().filter_map(|root| find(bytes, root)).min() {
        let (_, path) = bytes.split_at_mut(start);
        let length = find(path, ".rs").map_or(1, |end| end.saturating_add(".rs".len()));
        let (path, rest) = path.split_at_mut(length);
        path.fill(0);
        bytes = rest;
    }
}

fn blank_texts(bytes: &mut [u8]) {
    for text in TEXTS {
        if let Some(start) = find(bytes, text) {
            let end = start.saturating_add(text.len());
            bytes.get_mut(start..end).unwrap_or_default().fill(0);
        }
    }
}

fn find(bytes: &[u8], text: &str) -> Option<usize> {
    bytes.windows(text.len()).position(|window| window == text.as_bytes())
}
