/**
 * What is printed. Text of others (a request, an answer, a file) can hold what makes a terminal lie, so nothing reaches it but through `show`,
 * which escapes every value: `line` takes nothing else.
 */
import process from 'node:process'

/** Text that may be printed: made by {@link show} and the colours only. */
export class Shown {
  constructor(readonly text: string) {}
}

type Value = string | number | Shown

// Controls, what is invisible or turns the direction of text around, line separators, lone surrogates.
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu

/** Text on one line in which everything is visible: `\x1b`, `\n`, `\u{202e}`. */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, (character) => NAMED[character] ?? escaped(character.codePointAt(0) ?? 0))
}

const NAMED: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' }

function escaped(code: number): string {
  return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u{${code.toString(16)}}`
}

/** A template whose values are escaped; its own text is ours. */
export function show(texts: TemplateStringsArray, ...values: Value[]): Shown {
  const parts = texts.map((text, at) => text + (at < values.length ? textOf(values[at] ?? '') : ''))
  return new Shown(parts.join(''))
}

function textOf(value: Value): string {
  return value instanceof Shown ? value.text : printable(String(value))
}

/** Pieces, one after the other. */
export function joined(pieces: readonly Shown[], between: string): Shown {
  return new Shown(pieces.map(({ text }) => text).join(between))
}

/** Where a command writes. With `--json` people's lines are left out, and values come instead. */
export class Output {
  readonly #colours: boolean

  constructor(readonly json: boolean) {
    const { NO_COLOR = '', TERM } = process.env
    this.#colours = process.stdout.isTTY === true && NO_COLOR === '' && TERM !== 'dumb'
  }

  /** A line for people. */
  line(shown: Shown = new Shown('')): void {
    if (!this.json) process.stdout.write(`${shown.text}\n`)
  }

  /** What the command was run for, in either form: a secret, headers, a request. Our own text, or text that was asked for as it is. */
  result(text: string): void {
    if (!this.json) process.stdout.write(text)
  }

  /** The same, of bytes. */
  bytes(bytes: Uint8Array): void {
    if (!this.json) process.stdout.write(bytes)
  }

  /** A value for programs, on one line. */
  value(value: unknown): void {
    if (!this.json) return
    // JSON leaves some of what `printable` escapes as it is; this is the same value.
    const text = JSON.stringify(value).replace(UNPRINTABLE, (character) => character.replace(/[\s\S]/g, unicode))
    process.stdout.write(`${text}\n`)
  }

  /** A remark beside the result, for people. */
  note(shown: Shown): void {
    if (!this.json) process.stderr.write(`${shown.text}\n`)
  }

  good = (value: Value): Shown => this.#paint('32', value)
  bad = (value: Value): Shown => this.#paint('31', value)
  warn = (value: Value): Shown => this.#paint('33', value)
  bold = (value: Value): Shown => this.#paint('1', value)
  dim = (value: Value): Shown => this.#paint('2', value)

  #paint(colour: string, value: Value): Shown {
    const text = textOf(value)
    return new Shown(this.#colours ? `\x1b[${colour}m${text}\x1b[0m` : text)
  }
}

function unicode(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`
}
