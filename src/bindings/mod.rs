//! The only place with `unsafe`. Marshals values in and codes out, and decides nothing.
// wasm-bindgen exports what is `pub`, whether Rust can reach it or not.
#![allow(unsafe_code, unreachable_pub)]

mod exchange;
pub mod js;
mod lines;
mod slots;

/// Rust's own allocator is three times the code of this one.
#[global_allocator]
static ALLOCATOR: talc::wasm::WasmDynamicTalc = talc::wasm::new_wasm_dynamic_allocator();
