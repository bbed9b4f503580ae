/** What stands in `$'…'` of bash, which browsers copy. By hand: a binary body is a million escapes, and a pattern took seconds for them. */

// Bytes that are no ASCII are carried through text as these, and made bytes again in the end.
const CARRIED = 0xdc00

const BACKSLASH = 0x5c
const LETTERS: Record<string, string> = { n: '\n', r: '\r', t: '\t', b: '\b', f: '\f', v: '\v', a: '\x07', e: '\x1b', E: '\x1b' }

/** @internal The text that the escapes stand for; bytes of `\xff` as U+DC80 to U+DCFF. */
export function unescaped(text: string): string {
  return new Escapes(text).all()
}

/** @internal Whether it is a byte that is carried there, not the second half of a pair. */
export function isCarried(text: string, at: number): boolean {
  const unit = text.charCodeAt(at)
  return unit >= CARRIED + 0x80 && unit <= CARRIED + 0xff && (text.charCodeAt(at - 1) & 0xfc00) !== 0xd800
}

class Escapes {
  readonly #text: string
  #at = 0

  constructor(text: string) {
    this.#text = text
  }

  all(): string {
    // An escape is never shorter than what it stands for.
    const units = new Uint16Array(this.#text.length)
    let length = 0
    while (this.#at < this.#text.length) {
      const unit = this.#text.charCodeAt(this.#at)
      this.#at += 1
      const code = unit === BACKSLASH && this.#at < this.#text.length ? this.#escape() : unit
      const pair = code > 0xffff ? String.fromCodePoint(code) : ''
      units[length] = pair === '' ? code : pair.charCodeAt(0)
      if (pair !== '') units[length + 1] = pair.charCodeAt(1)
      length += pair === '' ? 1 : 2
    }
    // In pieces, since a call takes only so many arguments.
    let text = ''
    for (let at = 0; at < length; at += 8192) text += String.fromCharCode(...units.subarray(at, Math.min(length, at + 8192)))
    return text
  }

  #escape(): number {
    const letter = this.#text[this.#at] ?? ''
    this.#at += 1
    if (letter >= '0' && letter <= '7') {
      this.#at -= 1
      return byte(this.#digits(3, 8) & 0xff)
    }
    const most = letter === 'x' ? 2 : letter === 'u' ? 4 : letter === 'U' ? 8 : 0
    const code = most === 0 ? -1 : this.#digits(most, 16)
    if (code === -1) return (LETTERS[letter] ?? letter).charCodeAt(0)
    if (letter === 'x') return byte(code)
    return code > 0x10ffff ? 0xfffd : code
  }

  /** -1 without any. */
  #digits(most: number, radix: number): number {
    let value = -1
    for (let count = 0; count < most; count += 1) {
      const digit = digitOf(this.#text.charCodeAt(this.#at))
      if (!(digit < radix)) break
      value = Math.max(value, 0) * radix + digit
      this.#at += 1
    }
    return value
  }
}

function digitOf(unit: number): number {
  if (unit >= 0x30 && unit <= 0x39) return unit - 0x30
  const lower = unit | 0x20
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x61 + 10 : Number.NaN
}

function byte(value: number): number {
  return value < 0x80 ? value : CARRIED + value
}
