// The hot path as a picture: how many times as long as ours each of the others takes, a bar a size. Readable on light and on dark.

import { titleOf } from '../lanes.mjs'
import { number, size } from './text.mjs'

const BAR = 11
const GAP = 10
const LEFT = 330
const WIDTH = 560
const HEAD = 66
const FOOT = 34
const OURS = ['drone-webhooks', 'ours-headers']
const STYLE = `
  text { font: 12px system-ui, sans-serif; fill: #1f2328 }
  .title { font-size: 16px; font-weight: 600 }
  .small { font-size: 10px; fill: #59636e }
  .one { stroke: #59636e; stroke-width: 1.5 }
  .grid { stroke: #d1d9e0; stroke-width: 1 }
  .faster { fill: #2da44e }
  .slower { fill: #d4572a }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3 }
    .small { fill: #9198a1 }
    .one { stroke: #9198a1 }
    .grid { stroke: #3d444d }
    .faster { fill: #3fb950 }
    .slower { fill: #f0883e }
  }`

/** The picture of good requests in Node.js 20, as SVG. */
export function picture(cases) {
  const good = cases.filter(({ forged }) => !forged)
  // Ours in another form is in the table.
  const names = good[0].lanes.map(({ name }) => name).filter((name) => !OURS.includes(name))
  const block = good.length * BAR + GAP
  const bottom = HEAD + names.length * block
  const scale = scaleOf(good)
  const parts = [
    text(0, 18, 'Time of theirs / ours, Node.js 20: to the right of 1, ours is faster', 'title'),
    text(0, 38, 'A signed request in, a verdict out; median of interleaved samples; logarithmic', 'small'),
    ...scale.ticks.flatMap((tick) => tickOf(tick, scale.x(tick), bottom)),
    ...names.flatMap((name, row) => rowOf(name, good, HEAD + row * block, scale)),
  ]
  const [width, height] = [LEFT + WIDTH + 60, bottom + FOOT]
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="-8 -4 ${width} ${height}" role="img" aria-label="Time of others divided by ours">
<style>${STYLE}
</style>
${parts.join('\n')}
</svg>
`
}

/** Powers of two, from what is needed to what is needed. */
function scaleOf(cases) {
  const powers = cases.flatMap(({ lanes }) => lanes.slice(1).map(({ ratio }) => Math.log2(ratio.median)))
  const [from, to] = [Math.min(-1, Math.floor(Math.min(...powers))), Math.max(1, Math.ceil(Math.max(...powers)))]
  const ticks = Array.from({ length: to - from + 1 }, (_, at) => 2 ** (from + at))
  return { ticks, x: (ratio) => LEFT + (WIDTH * (Math.log2(ratio) - from)) / (to - from) }
}

function tickOf(tick, x, bottom) {
  const kind = tick === 1 ? 'one' : 'grid'
  return [
    `<line class="${kind}" x1="${round(x)}" y1="${HEAD - 6}" x2="${round(x)}" y2="${bottom}"/>`,
    text(x, bottom + 16, tick < 1 ? `1/${1 / tick}` : String(tick), 'small', 'middle'),
  ]
}

function rowOf(name, cases, top, { x }) {
  const title = text(0, top + BAR, plain(titleOf(name)))
  return [
    title,
    ...cases.flatMap(({ bytes, lanes }, at) => {
      const { median } = lanes.find((lane) => lane.name === name).ratio
      const [from, to] = [Math.min(x(1), x(median)), Math.max(x(1), x(median))]
      const y = top + at * BAR
      return [
        `<rect class="${median >= 1 ? 'faster' : 'slower'}" x="${round(from)}" y="${y + 1}" width="${round(Math.max(to - from, 1))}" height="${BAR - 2}"/>`,
        text(LEFT - 12, y + 9, size(bytes), 'small', 'end'),
        text(to + 4, y + 9, number(median), 'small'),
      ]
    }),
  ]
}

function text(x, y, content, kind = '', anchor = 'start') {
  const className = kind === '' ? '' : ` class="${kind}"`
  return `<text${className} x="${round(x)}" y="${y}" text-anchor="${anchor}">${content}</text>`
}

const plain = (title) => title.replaceAll('`', '').replaceAll('&', '&amp;').replaceAll('<', '&lt;')
const round = (value) => Number(value.toFixed(1))
