/**
 * The default: the module comes with the code, as text. Works wherever `WebAssembly` does, without a file, a request or a wait.
 * Rejected: `fetch` or `fs` of the .wasm (asynchronous, or Node only, and bundlers lose the file).
 */
import { packedWasm } from '../wasm/core-inline.js'
import { compile } from './compile.js'

/** Gives the module. Called once, on first use. */
export default function loadModule(): WebAssembly.Module {
  return compile(packedWasm)
}
