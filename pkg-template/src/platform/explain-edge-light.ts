/** Vercel's edge runtime forbids compiling at run time; there the .wasm is imported, compiled, under this name. */
import module from '../wasm/explain_bg.wasm?module'

/** Gives the module. */
export default function loadModule(): WebAssembly.Module {
  return module
}
