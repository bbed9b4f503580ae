//! The only place with `unsafe`. Marshals values in and codes out, and decides nothing.
// wasm-bindgen exports what is `pub`, whether Rust can reach it or not.
#![allow(unsafe_code, unreachable_pub)]

pub mod js;
