/**
 * For the condition `node`, as for the verifier: in base64.
 */
import base64 from '../wasm/explain_bg.wasm?base64'
import { compileBase64 } from './compile.js'

/** Gives the module. Called once, on first use. */
export default function loadModule(): WebAssembly.Module {
  return compileBase64(base64)
}
