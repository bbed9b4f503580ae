// The portable module behind its exports: the vectors of every host, and what hosts/ABI.md promises.

import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { body, bytes, bytesOfModule, configuration, Host, head, lines, MALFORMED, texts, toSign, u32 } from './host.mjs'
import { judge } from './judge.mjs'

const root = new URL('../../../', import.meta.url)
const read = (name) => readFileSync(new URL(`hosts/${name}`, root), 'utf8')
const cases = (name) =>
  read(`conformance/${name}.jsonl`)
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))

const verdicts = [...cases('verdicts'), ...cases('mutations')]
const sample = verdicts.find(
  ({ code, config, name }) => code === null && name.startsWith('recorded') && config.requiredHeaders === undefined,
)

const WAYS = {
  'all headers, the body': { filtered: false, form: 'bytes', phases: false },
  'needed headers, the hash': { filtered: true, form: 'hash', phases: false },
  'needed headers, the body, in two phases': { filtered: true, form: 'bytes', phases: true },
  'all headers, both, in two phases': { filtered: false, form: 'both', phases: true },
}

for (const [way, how] of Object.entries(WAYS)) {
  test(`every verdict is the one of the vectors: ${way}`, () => {
    const host = new Host()
    for (const each of verdicts) {
      const { code, told, message } = judge(host, each, how)
      assert.equal(code, each.code, `${each.name}: ${message}`)
      if (code !== null) assert.ok(message.length > 0 && message.length <= 1024, message)
      for (const [name, value] of Object.entries(each.expect ?? {})) assert.deepEqual(told[name], value, `${each.name}: ${name}`)
    }
  })
}

test('the module with explain gives the same verdicts', () => {
  const host = new Host('drone_webhooks_explain')
  for (const each of verdicts) assert.equal(judge(host, each, WAYS['needed headers, the hash']).code, each.code, each.name)
})

test('every cause is named', () => {
  const host = new Host('drone_webhooks_explain')
  for (const each of cases('causes')) {
    const request = { ...each, headers: lines(each.headers) }
    const { code, answer } = host.ask(
      'explain',
      Buffer.concat([u32(0), configuration(each.config), head(request), body.bytes(bytes(each.body))]),
    )
    assert.equal(code, 0, answer.toString())
    const told = JSON.parse(answer)
    assert.equal(told.code, each.code, each.name)
    assert.deepEqual(
      told.causes.map((cause) => cause.code),
      each.causes,
      each.name,
    )
  }
})

test('what real servers signed is signed again', () => {
  const host = new Host()
  for (const { secret, now, body: parts, date, digest, signature, name } of cases('signed')) {
    const { code, answer } = host.ask('sign', toSign(Buffer.from(secret, 'base64'), now, bytes(parts)))
    assert.equal(code, 0, answer.toString())
    assert.deepEqual(texts(answer), [date, digest, signature], name)
  }
})

test('hosts/ABI.md has every code with its number and status', () => {
  const rows = [...read('ABI.md').matchAll(/^\| (\d+) \| `(\w+)` \| (\d+) \|$/gm)].map(([, number, code, status]) => [
    +number,
    code,
    +status,
  ])
  const known = [...readFileSync(new URL('pkg-template/src/codes.ts', root), 'utf8').matchAll(/^ {2}(\w+): (\d+),$/gm)]
  assert.deepEqual(
    rows,
    known.map(([, code, status], at) => [at + 1, code, +status]),
  )
})

