/** Options as a verifier in the module. */
import { Core } from './core.js'
import { checkOptions, type VerifierOptions } from './options.js'

/** @internal Options, checked, in place. */
export interface Prepared {
  readonly core: Core
  readonly maxBodyBytes: number
  /** How much text the headers that are looked at can be before they are over their bounds for certain, in bytes. */
  readonly headerRoom: number
  readonly clock: () => number
}

/** @internal Checks the options and makes a verifier of them. */
export function prepare(options: VerifierOptions): Prepared {
  const { clock, ...settings } = checkOptions(options)
  const { maxBodyBytes, maxHeaderBytes, maxHeaders } = settings
  // Besides name and value a line has a colon, a space and a line feed; the request line has two lines of its own.
  return { core: new Core(settings), maxBodyBytes, headerRoom: maxHeaderBytes + 3 * maxHeaders + 1024, clock }
}
