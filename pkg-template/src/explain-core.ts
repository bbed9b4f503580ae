/** The second WebAssembly module: the only file that touches it. Made on first use. */
import loadModule from '#explain-wasm'
import { explain, initSync, parseSignature, Secrets, signingString } from './wasm/explain.js'

// Not the namespace: a bundle would hold all of it, a loader with an import of Node's among the rest.
const wasm = { explain, parseSignature, Secrets, signingString }

let started = false

/** @internal The module's functions. */
export function explainer(): typeof wasm {
  if (!started) initSync({ module: loadModule() })
  started = true
  return wasm
}
