/** Where two signing strings differ, with everything visible. Knows no request. */

/** A line of a signing string, and where the other differs in it. */
export interface Difference {
  /** Whether they are the same. */
  readonly equal: boolean
  /** Where they differ first, in UTF-16 units from the start; the length of both where they are the same. */
  readonly offset: number
  /** The line of it, from 1. */
  readonly line: number
  /** Its place in that line, from 1. */
  readonly column: number
  /** What the first goes on with there, invisible characters made visible; at most 24 characters. */
  readonly expected: string
  /** What the second goes on with there. */
  readonly actual: string
  /** The difference in a sentence, for people; may change. */
  readonly message: string
}

const AROUND = 24

/**
 * The first difference between the signing string that is right and one of your own code's.
 *
 * Throws nothing; takes time that grows with the length of the shorter one.
 *
 * @example
 * ```ts
 * import { compareSigningStrings } from 'drone-webhooks/explain'
 *
 * const { line, message } = compareSigningStrings('date: a\ndigest: b', 'date: a\r\ndigest: b')
 * console.log(line, message) // 1 line 1, column 8: ␊digest:␠b expected, ␍␊digest:␠b found
 * ```
 */
export function compareSigningStrings(expected: string, actual: string): Difference {
  let offset = 0
  while (offset < expected.length && offset < actual.length && expected[offset] === actual[offset]) offset += 1
  const before = expected.slice(0, offset)
  const line = before.split('\n').length
  const column = offset - before.lastIndexOf('\n')
  const equal = expected === actual
  const [one, other] = [goesOn(expected, offset), goesOn(actual, offset)]
  const message = equal ? 'they are the same' : `line ${line}, column ${column}: ${one} expected, ${other} found`
  return { equal, offset, line, column, expected: one, actual: other, message }
}

function goesOn(text: string, offset: number): string {
  return offset >= text.length ? '(the end)' : visible(text.slice(offset, offset + AROUND))
}

const CONTROL_PICTURES = 0x2400
const DELETE = 0x7f

/**
 * Text in which white space, control characters and other invisible ones can be seen: a space is ␠, a line feed ␊, a tab ␉, others their number.
 *
 * @example
 * ```ts
 * import { visible } from 'drone-webhooks/explain'
 *
 * console.log(visible('date: a\r\n\u00a0')) // date:␠a␍␊⟨U+00A0⟩
 * ```
 */
export function visible(text: string): string {
  return text.replace(/[\p{C}\p{Z}]/gu, (character) => {
    const code = character.codePointAt(0) ?? 0
    if (code <= 0x20) return String.fromCharCode(CONTROL_PICTURES + code)
    if (code === DELETE) return '␡'
    return `⟨U+${code.toString(16).toUpperCase().padStart(4, '0')}⟩`
  })
}
