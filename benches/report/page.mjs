// The whole report, from the numbers of every part that was ever run.

import { coldSection } from './cold.mjs'
import { hotSection, runtimesSection } from './hot.mjs'
import { memorySection } from './memory.mjs'
import { nativeSection } from './native.mjs'
import { sizeSection } from './size.mjs'

const SECTIONS = [
  ['hot', hotSection],
  ['runtimes', runtimesSection],
  ['native', nativeSection],
  ['cold', coldSection],
  ['size', sizeSection],
  ['memory', memorySection],
]

/** The section of one part. */
export const sectionOf = (part, numbers) => SECTIONS.find(([name]) => name === part)[1](numbers)

/** The page: `results` has by part `{ machine, numbers }`. */
export function page(results) {
  const there = SECTIONS.filter(([name]) => results[name] !== undefined)
  const sections = there.map(([name, section]) => `${section(results[name].numbers)}\n\nMeasured on ${results[name].machine}.`)
  const head = ['# Measured', 'Written by `cargo xtask bench` from `benches/results.json`. DESIGN.md says how it is measured.']
  const picture = results.hot === undefined ? [] : ['![Time of others divided by ours](report.svg)']
  return `${[...head, ...picture, ...sections].join('\n\n')}\n`
}
