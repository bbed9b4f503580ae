/** What `explain` found, for people. */
import type { Cause, Explanation } from '../explain-types.js'
import { joined, type Output, type Shown, show } from './output.js'

const LONG = 300

/** All of it. `whole`: also what was received and computed at steps that passed. */
export function tellExplanation({ ok, code, steps, signingString, causes }: Explanation, whole: boolean, out: Output): void {
  out.line(ok ? show`${out.good('✓ authentic')}` : show`${out.bad('✗ refused')}  ${out.bold(code ?? '')}`)
  out.line()
  for (const { step, status, received, computed, message } of steps) {
    out.line(show`  ${markOf(status, out)} ${step.replace('_', ' ').padEnd(15)} ${message}`)
    if (status !== 'failed' && !whole) continue
    tellValue('received', received, out)
    tellValue('computed', computed, out)
  }
  if (signingString !== undefined) tellSigningString(signingString, out)
  if (!ok && causes.length === 0) out.line(show`\n${out.bold('Cause')}: none of the known ones explains it.`)
  if (causes.length > 0) out.line()
  tellCauses(causes, out)
}

/** The causes, the likeliest first. */
export function tellCauses(causes: readonly Cause[], out: Output): void {
  for (const { code, message, evidence, fix, sender } of causes) {
    out.line(show`  ${out.warn('→')} ${out.bold(code)}${sender === undefined ? '' : ` (${sender})`}: ${message}`)
    out.line(show`    ${out.dim('evidence')} ${lines(evidence, ' '.repeat(13))}`)
    out.line(show`    ${out.dim('fix')}      ${lines(fix, ' '.repeat(13))}`)
  }
}

function markOf(status: string, out: Output): Shown {
  if (status === 'passed') return out.good('✓')
  return status === 'failed' ? out.bad('✗') : out.dim('·')
}

function tellValue(name: string, value: string | undefined, out: Output): void {
  if (value === undefined) return
  const text = value.length > LONG ? `${value.slice(0, LONG)}… (${value.length} characters)` : value
  out.line(show`      ${out.dim(name.padEnd(8))}  ${lines(text, ' '.repeat(16))}`)
}

/** With its line ends visible: they are what others get wrong. */
function tellSigningString(text: string, out: Output): void {
  out.line(show`\n${out.bold('What was signed')}`)
  const all = text.split('\n')
  for (const [at, line] of all.entries()) out.line(show`  ${line}${at < all.length - 1 ? out.dim('\\n') : ''}`)
}

/** Lines that stay lines; within them everything is visible. */
function lines(text: string, indent: string): Shown {
  return joined(
    text.split('\n').map((line) => show`${line}`),
    `\n${indent}`,
  )
}
