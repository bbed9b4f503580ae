/** The host's own SHA-256: native code is faster than WebAssembly on all but small bodies. Only the body's digest, which is no secret, is left to it. */
import { setHash } from './core.js'

/** From this many bytes on the host's hash is the faster one, its call included. */
const WORTHWHILE_BYTES = 512
const SHA256_OF_NOTHING = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'

/** Gives the hash as text, a character a byte: a quarter faster than a buffer of its own. */
type Sha256 = (bytes: Uint8Array) => string

// What is used of node:crypto, which no bundler must find as an import.
interface Crypto {
  hash?(algorithm: string, bytes: Uint8Array, encoding: 'latin1'): string
  createHash(algorithm: string): { update(bytes: Uint8Array): { digest(encoding: 'latin1'): string } }
}
interface Host {
  process?: { getBuiltinModule?(name: string): Crypto | undefined }
}

// To load node:crypto takes longer than to hash so many bytes here a hundred times: many a process verifies one delivery and ends.
const SMALL_ENOUGH_ONCE = 65_536
let isFirst = true

// null: looked for and not there.
let sha256: Sha256 | null | undefined

/** Hands the body's hash to the module if the host is the faster one to make it; else says no, and the module hashes. */
export function hashOnHost(body: Uint8Array): boolean {
  if (body.length < WORTHWHILE_BYTES) return false
  if (sha256 === undefined) {
    const wait = isFirst && body.length <= SMALL_ENOUGH_ONCE
    isFirst = false
    if (wait) return false
    sha256 = find() ?? null
  }
  if (sha256 === null) return false
  setHash(sha256(body))
  return true
}

/** Node, Deno, Bun, and workerd with nodejs_compat. Elsewhere, and where it only pretends to be there, the module does it all. */
function find(): Sha256 | undefined {
  try {
    const crypto = (globalThis as Host).process?.getBuiltinModule?.('node:crypto')
    if (crypto === undefined) return undefined
    // hash() is younger than createHash(), and faster.
    const candidate: Sha256 =
      typeof crypto.hash === 'function'
        ? (bytes) => crypto.hash?.('sha256', bytes, 'latin1') ?? ''
        : (bytes) => crypto.createHash('sha256').update(bytes).digest('latin1')
    return hex(candidate(new Uint8Array())) === SHA256_OF_NOTHING ? candidate : undefined
  } catch {
    return undefined
  }
}

function hex(text: string): string {
  return Array.from(text, (character) => character.charCodeAt(0).toString(16).padStart(2, '0')).join('')
}
