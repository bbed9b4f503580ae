/** From text to a module, for platforms that may compile at run time. */

// What decodes natively, where it is there: a loop costs milliseconds while it is cold.
interface Host {
  Buffer?: { from(text: string, encoding: 'hex' | 'base64'): Uint8Array<ArrayBuffer> }
  Uint8Array: { fromHex?(text: string): Uint8Array<ArrayBuffer> }
}

/** Compiles a module that is given in lower-case hex. */
export function compile(text: string): WebAssembly.Module {
  const host = globalThis as unknown as Host
  return new WebAssembly.Module(host.Buffer?.from(text, 'hex') ?? host.Uint8Array.fromHex?.(text) ?? decode(text))
}

/** Compiles a module that is given in base64. */
export function compileBase64(text: string): WebAssembly.Module {
  const host = globalThis as unknown as Host
  return new WebAssembly.Module(host.Buffer?.from(text, 'base64') ?? Uint8Array.from(atob(text), (character) => character.charCodeAt(0)))
}

function decode(text: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(text.length / 2)
  for (let at = 0; at < bytes.length; at += 1) bytes[at] = (digit(text, 2 * at) << 4) | digit(text, 2 * at + 1)
  return bytes
}

function digit(text: string, at: number): number {
  const code = text.charCodeAt(at)
  return code < 0x3a ? code - 0x30 : code - 0x57
}
