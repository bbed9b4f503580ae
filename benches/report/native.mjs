// The core natively, as a table: ratios first.

import { number, size, table, withSpread } from './text.mjs'

const TITLES = { 'by-hand': 'by hand with hmac and sha2', httpsig: 'the crate httpsig and a digest check (RFC 9421)' }

/** A row a size and verdict. */
export function nativeSection(cases) {
  const names = Object.keys(TITLES)
  const rows = cases.map(({ bytes, forged, lanes: [ours, ...others] }) => [
    size(bytes),
    forged ? 'forged' : 'good',
    ...others.map(({ us }) => number(us.median / ours.us.median)),
    ...[ours, ...others].map(({ us }) => withSpread(us)),
  ])
  return [
    '## The core natively',
    'Time of theirs / ours by criterion: above 1, ours is faster. Then microseconds: median (its interval of 95%). One after the other, not interleaved.',
    table(['body', 'request', ...names.map((name) => TITLES[name]), 'ours, µs', ...names.map((name) => `${name}, µs`)], rows, 2),
  ].join('\n\n')
}
