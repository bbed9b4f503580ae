// Loads one bundle, asks its app and sends back what that says.

import { once } from 'node:events'
import { pathToFileURL } from 'node:url'

const [{ given, wasm }] = await once(process, 'message')
await import(pathToFileURL(process.argv[2]))
const result = await globalThis.app({ ...given, module: new WebAssembly.Module(wasm) })
process.send({ result }, () => process.disconnect())
