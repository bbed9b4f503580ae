// By hand once more, for speed alone: what the signature holds is found without taking it apart, and the HMAC is two one-shot hashes over blocks that
// are prepared. The same checks as the others by hand make, by a looser parser: a name is found wherever it stands, and the first of two counts.
// Nobody writes it so at first; it shows what is left when one has.

import { hash, timingSafeEqual } from 'node:crypto'
import { isFresh } from './by-hand.mjs'

export const scheme = 'drone'

const BLOCK = 64
const HASH = 32
// What is signed in two lines, and room besides.
const ROOM = 8192

/** Gives a function that says whether a request is accepted. */
export function prepare(secret) {
  const inner = Buffer.alloc(BLOCK + ROOM, 0x36)
  const outer = Buffer.alloc(BLOCK + HASH, 0x5c)
  const key = Buffer.from(secret)
  const block = key.length > BLOCK ? hash('sha256', key, 'buffer') : key
  for (const [at, byte] of block.entries()) {
    inner[at] ^= byte
    outer[at] ^= byte
  }
  return ({ headers, body }) => {
    const { signature, date, digest } = headers
    if (signature === undefined || date === undefined || digest === undefined) return false
    if (parameter(signature, 'algorithm="') !== 'hmac-sha256') return false
    const mac = Buffer.from(parameter(signature, 'signature="'), 'base64')
    const text = signedText(parameter(signature, 'headers="'), headers)
    if (mac.length !== HASH || text === undefined || text.length * 3 > ROOM) return false
    const end = BLOCK + inner.write(text, BLOCK)
    outer.write(hash('sha256', inner.subarray(0, end), 'latin1'), BLOCK, 'latin1')
    if (!timingSafeEqual(mac, hash('sha256', outer, 'buffer'))) return false
    if (!isFresh(date)) return false
    return digest === `SHA-256=${hash('sha256', body, 'base64')}`
  }
}

function parameter(signature, start) {
  const at = signature.indexOf(start)
  return at < 0 ? '' : signature.slice(at + start.length, signature.indexOf('"', at + start.length))
}

function signedText(list, headers) {
  // As Drone has it on every webhook.
  if (list === 'date digest') return `date: ${headers.date}\ndigest: ${headers.digest}`
  const names = list.split(' ')
  if (!names.includes('date') || !names.includes('digest')) return undefined
  return names.map((name) => `${name}: ${headers[name]}`).join('\n')
}
