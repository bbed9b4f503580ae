/** The WebAssembly module: the only file that touches it. It is made on first use, so that importing the package costs nothing. */
// What speaks of it elsewhere is marked as internal: users' compilers must not come upon the declarations of the generated glue, which want libraries of their own.
import loadModule from '#wasm'
import type { Code } from './codes.js'
import { WebhookVerificationError } from './errors.js'
import * as wasm from './wasm/core.js'

/** A verifier inside the module. */
export type Core = wasm.Core

/** Lines `name:value`, joined by LF. Values may hold anything; the number of lines lets the core see when one holds an LF. */
export interface Lines {
  readonly text: string
  readonly lines: number
}

/** Not a code: the signature lists headers that were not sent, and `wanted()` names them. */
export const MORE = 255

// What a request usually needs; more is asked for when it comes.
const SMALLEST_BUFFER = 4096
// A length that no buffer has: the core answers `headers_too_large`.
const TOO_LONG = 0xffff_ffff
const DIGEST_BYTES = 32

const encoder = new TextEncoder()

let memory: WebAssembly.Memory | undefined
let pointer = 0
let capacity = 0
let view = new Uint8Array()

// After an exception `memory` is still undefined: a start that failed is tried again.
function start(): WebAssembly.Memory {
  memory ??= wasm.initSync({ module: loadModule() }).memory
  return memory
}

/** A new verifier in the module, without secrets. Its owner frees it. */
export function newCore(): Core {
  start()
  return new wasm.Core()
}

/** At least so many bytes of the module's memory, to write to at once. */
function bufferOf(bytes: number): Uint8Array {
  const memory = start()
  if (bytes > capacity) {
    pointer = wasm.buffer(bytes)
    capacity = bytes
    view = new Uint8Array(memory.buffer, pointer, capacity)
  } else if (view.buffer !== memory.buffer) {
    // Memory that grew has detached every view of it.
    view = new Uint8Array(memory.buffer, pointer, capacity)
  }
  return view
}

/** Puts text into the module's buffer and gives its length in bytes. The buffer grows to `room` bytes for it and not beyond. */
function write(text: string, room: number): number {
  const most = text.length * 3 // what a UTF-16 unit can take in UTF-8
  const target = bufferOf(Math.max(SMALLEST_BUFFER, Math.min(room, most)))
  const { read, written } = encoder.encodeInto(text, target)
  return read === text.length ? written : TOO_LONG
}

/** What of a request's headers is handed over. */
export interface Sent extends Lines {
  /** How many header lines the request has, those that are not sent included. */
  readonly count: number
  /** Whether everything that the signature lists is here, as far as the request has it. */
  readonly complete: boolean
}

/** Steps 1 to 9. Gives the number of a code, 0 for authentic, or {@link MORE}. */
export function authenticate(core: Core, sent: Sent, nowMs: number, room: number): number {
  return core.authenticate(write(sent.text, room), sent.lines, sent.count, nowMs, sent.complete)
}

/** Step 10. `hashed`: the body's hash was handed over, or it is too large for that to matter. Gives the number of a code, 0 for fine. */
export function finish(core: Core, body: Uint8Array, hashed: boolean): number {
  return hashed ? core.finishHashed(body.length) : core.finish(attached(body))
}

// Bytes that were given away (transferred) have no length and cannot be copied from.
function attached(body: Uint8Array): Uint8Array {
  return body.length === 0 ? new Uint8Array() : body
}

/** The delivery's facts, from lines that are authentic. */
export function details({ text, lines }: Lines): string {
  return wasm.details(write(text, Number.POSITIVE_INFINITY), lines)
}

/** Step 11, from lines that are authentic. Gives the payload's shape. */
export function checkPayload({ text, lines }: Lines, given: Uint8Array, hashed: boolean): number {
  const body = attached(given)
  const length = write(text, Number.POSITIVE_INFINITY)
  const result = wasm.payload(length, lines, body, hashed)
  const code = result >>> 8
  if (code !== 0) throw refusal(code, wasm.payloadMessage(length, lines, body))
  return result & 0xff
}

/** Hands over the SHA-256 of the body that the next call is about. */
export function setHash(digest: Uint8Array): void {
  const memory = start()
  new Uint8Array(memory.buffer, wasm.hashSlot(), DIGEST_BYTES).set(digest)
}

/** The error for the number of a code. */
export function refusal(code: number, message: string): WebhookVerificationError {
  // The table in codes.ts is generated from the one that is asked here, so every name is a Code.
  return new WebhookVerificationError(wasm.codeName(code) as Code, wasm.codeStatus(code), message)
}

/** What {@link sign} wants to know. */
export interface SignRequest extends Lines {
  readonly secret: Uint8Array
  readonly keyId: string
  readonly algorithm: string | undefined
  /** Lower-case or not, joined by one space. */
  readonly names: string
  readonly nowMs: number
  /** In seconds. */
  readonly created: number | undefined
  /** In seconds. */
  readonly expires: number | undefined
  readonly body: Uint8Array
}

/** Signs; gives `date`, `digest` and `signature`, a line each. Throws a string, the message of `config_invalid`. */
export function sign(request: SignRequest): string {
  start()
  const { secret, keyId, algorithm, names, text, lines, nowMs, created, expires, body } = request
  return wasm.sign(secret, keyId, algorithm, names, text, lines, nowMs, created, expires, attached(body))
}
