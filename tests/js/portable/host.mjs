// A host of the portable module, as hosts/ABI.md has it: for the tests of the module itself.

import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'

const folder = new URL('../../../hosts/go/internal/wasm/', import.meta.url)
export const bytesOfModule = (name) => readFileSync(new URL(`${name}.wasm`, folder))
const compiled = new Map()

function compile(name) {
  if (!compiled.has(name)) compiled.set(name, new WebAssembly.Module(bytesOfModule(name)))
  return compiled.get(name)
}

const NONE = 0xffff_ffff
export const MORE_HEADERS = 255
export const MALFORMED = 254
const LARGEST = 0xffff_ffff_ffff_ffffn
const NO_TIME = -(2n ** 63n)

export const u32 = (number) => Buffer.from(Uint32Array.of(number).buffer)
export const u64 = (number) => Buffer.from(BigUint64Array.of(BigInt(number)).buffer)
export const i64 = (number) => Buffer.from(BigInt64Array.of(BigInt(number)).buffer)
export const text = (value) => Buffer.concat([u32(Buffer.byteLength(value)), Buffer.from(value)])
const optionalText = (value) => (value === undefined ? u32(NONE) : text(value))
const list = (values) => (values === undefined ? u32(NONE) : Buffer.concat([u32(values.length), ...values.map(text)]))

export const bytes = (parts) => Buffer.concat(parts.flatMap(({ base64, times }) => Array(times).fill(Buffer.from(base64, 'base64'))))
export const lines = (headers) => headers.flatMap(({ name, value, times }) => Array(times).fill([name, value]))

export function configuration({ secrets = [], keys = {}, tolerance, requiredHeaders, maxBodyBytes, maxHeaderBytes, maxHeaders }) {
  const all = [...secrets.map((secret) => [undefined, secret])]
  for (const [keyId, each] of Object.entries(keys)) all.push(...(each.length === 0 ? [''] : each).map((secret) => [keyId, secret]))
  return Buffer.concat([
    u64(tolerance ?? LARGEST),
    u64(maxBodyBytes ?? LARGEST),
    u32(maxHeaderBytes ?? NONE),
    u32(maxHeaders ?? NONE),
    list(requiredHeaders),
    u32(all.length),
    ...all.flatMap(([keyId, secret]) => [optionalText(keyId), text(Buffer.from(secret, 'base64'))]),
  ])
}

export function head({ now, method, url, headers, count = headers.length, complete = true }) {
  return Buffer.concat([
    i64(now),
    u32(complete ? 1 : 0),
    u32(count),
    optionalText(method),
    optionalText(url),
    u32(headers.length),
    ...headers.flatMap(([name, value]) => [text(name), text(value)]),
  ])
}

export const body = {
  none: u32(0),
  bytes: (given) => Buffer.concat([u32(1), text(given)]),
  hash: (given) => Buffer.concat([u32(2), createHash('sha256').update(given).digest(), u64(given.length)]),
  both: (given) => Buffer.concat([u32(3), createHash('sha256').update(given).digest(), text(given)]),
}

/** What `sign` takes, all by default but for the secret. */
export const toSign = (secret, now, given) =>
  Buffer.concat([text(secret), u32(NONE), u32(0), u32(NONE), i64(NO_TIME), i64(NO_TIME), head({ now, headers: [] }), body.bytes(given)])

/** One instance. */
export class Host {
  constructor(name = 'drone_webhooks') {
    this.exports = new WebAssembly.Instance(compile(name)).exports
  }

  write(record) {
    const at = this.exports.buffer(record.length)
    new Uint8Array(this.exports.memory.buffer, at, record.length).set(record)
  }

  /** Gives the code and the answer. */
  ask(name, record, ...before) {
    this.write(record)
    const verdict = this.exports[name](...before, record.length) >>> 0
    const from = this.exports.buffer(0)
    return { code: verdict & 0xff, answer: Buffer.from(this.exports.memory.buffer.slice(from, from + (verdict >>> 8))) }
  }

  newVerifier(config) {
    const { code, answer } = this.ask('new_verifier', configuration(config))
    if (code !== 0) return { code, message: answer.toString() }
    return {
      code,
      number: answer.readUInt32LE(0),
      maxBodyBytes: Number(answer.readBigUInt64LE(4)),
      needed: answer.subarray(16).toString().split(' '),
    }
  }
}

/** An answer's texts, one after another. */
export function texts(answer, from = 0) {
  const found = []
  for (let at = from; at < answer.length; ) {
    const length = answer.readUInt32LE(at)
    at += 4
    if (length === NONE) {
      found.push(null)
      continue
    }
    found.push(answer.subarray(at, at + length).toString())
    at += length
  }
  return found
}
