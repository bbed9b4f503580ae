/** The words of a command line, by `node:util`; each option with its type checked. */
import { parseArgs } from 'node:util'
import { usage } from './exit.js'
import type { Output } from './output.js'

/** An option: a flag, a text, or a text that may be given more than once. */
export type OptionType = 'flag' | 'text' | 'texts'

/** The options of a command; all commands have `help` and `json` besides. */
export type Options = Readonly<Record<string, OptionType>>

/** A command of the program. */
export interface Command {
  /** Usage, options, examples. */
  readonly help: string
  readonly options: Options
  /** The most words besides the options. */
  readonly words: number
  /** Gives the exit code. */
  run(args: Args, out: Output): Promise<number>
}

const COMMON: Options = { help: 'flag', json: 'flag' }
const PARSED = {
  flag: { type: 'boolean' },
  text: { type: 'string' },
  texts: { type: 'string', multiple: true },
} as const

/** The command line of one command. */
export class Args {
  readonly words: readonly string[]
  readonly #values: Readonly<Record<string, string | boolean | string[] | undefined>>

  constructor(line: readonly string[], { options, words }: Pick<Command, 'options' | 'words'>) {
    const types = Object.entries({ ...COMMON, ...options }).map(([name, type]) => {
      const short = name === 'help' ? { short: 'h' } : {}
      return [name, { ...PARSED[type], ...short }] as const
    })
    try {
      const { values, positionals } = parseArgs({ args: line, options: Object.fromEntries(types), allowPositionals: true })
      this.words = positionals
      this.#values = values
    } catch (error) {
      throw usage(explained(error))
    }
    if (this.words.length > words) throw usage(`too many arguments: ${JSON.stringify(this.words[words])}`)
  }

  flag(name: string): boolean {
    return this.#values[name] === true
  }

  text(name: string): string | undefined {
    const value = this.#values[name]
    return typeof value === 'string' ? value : undefined
  }

  texts(name: string): readonly string[] {
    const value = this.#values[name]
    return Array.isArray(value) ? value : []
  }

  /** A whole number. */
  count(name: string): number | undefined {
    return this.#number(name, /^\d{1,10}$/, 'a whole number')
  }

  /** Seconds; fractions are allowed. */
  seconds(name: string): number | undefined {
    return this.#number(name, /^\d{1,10}(\.\d+)?$/, 'a number of seconds')
  }

  /** A port; 0 for any that is free. */
  port(name: string): number | undefined {
    const port = this.count(name)
    if (port !== undefined && port > 65_535) throw usage(`--${name} wants a port, from 0 to 65535`)
    return port
  }

  /** A time: ISO 8601, as in an HTTP header, or seconds since 1970. */
  time(name: string): Date | undefined {
    const text = this.text(name)
    if (text === undefined) return undefined
    const time = new Date(/^\d{1,11}$/.test(text) ? 1000 * Number(text) : text)
    if (Number.isNaN(time.getTime()))
      throw usage(`--${name} wants a time: 2026-11-22T06:11:53Z, "Sun, 22 Nov 2026 06:11:53 GMT" or 1795327913`)
    return time
  }

  #number(name: string, form: RegExp, what: string): number | undefined {
    const text = this.text(name)
    if (text === undefined) return undefined
    if (!form.test(text)) throw usage(`--${name} wants ${what}, not ${JSON.stringify(text)}`)
    return Number(text)
  }
}

/** An http or https URL, checked. */
export function urlOf(text: string | undefined): URL {
  if (text === undefined) throw usage('the URL is missing')
  let url: URL
  try {
    url = new URL(text)
  } catch {
    throw usage(`${JSON.stringify(text)} is no URL: give all of it, such as http://127.0.0.1:3000/hook`)
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:') throw usage(`the URL must start with http: or https:, not ${url.protocol}`)
  return url
}

function explained(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error)
  // People will try; then it is in the shell's history and in the list of processes already, but it need not stay a habit.
  if (/'--secret'/.test(message)) {
    return 'a secret on the command line is read by everybody who can list processes: use --secret-file, --secret-env, DRONE_WEBHOOK_SECRET, or wait to be asked'
  }
  // Node.js puts its advice on lines of its own.
  return message.replaceAll('\n', ' ')
}
