// How the demo looks: aligned columns, groups with headings, colour where it helps.

const colourful = process.stdout.isTTY === true && !process.env.NO_COLOR
const paint = (code) => (text) => (colourful ? `\u001b[${code}m${text}\u001b[0m` : text)
const bold = paint('1')
const dim = paint('2')
const red = paint('31')
const green = paint('32')
const yellow = paint('33')

const COLUMNS = [
  { title: 'request', width: 40 },
  { title: 'event, action, status', width: 22 },
  { title: 'answer', width: 14 },
  { title: 'ms', width: 6, right: true },
  { title: 'code', width: 0 },
]

const WORDS = {
  200: 'duplicate',
  202: 'accepted',
  400: 'no HTTP',
  401: 'refused',
  405: 'not a POST',
  413: 'too large',
  422: 'no webhook',
  431: 'too large',
}

export function heading(title, explanation) {
  console.log(`\n${bold(title)}\n${dim(explanation)}\n`)
  console.log(dim(`  ${COLUMNS.map((column) => fit(column.title, column)).join('  ')}`.trimEnd()))
}

/** One request: what it was, what came of it, and whether that was expected. */
export function row({ name, subject, status, code, ms, good, expected, note }) {
  const answer = status ? `${status} ${WORDS[status] ?? ''}` : 'none'
  const last = [code, note && dim(note), !good && red(`expected ${expected}`)].filter(Boolean).join('  ')
  const cells = [name, subject, answer, ms.toFixed(2), last].map((text, index) => fit(text, COLUMNS[index]))
  cells[2] = colourOf(status)(cells[2])
  console.log(`${good ? green('✓') : red('✗')} ${cells.join('  ')}`.trimEnd())
}

export function summary({ total, wrong, counts, median, seconds }) {
  const parts = Object.entries(counts).map(([status, count]) => `${count} × ${status}${WORDS[status] ? ` ${WORDS[status]}` : ''}`)
  console.log(`\n${bold('Summary')}`)
  console.log(`  ${total} requests in ${seconds.toFixed(1)} s, median ${median.toFixed(2)} ms from the first byte sent to the answer`)
  console.log(`  ${parts.join(', ')}`)
  console.log(wrong === 0 ? `  ${green('every answer is the expected one')}` : `  ${red(`${wrong} not as expected`)}`)
}

export const hint = (text) => console.log(dim(text))
export const strong = (text) => console.log(bold(text))

function fit(text, { width, right }) {
  if (width === 0) return text
  const short = text.length > width ? `${text.slice(0, width - 1)}…` : text
  return right ? short.padStart(width) : short.padEnd(width)
}

function colourOf(status) {
  if (status === 202) return green
  return status === 200 ? yellow : (text) => text
}
