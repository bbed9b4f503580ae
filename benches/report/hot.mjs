// The hot path, as tables: ratios first.

import { all, titleOf } from '../lanes.mjs'
import { medianOf, size, table, withSpread } from './text.mjs'

/** One process of Node.js 20. */
export function hotSection(cases) {
  return [
    '## The hot path in Node.js 20',
    'A request in, a verdict out, in one process; every round takes a sample of each, in an order drawn anew. Above 1, ours is faster.',
    ...[false, true].flatMap((forged) => tables(cases, forged)),
  ].join('\n\n')
}

function tables(cases, forged) {
  const these = cases.filter((each) => each.forged === forged)
  const what = forged ? 'Forged: the signature is of somebody without the secret' : 'Good'
  const head = (first) => [first, ...these.map(({ bytes }) => size(bytes))]
  const rows = (cell) =>
    these[0].lanes.map(({ name }) => [titleOf(name), ...these.map(({ lanes }) => cell(lanes.find((lane) => lane.name === name)))])
  return [
    `### ${what}`,
    table(head('time of theirs / ours: median (quartiles)'), rows(({ ratio }) => withSpread(ratio)).slice(1)),
    table(
      head('microseconds, median'),
      rows(({ us }) => medianOf(us)),
    ),
  ]
}

const PEERS = all.slice(1).map(({ name }) => name)

/** The other runtimes: a row a place, size and verdict. */
export function runtimesSection(wheres) {
  const head = ['where', 'body', 'request', ...PEERS.map(titleOf), 'ours, µs']
  const rows = Object.entries(wheres).flatMap(([where, cases]) => cases.map((each) => rowOf(where, each)))
  return [
    '## Other runtimes, and all in WebAssembly',
    'Time of theirs / ours: median (quartiles). "All in WebAssembly" is where there is no node:crypto, or where the package cannot see it.',
    table(head, rows, 3),
  ].join('\n\n')
}

function rowOf(where, { bytes, forged, lanes }) {
  const peers = PEERS.map((peer) => lanes.find(({ name }) => name === peer)).map((lane) => (lane ? withSpread(lane.ratio) : ''))
  return [where, size(bytes), forged ? 'forged' : 'good', ...peers, medianOf(lanes[0].us)]
}
