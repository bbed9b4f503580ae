//! The only place with `unsafe`. Marshals values in and codes out, and decides nothing.
// wasm-bindgen exports what is `pub`, whether Rust can reach it or not.
#![allow(unsafe_code, unreachable_pub)]

#[cfg(feature = "js")]
mod exchange;
#[cfg(feature = "explain")]
pub mod explain;
#[cfg(feature = "js")]
pub mod js;
mod lines;
#[cfg(feature = "js")]
mod slots;

/// Rust's own allocator is three times the code of this one.
#[cfg(feature = "js")]
#[global_allocator]
static ALLOCATOR: talc::wasm::WasmDynamicTalc = talc::wasm::new_wasm_dynamic_allocator();
