// Requests to measure with, made anew each time: signed a moment ago, each with a body of its own, so that nothing can be remembered.

const encoder = new TextEncoder()

/** Like the one that Drone is started with: 32 hexadecimal digits. */
export const SECRET = 'd8fa5c314f7b1f5cac27d34e157e3459'

/** That many different requests with bodies of exactly so many bytes; `forged`: well-formed, by somebody without the secret. */
export async function makeRequests(count, { scheme, bytes, forged = false, form = 'object' }) {
  const key = await crypto.subtle.importKey('raw', encoder.encode(SECRET), { name: 'HMAC', hash: 'SHA-256' }, false, ['sign'])
  const sign = async (data) =>
    forged ? crypto.getRandomValues(new Uint8Array(32)) : new Uint8Array(await crypto.subtle.sign('HMAC', key, data))
  const requests = []
  for (let number = 0; number < count; number += 1) {
    const body = bodyOf(bytes, number)
    const pairs = await schemes[scheme](body, sign)
    requests.push({ method: 'POST', url: '/hook', headers: form === 'Headers' ? new Headers(pairs) : received(pairs), body })
  }
  return requests
}

/** A build's payload, filled up to the size; ASCII, as nearly all payloads are. */
function bodyOf(bytes, number) {
  const start = `{"event":"build","action":"updated","build":{"number":${number},"status":"success","trigger":"@hook","message":"`
  const end = '"}}'
  const filler = 'one fix more, see the log; '
  const room = bytes - start.length - end.length
  const text = `${start}${filler.repeat(Math.ceil(room / filler.length)).slice(0, room - 1)}.${end}`
  const body = encoder.encode(text)
  return globalThis.Buffer ? Buffer.from(body.buffer) : body
}

/** As an HTTP server makes it: names set one after the other, values that were cut out of the bytes of the request. */
function received(pairs) {
  const decoder = new TextDecoder()
  const headers = {}
  for (const [name, value] of pairs) headers[name] = decoder.decode(encoder.encode(value))
  return headers
}

const common = (body) => [
  ['host', 'hooks.example.com'],
  ['user-agent', 'Go-http-client/1.1'],
  ['content-length', String(body.length)],
  ['content-type', 'application/json'],
]

// Under a minute old, so that nobody's window closes while it is measured.
const sentAt = () => new Date(Date.now() - 60_000 * Math.random())

/** The headers of each scheme, in the order in which its sender sends them. */
const schemes = {
  async drone(body, sign) {
    const date = sentAt().toUTCString()
    const digest = `SHA-256=${base64(new Uint8Array(await crypto.subtle.digest('SHA-256', body)))}`
    const signature = base64(await sign(encoder.encode(`date: ${date}\ndigest: ${digest}`)))
    return [
      ...common(body),
      ['date', date],
      ['digest', digest],
      ['signature', `keyId="hmac-key",algorithm="hmac-sha256",signature="${signature}",headers="date digest"`],
      ['x-drone-event', 'build'],
      ['accept-encoding', 'gzip'],
    ]
  },

  async github(body, sign) {
    const mac = [...(await sign(body))].map((byte) => byte.toString(16).padStart(2, '0')).join('')
    return [
      ...common(body),
      ['accept', '*/*'],
      ['x-github-delivery', crypto.randomUUID()],
      ['x-github-event', 'push'],
      ['x-hub-signature-256', `sha256=${mac}`],
      ['accept-encoding', 'gzip'],
    ]
  },

  async standard(body, sign) {
    const id = `msg_${crypto.randomUUID()}`
    const seconds = String(Math.floor(sentAt().getTime() / 1000))
    const start = encoder.encode(`${id}.${seconds}.`)
    const signed = new Uint8Array(start.length + body.length)
    signed.set(start)
    signed.set(body, start.length)
    return [
      ...common(body),
      ['webhook-id', id],
      ['webhook-timestamp', seconds],
      ['webhook-signature', `v1,${base64(await sign(signed))}`],
      ['accept-encoding', 'gzip'],
    ]
  },
}

function base64(bytes) {
  return btoa(String.fromCharCode(...bytes))
}
