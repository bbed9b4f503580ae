// The raw WebAssembly file, where a platform or bundler imports it as a module: only where something declares WebAssembly, as lib.dom does.

import { init } from 'drone-webhooks/slim'
import module from 'drone-webhooks/wasm'

init(module)
export const exported: WebAssembly.ModuleExportDescriptor[] = WebAssembly.Module.exports(module)
// @ts-expect-error a module is no instance
module.exports
