/** For `drone-webhooks/slim`: the module comes from the caller. */
import { configInvalid } from '../errors.js'

let given: WebAssembly.Module | undefined

// It takes an object and not a WebAssembly.Module: the declarations must compile where nothing declares WebAssembly, as with @types/node alone.
/**
 * Hands over the WebAssembly module, once, before anything else of `drone-webhooks/slim` is used: `drone-webhooks/wasm` as a
 * `WebAssembly.Module`, compiled in whatever way the platform allows, or its bytes. The first one counts.
 *
 * Throws `config_invalid` for anything else, and what `WebAssembly.Module` throws for bytes that are no module.
 *
 * @example
 * ```ts
 * import { readFileSync } from 'node:fs'
 * import { fileURLToPath } from 'node:url'
 * import { init, verify } from 'drone-webhooks/slim'
 *
 * init(readFileSync(fileURLToPath(import.meta.resolve('drone-webhooks/wasm'))))
 * ```
 */
export function init(module: object): void {
  const compiled = compiledOf(module)
  if (!isVerifier(compiled)) throw configInvalid('init wants the WebAssembly module of drone-webhooks/wasm, compiled, or its bytes')
  given ??= compiled
}

function compiledOf(module: object): unknown {
  // By what it is, not by its prototype: Next.js hands over modules of another realm.
  const isBytes = Object.prototype.toString.call(module) === '[object ArrayBuffer]' || ArrayBuffer.isView(module)
  return isBytes ? new WebAssembly.Module(module as BufferSource) : module
}

function isVerifier(module: unknown): module is WebAssembly.Module {
  try {
    return WebAssembly.Module.exports(module as WebAssembly.Module).some(({ name }) => name === 'authenticate')
  } catch {
    return false
  }
}

/** @internal Gives the module. */
export default function loadModule(): WebAssembly.Module {
  if (given === undefined)
    throw configInvalid('drone-webhooks/slim has no module yet: call init(module) first, with the one of drone-webhooks/wasm')
  return given
}
