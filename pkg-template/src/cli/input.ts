/** What a command reads: a file, or what comes through a pipe. */
import { readFileSync } from 'node:fs'
import process from 'node:process'
import { joined } from '../body.js'
import { messageOf, usage } from './exit.js'
import { type Output, show } from './output.js'

/** All bytes of a file, or of the standard input for none and for `-`. */
export async function readInput(path: string | undefined, what: string, out: Output): Promise<Uint8Array> {
  if (path !== undefined && path !== '-') return readFile(path)
  if (process.stdin.isTTY) out.note(show`Paste ${what}, then press Ctrl-D at the start of a line.`)
  const chunks: Uint8Array[] = []
  for await (const chunk of process.stdin) chunks.push(chunk)
  return joined(chunks)
}

/** All bytes of a file. */
export function readFile(path: string): Uint8Array {
  try {
    return readFileSync(path)
  } catch (error) {
    throw usage(`cannot read it: ${messageOf(error)}`)
  }
}

/** The text, or undefined where the bytes are no UTF-8. A byte order mark stays. */
export function utf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return undefined
  }
}
