/** The second WebAssembly module: the only file that touches it. Made on first use. */
import loadModule from '#explain-wasm'
import * as wasm from './wasm/explain.js'

let started = false

/** @internal The module's functions. */
export function explainer(): typeof wasm {
  if (!started) wasm.initSync({ module: loadModule() })
  started = true
  return wasm
}
