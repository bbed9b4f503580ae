/** What platforms that import WebAssembly as a module make of `drone-webhooks/wasm`. Others resolve its path, or have its bytes. */
declare const module: WebAssembly.Module
export default module
