// What the soak sends, and what comes back.

import { Agent, request as httpRequest } from 'node:http'
import { sign, verify } from 'drone-webhooks'

const agent = new Agent({ keepAlive: true })

/** Requests of all kinds in a random order: `{ kind, id, headers, body }`, duplicates after what they are duplicates of. */
export function mix({ secret, requests, duplicates, forgeries }) {
  const kinds = [...times('duplicate', requests * duplicates), ...times('forgery', requests * forgeries)]
  const order = shuffled([...kinds, ...times('delivery', requests - kinds.length)])
  // A duplicate needs something before it.
  const first = order.indexOf('delivery')
  order[first] = order[0]
  order[0] = 'delivery'
  const deliveries = []
  return order.map((kind, number) => {
    if (kind === 'duplicate') return { ...deliveries[Math.floor(Math.random() * deliveries.length)], kind }
    if (kind === 'forgery') return forged(number, secret)
    const made = { kind, ...signed(bodyOf(number), secret) }
    deliveries.push(made)
    return made
  })
}

/** A delivery, signed now. */
export function signed(body, secret) {
  const now = Date.now()
  const { date, digest, signature } = sign({ body }, { secret, now })
  const headers = { Date: date, Digest: digest, Signature: signature, 'X-Drone-Event': 'build' }
  return { id: verify({ headers, body }, { secret, now }).id, headers, body }
}

/** By turns signed with a secret that is wrong, and with a body that is another one. */
function forged(number, secret) {
  if (number % 2 === 0) return { kind: 'forgery', ...signed(bodyOf(number), `not ${secret}`) }
  return { kind: 'forgery', ...signed(bodyOf(number), secret), body: bodyOf(`${number}0`) }
}

/** As large as what the server sends. */
export function bodyOf(number) {
  return JSON.stringify({ event: 'build', action: 'updated', number, build: { number, message: 'what was changed, '.repeat(150) } })
}

/** Sends it: the status of the answer, or undefined where there is none because the receiver was killed. */
export function send(url, { headers, body }) {
  return new Promise((resolve) => {
    const sent = httpRequest(
      url,
      { agent, method: 'POST', headers: { ...headers, 'Content-Length': Buffer.byteLength(body) } },
      (answer) => {
        answer.resume().on('error', () => {})
        resolve(answer.statusCode)
      },
    )
    sent.on('error', () => resolve(undefined)).end(body)
  })
}

const times = (kind, count) => Array.from({ length: Math.round(count) }, () => kind)

function shuffled(list) {
  for (let at = list.length - 1; at > 0; at -= 1) {
    const other = Math.floor(Math.random() * (at + 1))
    ;[list[at], list[other]] = [list[other], list[at]]
  }
  return list
}
