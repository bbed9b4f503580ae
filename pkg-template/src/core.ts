/** The WebAssembly module: the only file that touches it. It is made on first use, so that importing the package costs nothing. */
// What speaks of it elsewhere is marked as internal: users' compilers must not come upon the declarations of the generated glue, which want libraries of their own.
import loadModule from '#wasm'
import { type Code, codes } from './codes.js'
import { configInvalid, WebhookVerificationError } from './errors.js'
import type * as Exports from './wasm/core_bg.wasm.js'

/** Lines `name: value`, joined by LF. Values may hold anything; the number of lines lets the core see when one holds an LF. */
export interface Lines {
  readonly text: string
  readonly lines: number
}

/** What of a request's headers is handed over. */
export interface Sent extends Lines {
  /** How many header lines the request has, those that are not sent included. */
  readonly count: number
  /** Whether everything that the signature lists is here, as far as the request has it. */
  readonly complete: boolean
}

/** What {@link Core} is made of. */
export interface CoreOptions {
  readonly secrets: readonly [keyId: string | undefined, secret: Uint8Array][]
  /** Without spaces in a name; none for the default list. */
  readonly required: readonly string[]
  readonly toleranceSeconds: number
  readonly maxBodyBytes: number
  readonly maxHeaderBytes: number
  readonly maxHeaders: number
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

/** Not a code: the signature lists headers that were not sent, and `text()` names them. */
export const MORE = 255

/** Not a code: there are other lines than were written. A value holds a line feed, and what follows it would be another header. */
export const OTHER_LINES = 254

// What a request usually needs; more is asked for when it comes.
const SMALLEST_BUFFER = 4096
// A length that no buffer has: the core answers `headers_too_large`, or `body_too_large`.
const TOO_LONG = 0xffff_ffff
/** The length of a SHA-256. */
export const HASH_BYTES = 32
// Of a memory with 32-bit addresses.
const LARGEST_ALLOCATION = 0x7fff_ffff
// In the place of a length: wasm-bindgen's None is a number that no usize can be.
const NONE = Number.MAX_SAFE_INTEGER

const encoder = new TextEncoder()
const decoder = new TextDecoder()

let memory: WebAssembly.Memory | undefined
// Without wasm-bindgen's glue, since only numbers cross: one function less to compile and to call for each.
let wasm: typeof Exports
let view = new Uint8Array()
let hashView = new Uint8Array()

// After an exception `memory` is still undefined: a start that failed is tried again.
function start(): WebAssembly.Memory {
  if (memory === undefined) {
    // In an object of its own: engines are slower to look up what is in the module's.
    wasm = { ...(new WebAssembly.Instance(loadModule()).exports as unknown as typeof Exports) }
    memory = wasm.memory
  }
  return memory
}

/** At least so many bytes of the module's one buffer, through which everything crosses; to use at once. */
function bufferOf(bytes: number): Uint8Array {
  const memory = start()
  // Memory that grew has detached every view of it, and then they have no length.
  if (view.length < bytes || view.length === 0) {
    const size = Math.max(bytes, view.length, SMALLEST_BUFFER)
    // First, because to make room may itself grow the memory.
    const pointer = wasm.buffer(size) >>> 0
    view = new Uint8Array(memory.buffer, pointer, size)
  }
  return view
}

/** Text that the module has put into the buffer, which may have moved. */
function answered(length: number): string {
  if (view.byteOffset !== wasm.buffer(length) >>> 0) view = new Uint8Array()
  return decoder.decode(bufferOf(length).subarray(0, length))
}

/** Puts text into the buffer and gives its length in bytes. The buffer grows to `room` bytes for it and not beyond. */
function write(text: string, room: number): number {
  const most = text.length * 3 // what a UTF-16 unit can take in UTF-8
  const size = Math.min(room, most)
  const target = bufferOf(size)
  // Not the whole view where there may be too much: how large it has become must decide nothing.
  const { read, written } = encoder.encodeInto(text, size === most ? target : target.subarray(0, size))
  return read === text.length ? written : TOO_LONG
}

/** Puts several things into the buffer, one behind the other, and gives the length of each. */
function writeAll<T extends (string | Uint8Array)[]>(...parts: T): { [K in keyof T]: number } {
  const encoded = parts.map((part) => (typeof part === 'string' ? encoder.encode(part) : part))
  const lengths = encoded.map((part) => part.length)
  const size = lengths.reduce((sum, length) => sum + length, 0)
  if (size > LARGEST_ALLOCATION) throw configInvalid(`${size} bytes are more than WebAssembly can take`)
  const target = bufferOf(size)
  let at = 0
  for (const part of encoded) {
    target.set(part, at)
    at += part.length
  }
  // As many as there were parts.
  return lengths as { [K in keyof T]: number }
}

// Verifiers that are forgotten give their memory, and with it their secrets, back.
const forgotten =
  typeof FinalizationRegistry === 'function' ? new FinalizationRegistry<number>((number) => wasm.freeCore(number)) : undefined

/** A verifier in the module. */
export class Core {
  readonly #number: number
  /** The names that are looked at in every request, in lower case, joined by one space. */
  readonly needed: string

