/** A `curl` command line: the words as a POSIX shell reads them, the options as curl does. Runs nothing and opens no file. */
import { isCarried, unescaped } from './explain-escapes.js'
import type { Found, UnparsedRequest } from './explain-parse.js'

// Of bytes that are no UTF-8, see explain-escapes.ts.
const CARRIES = /[\udc80-\udcff]/

const encoder = new TextEncoder()
const decoder = new TextDecoder()

/** What typographic quotation marks stand for. */
const QUOTES: Record<string, string> = { '“': '"', '”': '"', '„': '"', '‘': "'", '’': "'", '‚': "'" }

class Shell {
  readonly words: string[] = []
  typographic = false
  #at = 0
  readonly #text: string

  constructor(text: string) {
    this.#text = text
    while (this.#at < text.length && this.#word()) {}
  }

  /** Up to white space; no where the command ends. */
  #word(): boolean {
    this.#skip(/(?:\s|\\\r?\n)+/y)
    if (/[;&|<>#\n]/.test(this.#text[this.#at] ?? '#')) return false
    let word = ''
    while (this.#at < this.#text.length) {
      const plain = this.#skip(/[^\s\\'"$“”„‘’‚;&|<>]+/y)
      word += plain
      const character = this.#text[this.#at] ?? ''
      if (/[\s;&|<>]/.test(character) || character === '') break
      word += this.#special(character, word === '')
    }
    this.words.push(word)
    return true
  }

  #special(character: string, first: boolean): string {
    if (this.#text.startsWith("$'", this.#at)) return this.#escaped()
    if (character === "'") return this.#quoted("'")
    if (character === '"') return this.#double('"')
    if (character === '\\') return this.#backslash()
    this.#at += 1
    const straight = QUOTES[character]
    if (straight === undefined || !first) return character
    this.typographic = true
    return this.#typographic(straight)
  }

  #quoted(end: string): string {
    const start = this.#at + 1
    const close = this.#text.indexOf(end, start)
    this.#at = close === -1 ? this.#text.length : close + 1
    return this.#text.slice(start, close === -1 ? undefined : close)
  }

  /** Up to the next of the same family, which may be the opening one again. */
  #typographic(straight: string): string {
    const start = this.#at
    while (this.#at < this.#text.length) {
      const character = this.#text[this.#at] ?? ''
      const ends = QUOTES[character] === straight && /^(?:[\s\\]|$)/.test(this.#text.slice(this.#at + 1, this.#at + 2))
      this.#at += 1
      if (ends) return this.#text.slice(start, this.#at - 1)
    }
    return this.#text.slice(start)
  }

  /** In double quotes a backslash escapes four characters and removes a line end; else it stays. */
  #double(end: string): string {
    this.#at += 1
    let word = ''
    while (this.#at < this.#text.length) {
      word += this.#skip(/[^"\\]+/y)
      const character = this.#text[this.#at]
      if (character === end) {
        this.#at += 1
        break
      }
      if (character === '\\') {
        const next = this.#text[this.#at + 1] ?? ''
        this.#at += 2
        if (next !== '\n') word += '$`"\\'.includes(next) && next !== '' ? next : `\\${next}`
      }
    }
    return word
  }

  #backslash(): string {
    const next = this.#text[this.#at + 1] ?? ''
    const lineEnd = this.#skip(/\\\r?\n/y)
    if (lineEnd !== '') return ''
    this.#at += 2
    return next
  }

  /** `$'…'` of bash, which Chrome copies. */
  #escaped(): string {
    const start = this.#at + 2
    let end = start
    while (end < this.#text.length && this.#text[end] !== "'") end += this.#text[end] === '\\' ? 2 : 1
    this.#at = end + 1
    return unescaped(this.#text.slice(start, end))
  }

  #skip(pattern: RegExp): string {
    pattern.lastIndex = this.#at
    const found = pattern.exec(this.#text)?.[0] ?? ''
    this.#at += found.length
    return found
  }
}

/** UTF-8, with the bytes that were carried. A binary body has half of them: each in its place, since pieces of one byte took seconds. */
function encode(text: string): Uint8Array {
  if (!CARRIES.test(text)) return encoder.encode(text)
  const bytes = new Uint8Array(3 * text.length)
  let length = 0
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at)
    if (unit < 0x80 || isCarried(text, at)) {
      bytes[length] = unit & 0xff
      length += 1
    } else {
      let end = at + 1
      while (end < text.length && !isCarried(text, end)) end += 1
      length += encoder.encodeInto(text.slice(at, end), bytes.subarray(length)).written
      at = end - 1
    }
  }
  return bytes.slice(0, length)
}

/** A value that is text: carried bytes as the UTF-8 that they are, if they are. */
function textOf(word: string): string {
  return CARRIES.test(word) ? decoder.decode(encode(word)) : word
}

