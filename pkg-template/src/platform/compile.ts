/** From text to a module, for platforms that may compile at run time. */

// Buffer decodes it 2.6 ms faster than atob with a callback.
interface Base64 {
  Buffer?: { from(text: string, encoding: 'base64'): Uint8Array<ArrayBuffer> }
}

/** Compiles a module that is given as base64. */
export function compile(text: string): WebAssembly.Module {
  const { Buffer } = globalThis as Base64
  const bytes = Buffer ? Buffer.from(text, 'base64') : Uint8Array.from(atob(text), (char) => char.charCodeAt(0))
  return new WebAssembly.Module(bytes)
}
