/** The host's own SHA-256: native code is faster than WebAssembly on all but small bodies. Only the body's digest, which is no secret, is left to it. */
import { HASH_BYTES, hashSlot } from './core.js'

/** From this many bytes on the host's hash is the faster one, its call included. */
const WORTHWHILE_BYTES = 512
const SHA256_OF_NOTHING = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'

/** Writes the hash of bytes into these 32. */
type Sha256 = (bytes: Uint8Array, into: Uint8Array) => void

// What is used of node:crypto, which no bundler must find as an import.
interface Crypto {
  hash?(algorithm: string, bytes: Uint8Array, encoding: 'latin1'): string
  createHash(algorithm: string): { update(bytes: Uint8Array): { digest(encoding: 'latin1'): string } }
}
interface Host {
  process?: { getBuiltinModule?(name: string): Crypto | undefined }
  Bun?: { SHA256?: { hash?(bytes: Uint8Array, into: Uint8Array): void } }
}

// To load node:crypto takes longer than to hash so many bytes here, and many a process verifies a few deliveries and ends. No large body, which would take memory for good.
const HERE_AT_FIRST_BYTES = 524_288
const LARGEST_HERE_BYTES = 65_536
let hashedHere = 0

// null: looked for and not there.
let sha256: Sha256 | null | undefined

/** Hands the body's hash to the module if the host is the faster one to make it; else says no, and the module hashes. */
export function hashOnHost(body: Uint8Array): boolean {
  if (body.length < WORTHWHILE_BYTES) return false
  if (sha256 === undefined) {
    // Bun's own is there without being loaded.
    sha256 = proven(ofBun)
    if (sha256 === undefined && body.length <= LARGEST_HERE_BYTES && hashedHere + body.length <= HERE_AT_FIRST_BYTES) {
      hashedHere += body.length
      return false
    }
    sha256 ??= proven(ofNode) ?? null
  }
  if (sha256 === null) return false
  sha256(body, hashSlot())
  return true
}

/** What was found, if it hashes. Where there is none, and where it only pretends to be there, the module does it all. */
function proven(find: () => Sha256 | undefined): Sha256 | undefined {
  try {
    const candidate = find()
    if (candidate === undefined) return undefined
    const hash = new Uint8Array(HASH_BYTES)
    candidate(new Uint8Array(), hash)
    return hex(hash) === SHA256_OF_NOTHING ? candidate : undefined
  } catch {
    return undefined
  }
}

/** Bun's own, which can write into the module's memory. */
function ofBun(): Sha256 | undefined {
  const hash = (globalThis as Host).Bun?.SHA256?.hash
  return typeof hash === 'function' ? hash : undefined
}

/** Of Node, Deno, and workerd with nodejs_compat. As text, a character a byte: a quarter faster than a buffer of its own. */
function ofNode(): Sha256 | undefined {
  const crypto = (globalThis as Host).process?.getBuiltinModule?.('node:crypto')
  if (crypto === undefined) return undefined
  // hash() is younger than createHash(), and faster.
  const { hash, createHash } = crypto
  return typeof hash === 'function'
    ? (bytes, into) => copy(hash('sha256', bytes, 'latin1'), into)
    : (bytes, into) => copy(createHash('sha256').update(bytes).digest('latin1'), into)
}

function copy(text: string, into: Uint8Array): void {
  for (let at = 0; at < HASH_BYTES; at += 1) into[at] = text.charCodeAt(at)
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
