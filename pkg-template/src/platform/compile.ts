/** From text to a module, for platforms that may compile at run time. */

// What decodes natively, where it is there: a loop costs milliseconds while it is cold.
interface Hex {
  Buffer?: { from(text: string, encoding: 'hex'): Uint8Array<ArrayBuffer> }
  Uint8Array: { fromHex?(text: string): Uint8Array<ArrayBuffer> }
}

/** Compiles a module that is given in lower-case hex. */
export function compile(text: string): WebAssembly.Module {
  const host = globalThis as unknown as Hex
  return new WebAssembly.Module(host.Buffer?.from(text, 'hex') ?? host.Uint8Array.fromHex?.(text) ?? decode(text))
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
