// A receiver for tests: its clock stands still, and what it sends itself is signed for that moment.

import { signed } from './requests.mjs'

export const SECRET = 'the secret of the receiver'
export const NOW = Date.UTC(2026, 10, 22, 6, 11, 54)

export function receiver(lib, { inbox = {}, ...options } = {}) {
  const memory = 'accept' in inbox ? inbox : lib.memoryInbox({ clock: () => NOW, backoff: () => 0, ...inbox })
  return new lib.Webhooks({ secret: SECRET, clock: () => NOW, inbox: memory, ...options })
}

let number = 0

/** A signed request, different from all before it; takes what `sign` takes, and fields for the payload. */
export function request(lib, payload = {}, more = {}) {
  number += 1
  const body = JSON.stringify({ event: 'build', action: 'updated', number, ...payload })
  return signed(lib, body, { secret: SECRET, now: NOW, ...more }).request
}
