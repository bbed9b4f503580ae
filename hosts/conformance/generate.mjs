// Writes what every host runs, from tests/vectors: the same cases with nothing left to expand, one JSON object a line.
//
//   node hosts/conformance/generate.mjs            writes the files
//   node hosts/conformance/generate.mjs --check    compares, and exits 1 when one differs
//
// Nothing here may use this project's code: verdicts are those of the vectors.

import { readFileSync, writeFileSync } from 'node:fs'

const HOSTS = ['python', 'go', 'java']

const read = (name) => JSON.parse(readFileSync(new URL(`../../tests/vectors/${name}`, import.meta.url), 'utf8'))
const recorded = [...read('recorded/drone-2.25.0.json'), ...read('recorded/drone-older.json')]
const header = ({ headers }, name) => headers.find(([each]) => each.toLowerCase() === name)?.[1]
const sentAt = (request) => Date.parse(header(request, 'date')) / 1000
const base64 = (bytes) => Buffer.from(bytes).toString('base64')

function text(value) {
  if (typeof value === 'string') return value
  return 'repeat' in value ? text(value.repeat).repeat(value.times) : value.concat.map(text).join('')
}

/** A body in parts, each with how often it stands there: some have 4 MiB of one letter. */
function bodyOf(value) {
  if (typeof value === 'string') return [{ base64: base64(value), times: 1 }]
  if ('base64' in value) return [{ base64: value.base64, times: 1 }]
  if ('repeat' in value) return [{ base64: base64(text(value.repeat)), times: value.times }]
  return value.concat.flatMap(bodyOf)
}

/** Runs of equal lines stay one entry: nobody reads 10,000 of them. */
const lines = (headers) =>
  headers.map((line) =>
    Array.isArray(line)
      ? { name: line[0], value: text(line[1]), times: 1 }
      : { name: line.repeat[0], value: text(line.repeat[1]), times: line.times },
  )

const bytesOf = (secret) => (typeof secret === 'string' ? base64(secret) : base64(Buffer.from(secret.hex, 'hex')))
const listOf = (secrets) => (Array.isArray(secrets) ? secrets : [secrets]).map(bytesOf)

/** Secrets for any keyId, and for each keyId its own. */
function secretsOf(secret) {
  if (!Object.hasOwn(secret, 'keys')) return { secrets: listOf(secret) }
  return { keys: Object.fromEntries(Object.entries(secret.keys).map(([keyId, each]) => [keyId, listOf(each)])) }
}

const configOf = ({ secret, ...settings }) => ({ ...secretsOf(secret), ...settings })

const table = read('refusals.json')
  .filter(({ hosts }) => hosts === undefined || HOSTS.some((host) => hosts.includes(host)))
  .map(({ name, code, config, now, request, expect }) => ({
    name,
    code,
    config: configOf(config),
    now,
    ...(request.method !== undefined && { method: request.method }),
    ...(request.url !== undefined && { url: text(request.url) }),
    headers: lines(request.headers),
    body: bodyOf(request.body),
    ...(expect !== undefined && { expect }),
  }))

function recordedCode({ secret, method }) {
  if (secret === '') return 'config_invalid'
  return method === 'GET' ? 'digest_mismatch' : null
}

const received = recorded.map((request) => ({
  name: `recorded: ${request.name}`,
  code: recordedCode(request),
  config: {
    secrets: [base64(request.secret)],
    ...(request.kind === 'extension' && { requiredHeaders: ['accept', 'accept-encoding', 'content-type', 'date', 'digest'] }),
  },
  now: sentAt(request),
  method: request.method,
  url: request.target,
  headers: lines(request.headers),
  body: bodyOf(request.body),
}))

// What a server signed is what `sign` must give.
const signed = recorded
  .filter(({ kind, secret, method }) => kind === 'webhook' && secret !== '' && method === 'POST')
  .map((request) => ({
    name: request.name,
    secret: base64(request.secret),
    now: sentAt(request),
    body: bodyOf(request.body),
    date: header(request, 'date'),
    digest: header(request, 'digest'),
    signature: header(request, 'signature'),
  }))

function withHeaders(headers, changes = []) {
  let changed = headers
  for (const [name, value] of changes) {
    const is = ([each]) => each.toLowerCase() === name.toLowerCase()
    const there = changed.some(is)
    if (value === null) changed = changed.filter((pair) => !is(pair))
    else changed = there ? changed.map((pair) => (is(pair) ? [pair[0], value] : pair)) : [...changed, [name, value]]
  }
  return changed
}

const causes = read('causes.json').map((each) => {
  const request = recorded.find(({ name }) => name === each.recorded)
  return {
    name: each.name,
    code: each.code,
    causes: each.causes,
    ...(each.sender !== undefined && { sender: each.sender }),
    config: configOf(each.config),
    now: each.now,
    method: each.method ?? request.method,
    url: request.target,
    headers: lines(withHeaders(request.headers, each.set)),
    body: bodyOf(each.body ?? request.body),
  }
})

const FILES = { 'verdicts.jsonl': [...table, ...received], 'signed.jsonl': signed, 'causes.jsonl': causes }

for (const [name, cases] of Object.entries(FILES)) {
  const file = new URL(name, import.meta.url)
  const json = cases.map((each) => `${JSON.stringify(each)}\n`).join('')
  if (!process.argv.includes('--check')) writeFileSync(file, json)
  else if (json !== current(file)) {
    console.error(`hosts/conformance/${name} is not what hosts/conformance/generate.mjs writes; run it and commit the result`)
    process.exit(1)
  }
}

function current(file) {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}
