/** How often, how long and after which pauses handling is tried: the same for every inbox that does it itself. */
import type { Delivery } from '../events.js'
import { checkCount, checkSeconds } from '../options.js'

/** How handling is tried. */
export interface AttemptOptions {
  /** How often a delivery is handed to the handlers before it is given up as a dead letter. Default 5. */
  readonly attempts?: number | undefined
  /** The pause after a failed attempt (1 for the first), in milliseconds. Default 1 s, doubled each time, at most 60 s. */
  readonly backoff?: ((attempt: number) => number) | undefined
  /** How long the handlers of a delivery may take, in seconds; then the attempt has failed, though nobody can stop them. Default 600. */
  readonly timeout?: number | undefined
}

// A number, or in Node an object.
type Timer = ReturnType<typeof setTimeout> & { unref?(): void }

const DEFAULT_ATTEMPTS = 5
const DEFAULT_TIMEOUT_SECONDS = 600
const FIRST_PAUSE_MS = 1000
const LONGEST_PAUSE_MS = 60_000
// What a timer can wait for.
const LONGEST_TIMEOUT_MS = 0x7fff_ffff
// In characters: it is stored with the delivery, and for people.
const LONGEST_REASON = 4096

/** @internal The options, checked. */
export class Attempts {
  readonly most: number
  readonly #timeoutMs: number
  readonly #backoff: (attempt: number) => number

  constructor({ attempts, backoff, timeout }: AttemptOptions) {
    this.most = Math.max(1, checkCount(attempts, 'attempts', DEFAULT_ATTEMPTS))
    this.#timeoutMs = Math.min(1000 * checkSeconds(timeout, 'timeout', DEFAULT_TIMEOUT_SECONDS), LONGEST_TIMEOUT_MS)
    this.#backoff = backoff ?? ((attempt) => Math.min(FIRST_PAUSE_MS * 2 ** (attempt - 1), LONGEST_PAUSE_MS))
  }

  /** How long to wait after this attempt. */
  pauseMs(attempt: number): number {
    try {
      const pause = this.#backoff(attempt)
      return pause >= 0 ? Math.min(pause, LONGEST_TIMEOUT_MS) : LONGEST_PAUSE_MS
    } catch {
      return LONGEST_PAUSE_MS // a mistake there is no reason to give a delivery up
    }
  }

  /** Hands a delivery over; rejects as the handlers do, and when they take too long. */
  async run(handle: (delivery: Delivery) => Promise<void>, delivery: Delivery): Promise<void> {
    let timer: Timer | undefined
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`the handlers took longer than ${this.#timeoutMs / 1000} seconds`)), this.#timeoutMs)
      // It must not keep a program alive that is done.
      timer.unref?.()
    })
    try {
      await Promise.race([handle(delivery), late])
    } finally {
      clearTimeout(timer)
    }
  }
}

/** Why handling failed, for a dead letter: the messages of all that was thrown. */
export function reasonOf(error: unknown): string {
  try {
    return messageOf(error).slice(0, LONGEST_REASON)
  } catch {
    return 'something was thrown that cannot be shown'
  }
}

function messageOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(messageOf).join('; ')
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error)
}