  /** Throws `config_invalid`. */
  constructor(options: CoreOptions) {
    start()
    this.#number = wasm.newCore()
    forgotten?.register(this, this.#number, this)
    const code = this.#configure(options)
    if (code === 0) this.needed = this.text()
    else {
      const message = this.text()
      this.free()
      throw configInvalid(message)
    }
  }

  #configure({ secrets, required, toleranceSeconds, maxBodyBytes, maxHeaderBytes, maxHeaders }: CoreOptions): number {
    for (const [keyId, secret] of secrets) {
      const [secretLength, keyIdLength] = writeAll(secret, keyId ?? '')
      wasm.addSecret(this.#number, secretLength, keyId === undefined ? NONE : keyIdLength)
    }
    const [length] = writeAll(required.join(' '))
    return wasm.prepare(this.#number, length, toleranceSeconds, maxBodyBytes, maxHeaderBytes, maxHeaders)
  }

  /** Steps 1 to 9. Gives the number of a code, 0 for authentic, {@link MORE} or {@link OTHER_LINES}. */
  authenticate({ text, lines, count, complete }: Sent, nowMs: number, room: number): number {
    return wasm.authenticate(this.#number, write(text, room), lines, count, nowMs, Number(complete))
  }

  /** Which `authenticate` it was whose success `finish` continues. */
  ticket(): number {
    return wasm.ticket(this.#number)
  }

  /** Step 10 with the body. Gives the number of a code, 0 for fine. */
  finish(body: Uint8Array): number {
    const [length] = writeAll(attached(body))
    return wasm.finish(this.#number, length)
  }

  /** Step 10 with the hash that was handed over, or with a length that is over the bound. */
  finishHashed(bodyLength: number): number {
    return wasm.finishHashed(this.#number, Math.min(bodyLength, TOO_LONG))
  }

  /** What there is to say of the last call: names after {@link MORE}, else why it was refused. */
  text(): string {
    return answered(wasm.text(this.#number))
  }

  /** Gives the memory back. Only once, and then nothing else. */
  free(): void {
    forgotten?.unregister(this)
    wasm.freeCore(this.#number)
  }
}

// Bytes that were given away (transferred) have no length and cannot be copied from.
function attached(body: Uint8Array): Uint8Array {
  return body.length === 0 ? new Uint8Array() : body
}

/** The delivery's facts, from lines that are authentic: id, signed at, signed names and keyId, a line each. */
export function details({ text, lines }: Lines): string {
  const [length] = writeAll(text)
  return answered(wasm.details(length, lines))
}

/** Step 11, from lines that are authentic. Gives the payload's shape. */
export function checkPayload({ text, lines }: Lines, given: Uint8Array, hashed: boolean): number {
  const body = attached(given)
  const [length, bodyLength] = writeAll(text, body)
  const result = wasm.payload(length, lines, bodyLength, Number(hashed))
  const code = result >>> 8
  // Nothing was written since: the buffer still holds both.
  if (code !== 0) throw refusal(code, answered(wasm.payloadMessage(length, lines, bodyLength)))
  return result & 0xff
}

// Generated from the table that numbers them, so every number has its place.
const NUMBERED = Object.entries(codes) as [Code, number][]

/** The error for the number of a code. */
export function refusal(number: number, message: string): WebhookVerificationError {
  const [code, status] = NUMBERED[number - 1] ?? (['config_invalid', codes.config_invalid] as const)
  return new WebhookVerificationError(code, status, message)
}

/** Where the SHA-256 of the body goes that the next call is about; to use at once. */
export function hashSlot(): Uint8Array {
  const memory = start()
  if (hashView.length === 0) hashView = new Uint8Array(memory.buffer, wasm.hashSlot(), HASH_BYTES)
  return hashView
}

/** Signs; gives `date`, `digest` and `signature`. Throws `config_invalid`. */
export function sign({ secret, keyId, algorithm, names, text, lines, nowMs, created, expires, body }: SignRequest): string[] {
  start()
  const settings = [`(key-id): ${keyId}`, `(names): ${names}`, ...(algorithm === undefined ? [] : [`(algorithm): ${algorithm}`])]
  const all = [...settings, ...(lines === 0 ? [] : [text])].join('\n')
  const [secretLength, length, bodyLength] = writeAll(secret, all, attached(body))
  const signed = answered(
    wasm.sign(secretLength, length, settings.length + lines, bodyLength, nowMs, created ?? Number.NaN, expires ?? Number.NaN),
  )
  const answer = signed.split('\n')
  if (answer.length === 1) throw configInvalid(signed)
  return answer
}
