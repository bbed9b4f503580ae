/**
 * The default, as for the verifier: the module comes with the code, as text.
 */
import { packedWasm } from '../wasm/explain-inline.js'
import { compile } from './compile.js'

/** Gives the module. Called once, on first use. */
export default function loadModule(): WebAssembly.Module {
  return compile(packedWasm)
}
