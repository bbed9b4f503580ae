/** Cloudflare Workers forbid compiling at run time; there the .wasm is imported, compiled. */
import module from '../wasm/explain_bg.wasm'

/** Gives the module. */
export default function loadModule(): WebAssembly.Module {
  return module
}
