// Numbers and tables as the report has them.

const UNITS = [
  [1024 * 1024, 'MB'],
  [1024, 'KB'],
  [1, 'B'],
]

/** 2048: `2 KB`. */
export function size(bytes) {
  const [unit, name] = UNITS.find(([unit]) => bytes >= unit) ?? UNITS.at(-1)
  return `${number(bytes / unit)} ${name}`
}

/** Three digits, as many as mean something. */
export function number(value) {
  if (Number.isInteger(value)) return String(value)
  return value.toFixed(value >= 100 ? 0 : value >= 10 ? 1 : 2)
}

/** The median, and the quartiles beside it. */
export const withSpread = ({ low, median, high }) => `**${number(median)}** (${number(low)}–${number(high)})`

/** The median alone. */
export const medianOf = ({ median }) => number(median)

/** A table of Markdown; the first columns are text, the others are numbers. */
export function table(head, rows, texts = 1) {
  const line = (cells) => `| ${cells.join(' | ')} |`
  return [line(head), line(head.map((_, column) => (column < texts ? '---' : '--:'))), ...rows.map(line)].join('\n')
}
