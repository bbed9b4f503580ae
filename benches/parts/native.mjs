// The core natively, by criterion: it measures, and what it found is read here.

import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))
// Cargo's own variable, which cargo xtask sets in any case.
const target = process.env.CARGO_TARGET_DIR ?? join(root, 'target')

const SIZES = [512, 2048, 65_536]
const NAMES = ['drone-webhooks', 'by-hand', 'httpsig']

/** Gives `{ bytes, forged, lanes: { name, us: { low, median, high } }[] }[]`; low and high are criterion's interval of the median. */
export default function native({ quick }) {
  const args = ['bench', '--package', 'benches', '--bench', 'native', '--', ...(quick ? ['--quick'] : [])]
  // What criterion says goes to stderr: stdout is for the report.
  const { error, status } = spawnSync(process.env.CARGO ?? 'cargo', args, { cwd: root, stdio: ['ignore', 2, 2] })
  if (error) throw error
  if (status !== 0) throw new Error(`cargo ${args.join(' ')} ended with ${status}`)
  return [false, true].flatMap((forged) =>
    SIZES.map((bytes) => ({ bytes, forged, lanes: NAMES.map((name) => ({ name, us: found(forged ? 'forged' : 'good', name, bytes) })) })),
  )
}

function found(group, name, bytes) {
  const file = join(target, 'criterion', group, name, String(bytes), 'new/estimates.json')
  const { median } = JSON.parse(readFileSync(file, 'utf8'))
  const { lower_bound: low, upper_bound: high } = median.confidence_interval
  const us = (nanoseconds) => nanoseconds / 1000
  return { low: us(low), median: us(median.point_estimate), high: us(high) }
}
