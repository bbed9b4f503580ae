// What is to be said of the request, at a glance.

import type { Report } from '../report/check.ts'
import type { Understood } from '../request/source.ts'
import { ago, utc } from '../ui/format.ts'

interface Props {
  readonly understood: Understood | undefined
  readonly report: Report | undefined
  readonly error: string | undefined
  readonly busy: boolean
}

interface Told {
  readonly kind: 'none' | 'good' | 'bad' | 'open'
  readonly mark: string
  readonly title: string
  readonly code?: string | undefined
  readonly text: string
  readonly notes?: readonly string[]
}

export function Verdict(props: Props) {
  const { kind, mark, title, code, text, notes = [] } = tell(props)
  return (
    <div class={`verdict ${kind}`} role="status">
      <span class="mark" aria-hidden="true">
        {mark}
      </span>
      <div>
        <h2>
          {title} {code && <code>{code}</code>}
        </h2>
        <p>{text}</p>
        {notes.map((note) => (
          <p key={note} class="aside">
            {note}
          </p>
        ))}
      </div>
    </div>
  )
}

function tell({ understood, report, error, busy }: Props): Told {
  if (busy && !report && !error) return { kind: 'none', mark: '…', title: 'Checking', text: 'A large request takes a moment.' }
  if (error !== undefined) return { kind: 'bad', mark: '!', title: 'It cannot be checked', text: error }
  if (report) return report.by ? toldByOthers(report) : checkedHere(report)
  if (understood?.problem !== undefined) return { kind: 'open', mark: '?', title: 'This is no request', text: sentence(understood.problem) }
  return { kind: 'none', mark: '↙', title: 'Nothing to check yet', text: 'Paste a request, or take one of the examples.' }
}

function checkedHere(report: Report): Told {
  const { verdict, code, steps } = report
  const clock = `Clock: ${utc(report.now)}, ${ago(report.now)}.`
  if (verdict === 'authentic') {
    const late = report.nowCode === undefined ? [] : [`A receiver that got it only now would refuse it: ${report.nowCode}.`]
    return { kind: 'good', mark: '✓', title: 'Authentic', text: 'Signed with this secret, unchanged, and fresh.', notes: [clock, ...late] }
  }
  if (verdict === 'open') {
    return {
      kind: 'open',
      mark: '?',
      title: 'Give the secret',
      text: 'All that can be checked without it is as it should be.',
      notes: [clock],
    }
  }
  return { kind: 'bad', mark: '✕', title: 'Refused', code, text: report.causes[0]?.message ?? messageOf(steps, code), notes: [clock] }
}

/** Anybody can write a link: nothing in it looks like a verdict of this page. */
function toldByOthers({ verdict, code, by = '', causes, steps, now }: Report): Told {
  const title = verdict === 'authentic' ? 'Said to be authentic' : verdict === 'refused' ? 'Said to be refused' : 'Not checked'
  const text = causes[0]?.message ?? messageOf(steps, code)
  return { kind: 'open', mark: '“', title, code, text, notes: [`${by} Clock: ${utc(now)}.`] }
}

function messageOf(steps: Report['steps'], code: string | undefined): string {
  const message = steps.find((step) => step.status === 'failed' && step.code === code)?.message ?? ''
  return message && sentence(message)
}

const sentence = (text: string) => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`
