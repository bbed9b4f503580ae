// Cold starts, as tables: ratios first.

import { titleOf } from '../lanes.mjs'
import { medianOf, table, withSpread } from './text.mjs'

/** Fresh processes, and new isolates. */
export function coldSection({ node, ...isolates }) {
  return [
    '## Cold start',
    'Time of theirs / ours: median (quartiles); above 1, ours is faster. Each start is a fresh process; 2 KB.',
    table(
      ['Node.js 20, from the import', 'to the first verdict', 'to the 1,000th', 'ms, first', 'ms, 1,000th'],
      node.map(({ name, first, thousand }, at) => [
        titleOf(name),
        ...ratios(at, first, thousand),
        medianOf(first.ms),
        medianOf(thousand.ms),
      ]),
    ),
    'In workerd: the first request of a new isolate, timed from outside, HTTP included (which the second request has as well).',
    table(
      ['where', 'what', 'first request', 'ms, first', 'ms, second'],
      Object.entries(isolates).flatMap(([where, lanes]) =>
        lanes.map(({ name, first, second }, at) => [where, titleOf(name), ...ratios(at, first), medianOf(first.ms), medianOf(second.ms)]),
      ),
      2,
    ),
  ].join('\n\n')
}

/** Ours is what the others are compared with. */
const ratios = (at, ...measures) => measures.map(({ ratio }) => (at === 0 ? '' : withSpread(ratio)))
