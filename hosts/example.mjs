// hosts/ABI.md, worked out: a verifier made, a delivery verified, another body refused. `node hosts/example.mjs`; CI compares what it prints.
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'

const file = new URL('go/internal/wasm/drone_webhooks.wasm', import.meta.url)
const { exports } = new WebAssembly.Instance(new WebAssembly.Module(readFileSync(file)))
if (exports.abi_version() !== 1) throw new Error('this module speaks another version')

const NONE = 0xffff_ffff
const u32 = (number) => Buffer.from(Uint32Array.of(number).buffer)
const u64 = (number) => Buffer.from(BigUint64Array.of(BigInt.asUintN(64, BigInt(number))).buffer)
const text = (value) => Buffer.concat([u32(Buffer.byteLength(value)), Buffer.from(value)])

// Writes a record, calls, and reads the answer: the verdict is a code, and the answer's length above it.
function ask(name, record, ...before) {
  const at = exports.buffer(record.length) // first, because it may grow the memory
  new Uint8Array(exports.memory.buffer, at, record.length).set(record)
  const verdict = exports[name](...before, record.length) >>> 0
  const from = exports.buffer(0)
  const answer = Buffer.from(exports.memory.buffer.slice(from, from + (verdict >>> 8)))
  console.log(`${name}\n  ${record.toString('hex')}\n  code ${verdict & 0xff}, answer ${answer.toString('hex')}`)
  return { code: verdict & 0xff, answer }
}

const configuration = Buffer.concat([
  u64(-1),
  u64(-1),
  u32(NONE),
  u32(NONE),
  u32(NONE), // tolerance, bounds and required headers: the defaults
  u32(1),
  u32(NONE),
  text('d8fa5c314f7b1f5cac27d34e157e3459'), // one secret, for any keyId
])
const { answer } = ask('new_verifier', configuration)
const verifier = answer.readUInt32LE(0)

const date = 'Sun, 22 Nov 2026 06:11:53 GMT'
const digest = 'SHA-256=Tj4KCoFd5vLLScnQMniXdOwmNUdlSU7S+Ag0ZL/ASTQ='
const signature = 'keyId="hmac-key",algorithm="hmac-sha256",signature="UzFi1A1EQTz0BKRbApaQhLfhaJQVgcmAItvF93RKR8Y=",headers="date digest"'
const head = Buffer.concat([
  u64(1795327915),
  u32(1),
  u32(9),
  u32(NONE),
  u32(NONE), // now, complete, of nine headers, no method, no target
  u32(3),
  text('Date'),
  text(date),
  text('Digest'),
  text(digest),
  text('Signature'),
  text(signature),
])
const hashed = (body) => Buffer.concat([u32(2), createHash('sha256').update(body).digest(), u64(body.length)])
const body =
  '{"event":"user","action":"created","user":{"id":2,"login":"hubot","email":"","machine":false,"admin":false,"active":true,"avatar":"","syncing":true,"synced":0,"created":1795327913,"updated":1795327913,"last_login":1795327913},"system":{"proto":"https","host":"drone.example.com","link":"https://drone.example.com","version":"2.25.0"}}'
ask('verify', Buffer.concat([head, hashed(body)]), verifier)
console.log(`  "${ask('verify', Buffer.concat([head, hashed(`${body}\n`)]), verifier).answer}"`)
ask('facts', head)
exports.free_verifier(verifier)
