// The part of docs/COMPARE.md that is made from what was found.

const START = '<!-- compared: made by `cargo xtask compare` -->\n'
const END = '<!-- /compared -->'
const ACCEPTS = 'accepts'
// Before the receivers stand the attack and its severity.
const FIRST = 2

/** The page with another table. */
export function pageWith(page, table) {
  const { before, after } = partsOf(page)
  return `${before}${START}${table}${END}${after}`
}

/** What a receiver accepts, as the page says. */
export function acceptedIn(page, title) {
  const [header = [], , ...rows] = partsOf(page)
    .table.split('\n')
    .filter((line) => line.startsWith('|'))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    )
  const column = header.indexOf(title)
  if (column < 0) throw new Error(`docs/COMPARE.md has no column ${title}`)
  return rows.filter((row) => row[column] === ACCEPTS).map(([name]) => name.replaceAll('`', ''))
}

/** Attacks that one of them accepts at least, and what was tested. */
export function tableOf(attacks, receivers) {
  const shown = attacks.filter(({ name }) => receivers.some(({ accepted }) => accepted.includes(name)))
  const rows = [
    ['attack', 'severity', ...receivers.map(({ title }) => title), 'what is sent', 'what it means that it is accepted'],
    Array(receivers.length + FIRST + 2).fill('---'),
    ...shown.map(({ name, severity, what, consequence }) => {
      const cells = receivers.map(({ accepted }) => (accepted.includes(name) ? ACCEPTS : ''))
      return [`\`${name}\``, severity, ...cells, what, consequence]
    }),
    [`accepted, of ${attacks.length}`, '', ...receivers.map(({ accepted }) => String(accepted.length)), '', ''],
  ]
  const tested = receivers.map(({ title, file, tested }) => `- **${title}**: ${tested} ([source](../xtask/compare/receivers/${file}))`)
  return `${rows.map((cells) => `| ${cells.join(' | ')} |\n`).join('')}\n${tested.join('\n')}\n`
}

function partsOf(page) {
  const start = page.indexOf(START)
  const end = page.indexOf(END)
  if (start < 0 || end < start) throw new Error(`docs/COMPARE.md has no ${START}`)
  return { before: page.slice(0, start), table: page.slice(start + START.length, end), after: page.slice(end + END.length) }
}
