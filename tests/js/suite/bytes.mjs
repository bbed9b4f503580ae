// Bytes, text and chance, without a runtime's own helpers.

const encoder = new TextEncoder()

export const utf8 = (text) => encoder.encode(text)

export const fromBase64 = (text) => Uint8Array.from(atob(text), (character) => character.charCodeAt(0))

export function concat(parts) {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

/** A generator of chance that gives the same numbers for the same seed (xorshift). */
export function chance(seed) {
  let state = seed >>> 0 || 1
  const next = () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) / 2 ** 32
  }
  const below = (limit) => Math.floor(next() * limit)
  return {
    below,
    pick: (list) => list[below(list.length)],
    bytes: (length) => Uint8Array.from({ length }, () => below(256)),
  }
}
