// What a case of causes.json is made of: a recorded request, what happened to it, and what must be said of it.

import { createHash, createHmac } from 'node:crypto'
import { readFileSync } from 'node:fs'

const read = (name) => JSON.parse(readFileSync(new URL(`../recorded/${name}`, import.meta.url), 'utf8'))
const all = [...read('drone-2.25.0.json'), ...read('drone-older.json')]

export const cases = []

/** The one recorded request whose name begins so. */
export function recorded(start) {
  const found = all.filter(({ name }) => name.startsWith(start))
  if (found.length !== 1) throw new Error(`${start} is the beginning of ${found.length} names`)
  return found[0]
}

export const header = (request, name) => request.headers.find(([other]) => other.toLowerCase() === name)?.[1]
export const signedAt = (request) => Date.parse(header(request, 'date')) / 1000
export const httpDate = (seconds) => new Date(seconds * 1000).toUTCString()
export const digest = (body) => `SHA-256=${createHash('sha256').update(body).digest('base64')}`
export const names = (request) => /headers="([^"]*)"/.exec(header(request, 'signature'))[1].split(' ')
export const mac = (request) => /signature="([^"]*)"/.exec(header(request, 'signature'))[1]

/** The Signature header with another text for the MAC. */
export const withMac = (request, text) => header(request, 'signature').replace(mac(request), () => text)

/** What makes the request one of a sender that signs otherwise: another body, another key, another signing string. */
export function signed(request, { body, secret = request.secret, string = (lines) => lines.join('\n'), list = names(request) } = {}) {
  const changed = body === undefined ? [] : [['Digest', digest(body)]]
  const value = (name) => (name === 'digest' && changed.length > 0 ? changed[0][1] : header(request, name))
  const text = string(
    list.map((name) => `${name}: ${value(name)}`),
    list,
    value,
  )
  return [...changed, ['Signature', withMac(request, createHmac('sha256', secret).update(text).digest('base64'))]]
}

/**
 * A case. `set` changes headers: a value replaces the one there or comes last, null takes it away. `now` is in seconds after signing.
 * `causes`: all that must be named, if more than the first.
 */
export function named(cause, start, how, { code, set = [], body, method, secret, now = 0, causes = [cause], sender, tolerance }) {
  const request = recorded(start)
  cases.push({
    name: `${cause}: ${how} (${start})`,
    cause,
    causes,
    code,
    ...(sender !== undefined && { sender }),
    recorded: request.name,
    ...(method !== undefined && { method }),
    ...(set.length > 0 && { set }),
    ...(body !== undefined && { body: typeof body === 'string' ? body : { base64: body.toString('base64') } }),
    config: { secret: told(secret ?? request.secret), ...(tolerance !== undefined && { tolerance }) },
    now: signedAt(request) + now,
  })
}

const told = (secret) => {
  if (Array.isArray(secret)) return secret.map(told)
  return typeof secret === 'string' ? secret : { hex: secret.toString('hex') }
}

/** Every code has at least five cases, names are unique, and what is recorded is what was signed. */
export function check() {
  const counts = new Map()
  for (const { cause, causes, name } of cases) {
    counts.set(cause, (counts.get(cause) ?? 0) + 1)
    if (causes[0] !== cause) throw new Error(`${name}: the first cause is another`)
    if (cases.filter((other) => other.name === name).length > 1) throw new Error(`twice: ${name}`)
  }
  for (const [cause, count] of counts) if (count < 5) throw new Error(`${cause} has ${count} cases`)
  for (const request of all.filter(({ secret, method }) => secret !== '' && method === 'POST')) {
    const [[, signature]] = signed(request)
    if (signature !== header(request, 'signature')) throw new Error(`not what was signed: ${request.name}`)
  }
}
