// A request, as this page holds it.

export type Headers = readonly (readonly [string, string])[]

export interface Request {
  readonly method?: string | undefined
  readonly url?: string | undefined
  readonly headers: Headers
  readonly body: string | Uint8Array
  /** Headers whose quotation marks were made plain as they were read. */
  readonly typographicQuotes?: readonly string[] | undefined
  readonly lineEnd?: string | undefined
}

export const bytesOf = (body: string | Uint8Array): Uint8Array => (typeof body === 'string' ? new TextEncoder().encode(body) : body)

/** Their text, or undefined where they are no UTF-8. A byte order mark stays. */
export function textOf(body: string | Uint8Array): string | undefined {
  if (typeof body === 'string') return body
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body)
  } catch {
    return undefined
  }
}

/** The first line of a header. */
export function header({ headers }: Pick<Request, 'headers'>, name: string): string | undefined {
  return headers.find(([each]) => each.toLowerCase() === name)?.[1]
}

/** As it is on the wire, but for the line ends. Undefined where the body is no text. */
export function printed({ method, url, headers, body }: Request): string | undefined {
  const text = textOf(body)
  if (text === undefined) return undefined
  const lines = [`${method ?? 'POST'} ${url ?? '/hook'} HTTP/1.1`, ...headers.map(([name, value]) => `${name}: ${value}`)]
  return `${lines.join('\n')}\n\n${text}`
}

const quoted = (text: string) => `'${text.replaceAll("'", String.raw`'\''`)}'`

/** A command line that sends it. The body is sent byte for byte: `-d` would take line ends away. */
export function curl({ headers, body }: Request, url: string): string {
  // curl writes these itself.
  const kept = headers.filter(([name]) => !['host', 'content-length'].includes(name.toLowerCase()))
  const words = kept.map(([name, value]) => `-H ${quoted(`${name}: ${value}`)}`)
  return [`curl -i ${quoted(url)}`, ...words, `--data-binary ${quoted(textOf(body) ?? '')}`].join(' \\\n  ')
}
