// Writes mutations.jsonl: requests that nobody thought of, signed and then changed at random, always the same ones.
//
//   node hosts/conformance/mutate.mjs            writes the file
//   node hosts/conformance/mutate.mjs --check    compares, and exits 1 when it differs
//
// The codes are those of the module itself, so they say that hosts agree, and not that the verdict is right: that is what verdicts.jsonl is for.

import { createHash, createHmac } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { Host } from '../../tests/js/portable/host.mjs'
import { judge } from '../../tests/js/portable/judge.mjs'

const CASES = 500
const SECRET = 'd8fa5c314f7b1f5cac27d34e157e3459'
const SENT = 1795327913
const DATE = new Date(SENT * 1000).toUTCString()

// Characters that a parser, a host's string type or its search without case may trip over. No LF: no server hands one on, and the vectors have it.
const ODD = [
  '\t',
  ' ',
  'é',
  '\0',
  '\r',
  '"',
  "'",
  ',',
  '\\',
  '=',
  ';',
  '\u001c',
  '\u000b',
  '\u0085',
  '\u00a0',
  '\u007f',
  '\u212a',
  '\u017f',
]
ODD.push('\u2028', '\ufeff', '😀', '(', ':', 'A', '0', '%20', '\u0130')

const BODIES = [
  '{"event":"build","action":"updated","build":{"status":"success","number":4},"repo":{"slug":"a/b"}}',
  '{"event":"user","action":"created","user":{"login":"mona"}}',
  '{"action":"deleted","user":{"id":7}}',
  '{"event":"user","event":"repo","action":"a","action":"b"}',
  '{"event":1,"action":{}}',
  '{"event":"","action":""}',
  '{"event":"\\ud83d\\ude00","action":"\\u0000"}',
  '{"event":"user","action":"\\ud800"}',
  '{"event":"user","action":"created","n":1e999}',
  `{"event":"user","action":"created","n":${'9'.repeat(310)}}`,
  '{"event":"user","action":"created","n":[-0,1e-400,0.1e5,12345678901234567890]}',
  '{"event":"user","action":"created","n":01}',
  '{"event":"user","action":"created","__proto__":{"a":1},"constructor":2}',
  `{"event":"user","action":"created","d":${'['.repeat(127)}${']'.repeat(127)}}`,
  `{"event":"user","action":"created","d":${'['.repeat(128)}${']'.repeat(128)}}`,
  '{"\\u0065vent":"user","action":"created"}',
  '{"Event":"user","Action":"created"}',
  ' {"event":"build","action":"created","build":[1],"repo":null}\r\n',
  '{"config":{}}',
  '[]',
]

const SIGNED = [
  'date digest',
  'digest date',
  '(created) digest',
  '(created) (expires) digest',
  '(request-target) host date digest x-drone-event',
  'accept accept-encoding content-type date digest',
  'date digest x-note',
  'x-missing date digest',
  'date',
]

// mulberry32: the same numbers everywhere.
let state = 8

function random() {
  state = (state + 0x6d2b79f5) >>> 0
  let mixed = Math.imul(state ^ (state >>> 15), state | 1)
  mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
}

const below = (bound) => Math.floor(random() * bound)
const chance = (part) => random() < part
const any = (list) => list[below(list.length)]
/** Mostly the first. */
const mostly = (list) => (chance(0.85) ? list[0] : any(list))
const base64 = (bytes) => Buffer.from(bytes).toString('base64')

function changed(text) {
  const characters = [...text]
  const at = below(characters.length + 1)
  characters.splice(at, below(2), ...(chance(0.7) ? [any(ODD)] : []))
  return characters.join('')
}

function digestOf(body) {
  const hash = base64(createHash('sha256').update(body).digest())
  const good = `SHA-256=${hash}`
  return mostly([
    good,
    `sha-256=${hash}`,
    `MD5=abcd,${good}`,
    `${good},${good}`,
    `${good},`,
    `SHA-256 =${hash}`,
    `SHA-512=${hash}`,
    good.slice(0, -1),
    '',
  ])
}

function headersOf(body) {
  const event = /"event":"(\w+)"/.exec(body)?.[1] ?? 'user'
  const headers = [
    [
      'Date',
      mostly([DATE, DATE.toLowerCase(), DATE.replace('GMT', '+0000'), 'Sunday, 22-Nov-26 06:11:53 GMT', 'Sun Nov 22 06:11:53 2026', '']),
    ],
    ['Digest', digestOf(body)],
    ['X-Drone-Event', mostly([event, 'build', '', ` ${event}\t`, 'é'])],
    ['Host', 'receiver.example:8080'],
    ['Accept', '*/*'],
    ['Accept-Encoding', 'gzip'],
    ['Content-Type', 'application/json'],
  ]
  if (chance(0.2)) headers.push(['X-Note', any(['a', ' b ', 'c, d', '', 'é'])], ['x-note', 'e\tf'])
  if (chance(0.05)) headers.push(['Authorization', any(['Basic YTpi', 'Signature', 'signature keyId="a"', ''])])
  if (chance(0.06)) headers.push(...Array(any([240, 247, 248, 249, 300])).fill(['X-Filler', 'v']))
  return headers
}

