/** For the condition `node`: the module as text, like the default, but in base64. These hosts read the package from disk, where a denser text saves nothing, and decode base64 natively. */
import base64 from '../wasm/core_bg.wasm?base64'
import { compileBase64 } from './compile.js'

/** Gives the module. Called once, on first use. */
export default function loadModule(): WebAssembly.Module {
  return compileBase64(base64)
}
