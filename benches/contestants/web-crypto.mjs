// By hand with WebCrypto, which is all there is by hand in a browser and in a Worker without Node's modules.

import { isFresh, parse } from './by-hand.mjs'

export const scheme = 'drone'

const encoder = new TextEncoder()

/** Gives a function that says whether a request is accepted. The key is imported once. */
export async function prepare(secret) {
  const key = await crypto.subtle.importKey('raw', encoder.encode(secret), { name: 'HMAC', hash: 'SHA-256' }, false, ['verify'])
  return async ({ headers, body }) => {
    const signed = parse(headers)
    if (signed === undefined) return false
    // `verify` compares in constant time.
    if (!(await crypto.subtle.verify('HMAC', key, bytesOf(signed.mac), encoder.encode(signed.text)))) return false
    if (!isFresh(headers.date)) return false
    const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', body))
    return signed.digest === `SHA-256=${btoa(String.fromCharCode(...hash))}`
  }
}

function bytesOf(base64) {
  const text = atob(base64)
  const bytes = new Uint8Array(text.length)
  for (let at = 0; at < text.length; at += 1) bytes[at] = text.charCodeAt(at)
  return bytes
}