function signatureOf(names, headers, { method, url }) {
  const created = mostly([SENT, SENT + 500, SENT - 500, `0${SENT}`, `${SENT}.5`, '-1'])
  const expires = mostly([SENT + 60, SENT - 60, `${SENT + 60}.25`, 'x'])
  const special = { '(request-target)': `${method?.toLowerCase()} ${url}`, '(created)': created, '(expires)': expires }
  const valuesOf = (name) => headers.filter(([each]) => each.toLowerCase() === name).map(([, value]) => value.trim())
  const string = names.split(' ').map((name) => `${name}: ${special[name] ?? valuesOf(name).join(', ')}`)
  const mac = createHmac('sha256', mostly([SECRET, 'another']))
    .update(string.join('\n'))
    .digest()
  const parameters = [
    `keyId="${mostly(['hmac-key', 'other', '', 'é'])}"`,
    `algorithm="${names.includes('(') ? 'hs2019' : mostly(['hmac-sha256', 'hs2019', 'rsa-sha256'])}"`,
    `signature="${mac.toString(mostly(['base64', 'base64url', 'hex']))}"`,
    `headers="${names}"`,
  ]
  if (names.includes('(created)')) parameters.push(`created=${created}`)
  if (names.includes('(expires)')) parameters.push(`expires=${expires}`)
  if (chance(0.05)) parameters.push(any(['opaque="a,b"', 'keyId="x"', 'x=1', '']))
  return parameters.join(mostly([',', ', ', ' ,\t', ';', ',,']))
}

/** One change on the way, of a line near the front, where those are that count. */
function spoil(headers) {
  const at = below(Math.min(headers.length, 9))
  const [name, value] = headers[at]
  const odd = [name.toUpperCase(), `${name} `, name.replace('k', '\u212a').replace('s', '\u017f'), name.replace('-', '_')]
  const [replaced] = [
    any([
      [],
      [
        [name, value],
        [name, value],
      ],
      [[name, changed(value)]],
      [[name, changed(value)]],
      [[any(odd), value]],
      [[name, '']],
    ]),
  ]
  headers.splice(at, 1, ...replaced)
}

function configOf(names) {
  const keys = () => any([{ 'hmac-key': [base64(SECRET)] }, { other: [base64('a')], '': [base64(SECRET)] }])
  const config = chance(0.9) ? { secrets: mostly([[base64(SECRET)], [base64('old'), base64(SECRET)]]) } : { keys: keys() }
  if (!names.includes(' date') && !names.startsWith('date')) config.requiredHeaders = ['(created)', 'digest']
  if (chance(0.05))
    config.requiredHeaders = any([
      ['digest', 'date', 'x-note'],
      ['Date', 'DIGEST'],
      ['date'],
      ['date', 'digest', 'é'],
      ['date', 'digest', ''],
    ])
  if (chance(0.05)) config.maxBodyBytes = any([0, 20, 59, 2 ** 31 - 1])
  if (chance(0.05)) config.maxHeaderBytes = any([0, 200, 300, 65_536])
  if (chance(0.05)) config.maxHeaders = any([0, 3, 7, 8, 9, 1000])
  return config
}

function request() {
  const text = any(chance(0.5) ? BODIES.slice(0, 2) : BODIES)
  const line = {
    method: mostly(['POST', 'GET', 'post', 'PÖST']),
    url: mostly(['/hook?a=b', 'https://x.example/hook', '*', '/h%20k', '/ö']),
  }
  const names = chance(0.4) ? SIGNED[0] : any(SIGNED)
  const headers = headersOf(text)
  const signature = signatureOf(names, headers, line)
  const sent = chance(0.9) ? ['Signature', signature] : ['Authorization', `${any(['Signature ', 'signature  ', 'Signature'])}${signature}`]
  headers.splice(below(4), 0, sent)
  if (chance(0.02)) headers.push(sent)
  if (chance(0.3)) spoil(headers)
  const body = Buffer.from(chance(0.95) ? text : changed(text))
  if (chance(0.03)) body[below(body.length)] = 0xff
  return { config: configOf(names), now: SENT + mostly([0, 2, 300, 301, -301, -SENT - 1]), ...line, headers, body }
}

/** Runs of equal lines stay one entry. */
function runs(headers) {
  const found = []
  for (const [name, value] of headers) {
    const last = found.at(-1)
    if (last?.name === name && last.value === value) last.times += 1
    else found.push({ name, value, times: 1 })
  }
  return found
}

const host = new Host()
const cases = Array.from({ length: CASES }, (_, at) => {
  const { config, now, method, url, headers, body } = request()
  const each = { config, now, method, url, headers: runs(headers), body: [{ base64: base64(body), times: 1 }] }
  const { code, told } = judge(host, each, { filtered: true, form: 'hash', phases: false })
  return { name: `mutation ${at + 1}`, code, ...each, ...(told && { expect: told }) }
})

const file = new URL('mutations.jsonl', import.meta.url)
// Escaped, since some languages end a line at more characters than LF.
const escaped = (text) => text.replaceAll(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
const json = cases.map((each) => `${escaped(JSON.stringify(each))}\n`).join('')
if (!process.argv.includes('--check')) writeFileSync(file, json)
else if (json !== readFileSync(file, 'utf8')) {
  console.error('hosts/conformance/mutations.jsonl is not what hosts/conformance/mutate.mjs writes; run it and commit the result')
  process.exit(1)
}
