/**
 * Requests that are right or wrong in one chosen way. Signed by hand from node:crypto: `sign` refuses most of what an attacker does.
 */
import { createHash, createHmac } from 'node:crypto'
import type { HeaderList, Outgoing } from '../client.js'

/** How a request is signed; the defaults are Drone's. */
export interface Recipe {
  readonly secret: string | Uint8Array
  /** Milliseconds since 1970. */
  readonly now: number
  readonly body: string
  readonly date?: string
  readonly digest?: string
  /** What is signed; null leaves the list out, and signs the date. */
  readonly list?: readonly string[] | null
  readonly keyId?: string
  /** What the signature says. */
  readonly algorithm?: string
  /** What it is made with. */
  readonly hash?: string
  readonly encoding?: 'base64' | 'hex' | 'base64url'
}

/** A request whose headers can be changed after it was signed. */
export class Forged implements Outgoing {
  constructor(
    readonly method: string,
    readonly headers: HeaderList,
    readonly body: Uint8Array,
  ) {}

  /** With another value of the header. */
  set(name: string, change: string | ((value: string) => string)): Forged {
    return this.#with(
      this.headers.map(([each, value]) => [each, each !== name ? value : typeof change === 'string' ? change : change(value)]),
    )
  }

  /** Without the header. */
  drop(name: string): Forged {
    return this.#with(this.headers.filter(([each]) => each !== name))
  }

  /** With another line of the header, before or after those it has. */
  add(name: string, value: string, place: 'before' | 'after'): Forged {
    return this.#with(place === 'before' ? [[name, value], ...this.headers] : [...this.headers, [name, value]])
  }

  withBody(body: string): Forged {
    return new Forged(this.method, this.headers, bytesOf(body))
  }

  as(method: string): Forged {
    return new Forged(method, this.headers, this.body)
  }

  get(name: string): string {
    return this.headers.find(([each]) => each === name)?.[1] ?? ''
  }

  #with(headers: HeaderList): Forged {
    return new Forged(this.method, headers, this.body)
  }
}

/** A signed request. */
export function forge(recipe: Recipe): Forged {
  const { secret, now, body, list = ['date', 'digest'], keyId = 'hmac-key', algorithm = 'hmac-sha256', hash = 'sha256' } = recipe
  const { date = new Date(now).toUTCString(), digest = digestOf(body), encoding = 'base64' } = recipe
  const values: Readonly<Record<string, string>> = { date, digest }
  const signed = (list ?? ['date']).map((name) => `${name}: ${values[name] ?? ''}`).join('\n')
  const mac = createHmac(hash, secret).update(signed).digest(encoding)
  const names = list === null ? '' : `,headers="${list.join(' ')}"`
  const headers: HeaderList = [
    ['Content-Type', 'application/json'],
    ['Date', date],
    ['Digest', digest],
    ['Signature', `keyId="${keyId}",algorithm="${algorithm}",signature="${mac}"${names}`],
    ['X-Drone-Event', 'build'],
    ['Accept-Encoding', 'gzip'],
  ]
  return new Forged('POST', headers, bytesOf(body))
}

/** The value of a Digest header. */
export function digestOf(body: string): string {
  return `SHA-256=${createHash('sha256').update(body).digest('base64')}`
}

function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}