// Options of one letter that take a value, and long ones; all others are switches.
const WITH_VALUE = 'XHdAebouFTmrwxUEKCcDyYzPQt'
const LONG_WITH_VALUE =
  /^--(?:request|header|data(?:-raw|-binary|-ascii|-urlencode)?|json|url|user-agent|referer|cookie|output|user|form|max-time|connect-timeout|proxy|cacert|cert|key|resolve|retry|write-out|upload-file|range|interface|limit-rate)$/

interface Command {
  url: string | undefined
  method: string | undefined
  readonly headers: [string, string][]
  readonly data: string[]
  /** Where the body is kept that is not in the command. */
  elsewhere: string | undefined
  asQuery: boolean
}

/** Without the circumflexes by which the shell of Windows escapes; Chrome copies its words in double quotes then. */
function unmarked(text: string): string {
  return text.includes('^"') ? text.replace(/\^\r?\n/g, ' ').replace(/\^([\s\S])/g, '$1') : text
}

/** Reads the command line. */
export function parseCurl(text: string): Found | Omit<UnparsedRequest, 'ok'> {
  const shell = new Shell(unmarked(text.replace(/^\s*[$>%#] */, '')))
  const command: Command = { url: undefined, method: undefined, headers: [], data: [], elsewhere: undefined, asQuery: false }
  const words = shell.words.slice(1)
  for (let at = 0; at < words.length; at += 1) at += option(command, words[at] ?? '', words[at + 1])
  const { headers, data, elsewhere, asQuery, url } = command
  const recognised = ['a curl command', ...(url === undefined ? [] : [url]), `${headers.length} headers`]
  if (headers.length === 0) return { message: 'the curl command has no headers (-H)', recognised, missing: ['headers'] }
  const body = elsewhere === undefined ? encode(asQuery ? '' : data.join('&')) : undefined
  recognised.push(elsewhere ?? `a body of ${body?.length ?? 0} bytes`)
  const method = command.method ?? (data.length > 0 && !asQuery ? 'POST' : 'GET')
  return { kind: 'curl', method, url, headers, body, recognised, typographicQuotes: shell.typographic ? ['command'] : [] }
}

/** One option, or the URL; gives how many words it took besides. */
function option(command: Command, word: string, next: string | undefined): number {
  if (!word.startsWith('-') || word === '-') {
    command.url ??= textOf(word)
    return 0
  }
  if (word.startsWith('--')) {
    const takes = LONG_WITH_VALUE.test(word)
    set(command, word, takes ? (next ?? '') : '')
    return takes ? 1 : 0
  }
  return short(command, word.slice(1), next)
}

/** Letters that are switches may stand before one that takes a value, which may follow at once. */
function short(command: Command, letters: string, next: string | undefined): number {
  for (const [at, letter] of [...letters].entries()) {
    if (!WITH_VALUE.includes(letter)) {
      set(command, `-${letter}`, '')
      continue
    }
    const rest = letters.slice(at + 1)
    set(command, `-${letter}`, rest === '' ? (next ?? '') : rest)
    return rest === '' ? 1 : 0
  }
  return 0
}

function set(command: Command, name: string, value: string): void {
  if (name === '-X' || name === '--request') command.method = textOf(value)
  else if (name === '-I' || name === '--head') command.method ??= 'HEAD'
  else if (name === '-G' || name === '--get') command.asQuery = true
  else if (name === '--url') command.url = textOf(value)
  else if (name === '-H' || name === '--header') addHeader(command, textOf(value))
  else if (name === '-A' || name === '--user-agent') command.headers.push(['User-Agent', textOf(value)])
  else if (name === '--data-raw') command.data.push(value)
  else if (name === '-d' || name === '--json' || /^--data(?:-ascii|-binary)?$/.test(name)) addData(command, name, value)
  else if (/^(?:-F|-T|--form|--upload-file|--data-urlencode)$/.test(name)) command.elsewhere = `a body that curl makes (${name})`
}

function addHeader(command: Command, line: string): void {
  const end = line.indexOf(':')
  // `Name;` sends an empty one, `Name:` none.
  if (end === -1 && line.endsWith(';')) command.headers.push([line.slice(0, -1).trim(), ''])
  const value = line.slice(end + 1).trim()
  if (end > 0 && value !== '') command.headers.push([line.slice(0, end).trim(), value])
}

function addData(command: Command, name: string, value: string): void {
  if (value.startsWith('@')) command.elsewhere = `a body in the file ${textOf(value.slice(1))}`
  else command.data.push(value)
  if (name === '--json') command.headers.push(['Content-Type', 'application/json'], ['Accept', 'application/json'])
}