for (const name of ['drone_webhooks', 'drone_webhooks_explain']) {
  test(`${name} imports nothing and exports what hosts/ABI.md lists`, () => {
    const module = new WebAssembly.Module(bytesOfModule(name))
    assert.deepEqual(WebAssembly.Module.imports(module), [])
    const listed = [...read('ABI.md').matchAll(/^\| `(\w+)(?:\([^`]*)?` \|/gm)].map(([, each]) => each)
    const exported = WebAssembly.Module.exports(module).map((each) => each.name)
    const documented = listed.filter((each) => exported.includes(each) || each !== 'explain')
    assert.deepEqual(exported.toSorted(), documented.filter((each) => !['list', 'text', 'u32', 'u64', 'i64'].includes(each)).toSorted())
  })
}

test('finish without an authenticate that gave 0 is the mistake of the host', () => {
  const host = new Host()
  const { number } = host.newVerifier(sample.config)
  const request = { ...sample, headers: lines(sample.headers) }
  const given = body.bytes(bytes(sample.body))
  const good = Buffer.concat([head(request), body.none])
  assert.equal(host.ask('finish', given, number).code, MALFORMED)
  assert.equal(host.ask('authenticate', good, number).code, 0)
  assert.notEqual(host.ask('authenticate', head({ ...request, headers: [] }), number).code, 0)
  assert.equal(host.ask('finish', given, number).code, MALFORMED, 'what a refused request leaves behind')
  assert.equal(host.ask('authenticate', good, number).code, 0)
  assert.equal(host.ask('finish', given, number).code, 0)
  assert.equal(host.ask('finish', given, number).code, MALFORMED, 'once')
})

test('records that break off, or are noise, are malformed and nothing traps', () => {
  const host = new Host('drone_webhooks_explain')
  const { number } = host.newVerifier(sample.config)
  const request = { ...sample, headers: lines(sample.headers) }
  const whole = {
    new_verifier: configuration(sample.config),
    verify: Buffer.concat([head(request), body.bytes(bytes(sample.body))]),
    payload: Buffer.concat([head(request), body.bytes(bytes(sample.body))]),
    facts: head(request),
    sign: toSign('a secret', sample.now, Buffer.from('{}')),
    explain: Buffer.concat([u32(0), configuration(sample.config), head(request), body.bytes(bytes(sample.body))]),
  }
  for (const [call, record] of Object.entries(whole)) {
    const before = call === 'verify' ? [number] : []
    assert.equal(host.ask(call, record, ...before).code, 0, call)
    for (let end = 0; end < Math.min(record.length, 400); end += 1) {
      assert.equal(host.ask(call, record.subarray(0, end), ...before).code, MALFORMED, `${call}: ${end} bytes`)
    }
    let state = 1
    for (let round = 0; round < 2000; round += 1) {
      const noise = Buffer.from(record)
      for (let at = 0; at < 8; at += 1) {
        state = (Math.imul(state, 1103515245) + 12345) >>> 0
        noise[state % noise.length] = state >>> 24
      }
      host.ask(call, noise, ...before)
    }
    assert.equal(host.ask(call, record, ...before).code, 0, `${call} after noise`)
  }
  assert.equal(host.ask('verify', whole.verify, 77).code, MALFORMED, 'no such verifier')
  assert.equal(host.exports.verify(number, 0xffff_ffff) & 0xff, MALFORMED, 'longer than the buffer')
})

test('secrets are wiped from the buffer', () => {
  const host = new Host('drone_webhooks_explain')
  const secret = 'a secret that nobody else would write'
  const config = { secrets: [Buffer.from(secret).toString('base64')] }
  const memory = () => Buffer.from(host.exports.memory.buffer)
  const request = { ...sample, headers: lines(sample.headers) }
  host.newVerifier(config)
  host.ask('sign', toSign(secret, sample.now, Buffer.from('{}')))
  host.ask('explain', Buffer.concat([u32(0), configuration(config), head(request), body.bytes(bytes(sample.body))]))
  host.exports.free_verifier(0)
  assert.equal(memory().includes(secret), false)
})

test('the worked example prints what is written down', () => {
  const printed = execFileSync(process.execPath, [fileURLToPath(new URL('hosts/example.mjs', root))], { encoding: 'utf8' })
  assert.equal(printed, read('example.txt'))
  // Line by line as ABI.md has it, but for the spaces that make it readable and the middle of long texts.
  const hex = printed.replaceAll(/[^0-9a-f]/g, '')
  const rows = [
    ...read('ABI.md')
      .split('## Worked out')[1]
      .matchAll(/^(?:→ code 0, answer )?([0-9a-f …]{8,}?)(?: {2,}.*)?$/gm),
  ]
  assert.ok(rows.length > 12, `${rows.length} rows`)
  for (const [, row] of rows) for (const part of row.replaceAll(' ', '').split('…')) assert.ok(hex.includes(part), part)
})
