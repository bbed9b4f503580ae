// What a host makes of a request by the portable module, from its headers to its payload.

import { readFileSync } from 'node:fs'
import { body, bytes, head, lines, MORE_HEADERS, texts } from './host.mjs'

/** In the order of their numbers, from 1 on. */
const CODES = [...readFileSync(new URL('../../../pkg-template/src/codes.ts', import.meta.url), 'utf8').matchAll(/^ {2}(\w+): \d+,$/gm)].map(
  ([, code]) => code,
)
const codeOf = (number) => (number === 0 ? null : (CODES[number - 1] ?? number))

/** The headers that are needed, and all that are signed once they are asked for. */
function asked(host, call, verifier, request, needed, rest) {
  const is = (names) => request.headers.filter(([name]) => names.includes(name.toLowerCase()))
  const count = request.headers.length
  const first = { ...request, headers: is(needed), count, complete: false }
  const answer = host.ask(call, Buffer.concat([head(first), rest]), verifier)
  if (answer.code !== MORE_HEADERS) return { ...answer, used: first }
  const all = { ...request, headers: is(answer.answer.toString().split(' ')), count }
  return { ...host.ask(call, Buffer.concat([head(all), rest]), verifier), used: all }
}

/** The code of the first refusal on the whole way, and why; or null, and what the delivery says. */
export function judge(host, each, { filtered, form, phases }) {
  const verifier = host.newVerifier(each.config)
  if (verifier.code !== 0) return { code: codeOf(verifier.code), message: verifier.message }
  const request = { now: each.now, method: each.method, url: each.url, headers: lines(each.headers) }
  const given = bytes(each.body)
  const needed = filtered ? verifier.needed : request.headers.map(([name]) => name.toLowerCase())
  let answer = asked(host, phases ? 'authenticate' : 'verify', verifier.number, request, needed, phases ? body.none : body[form](given))
  const { used } = answer
  if (phases && answer.code === 0) answer = host.ask('finish', body[form](given), verifier.number)
  host.exports.free_verifier(verifier.number)
  if (answer.code !== 0) return { code: codeOf(answer.code), message: answer.answer.toString() }
  const payload = host.ask('payload', Buffer.concat([head(used), body.both(given)]))
  if (payload.code !== 0) return { code: codeOf(payload.code), message: payload.answer.toString() }
  const facts = host.ask('facts', head(used)).answer
  const [id, keyId, names] = texts(facts, 8)
  const [event, action] = texts(payload.answer)
  return {
    code: null,
    told: { id, keyId, signedHeaders: names.split(' '), signedAt: Number(facts.readBigUInt64LE(0)), event, action },
  }
}
