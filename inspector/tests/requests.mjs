// Requests to look at: recorded ones, and as other programs print them.

import { readFileSync } from 'node:fs'
import { sign } from 'drone-webhooks'

const recorded = JSON.parse(readFileSync(new URL('../../tests/vectors/recorded/drone-2.25.0.json', import.meta.url), 'utf8'))

/** The first recorded request whose name begins so. */
export const request = (start) => recorded.find(({ name }) => name.startsWith(start))

export const raw = ({ method, target, headers, body }) =>
  `${method} ${target} HTTP/1.1\r\n${headerLines({ headers }, '\r\n')}\r\n\r\n${body}`

export const headerLines = ({ headers }, end = '\n') => headers.map(([name, value]) => `${name}: ${value}`).join(end)

export const curl = ({ headers, body }) => {
  const words = headers.map(([name, value]) => `-H '${name}: ${value}'`)
  return `curl -X POST http://ci.example.com/hook ${words.join(' ')} --data-binary '${body.replaceAll("'", String.raw`'\''`)}'`
}

export const har = ({ method, headers, body }) => {
  const list = headers.map(([name, value]) => ({ name, value }))
  const entry = {
    request: { method, url: 'http://ci.example.com/hook', headers: list, postData: { mimeType: 'application/json', text: body } },
  }
  return JSON.stringify({ log: { version: '1.2', entries: [entry] } })
}

/** A request with any body, signed now. */
export function signed(body, secret, { signedHeaders, ...line } = {}) {
  const headers = Object.entries({
    'content-type': 'application/json',
    ...sign({ body, ...line }, { secret, ...(signedHeaders && { signedHeaders }) }),
  })
  return { method: 'POST', target: '/hook', headers, body }
}

/** Sends it. */
export async function send(origin, { headers, body }) {
  const own = ['host', 'content-length', 'accept-encoding']
  const response = await fetch(`${origin}/hook`, {
    method: 'POST',
    headers: headers.filter(([name]) => !own.includes(name.toLowerCase())),
    body,
  })
  await response.arrayBuffer()
  return response.status
}
