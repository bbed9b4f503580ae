/** From text to a module, for platforms that may compile at run time. */

/** Compiles a module that is given in base64. */
export function compileBase64(text: string): WebAssembly.Module {
  // Native, where it is there: a loop costs milliseconds while it is cold.
  const { Buffer } = globalThis as { Buffer?: { from(text: string, encoding: 'base64'): Uint8Array<ArrayBuffer> } }
  return new WebAssembly.Module(Buffer?.from(text, 'base64') ?? Uint8Array.from(atob(text), (character) => character.charCodeAt(0)))
}

/** Compiles a module that is packed as xtask/src/pack.rs describes: a tenth smaller in a bundle than the forms that hosts decode natively, for 2 ms. */
export function compile(packed: string): WebAssembly.Module {
  return new WebAssembly.Module(unpack(packed))
}

const COMMON = 86

function unpack(packed: string): Uint8Array<ArrayBuffer> {
  const digits = new Uint8Array(127)
  let digit = 0
  for (let code = 0x20; code < 0x7f; code += 1) if (!'"$\'<\\`'.includes(String.fromCharCode(code))) digits[code] = digit++
  // What is unpacked takes the place of what has been read.
  const bytes = new TextEncoder().encode(packed)
  let length = 0
  for (let at = 0; at < bytes.length; ) {
    const digit = digits[bytes[at++] as number] as number
    bytes[length++] = digit < COMMON ? (bytes[digit] as number) : (digit - COMMON) * COMMON + (digits[bytes[at++] as number] as number)
  }
  return bytes.subarray(COMMON, length)
}
