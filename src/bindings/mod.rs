//! The only place with `unsafe`. Marshals values in and codes out, and decides nothing.
// wasm-bindgen exports what is `pub`, whether Rust can reach it or not.
#![allow(unsafe_code, unreachable_pub)]

#[cfg(feature = "abi")]
pub mod abi;
#[cfg(any(feature = "js", feature = "abi"))]
mod exchange;
#[cfg(feature = "js")]
pub mod js;
#[cfg(feature = "js-explain")]
pub mod js_explain;
#[cfg(any(feature = "js", feature = "js-explain"))]
mod lines;
#[cfg(feature = "abi")]
mod record;
#[cfg(any(feature = "js", feature = "abi"))]
mod slots;
#[cfg(any(feature = "js-explain", feature = "abi-explain"))]
mod told;

/// Rust's own allocator is three times the code of this one.
#[cfg(any(feature = "js", feature = "abi"))]
#[global_allocator]
static ALLOCATOR: talc::wasm::WasmDynamicTalc = talc::wasm::new_wasm_dynamic_allocator();
