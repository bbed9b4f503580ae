// The verification, step by step.

import type { Step } from 'drone-webhooks/explain'
import { useEffect, useState } from 'preact/hooks'
import { Visible } from './visible.tsx'

const NAMES = new Map(
  Object.entries({
    bounds: 'Header bounds',
    signature: 'One signature',
    parameters: 'Its parameters',
    algorithm: 'Algorithm',
    key: 'Key',
    policy: 'Required headers',
    signing_string: 'Signing string',
    mac: 'Signature',
    freshness: 'Freshness',
    body: 'Body',
    payload: 'Payload',
  }),
)
const MARKS = { passed: '✓', failed: '✕', skipped: '–' }

export function Steps({ steps }: { steps: readonly Step[] }) {
  const failed = steps.find(({ status }) => status === 'failed')?.step
  return (
    <section class="card" aria-labelledby="steps">
      <h2 id="steps">Steps</h2>
      <ol class="steps">
        {steps.map((step) => (
          <li key={step.step} class={step.status}>
            <OneStep step={step} first={step.step === failed} />
          </li>
        ))}
      </ol>
    </section>
  )
}

/** The first that failed is open: it is the one that decided. */
function OneStep({ step, first }: { step: Step; first: boolean }) {
  const [open, setOpen] = useState(first)
  useEffect(() => setOpen(first), [first])
  return (
    <details open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        <span class="mark" aria-hidden="true">
          {MARKS[step.status]}
        </span>
        <span class="name">
          {NAMES.get(step.step) ?? step.step}
          <span class="sr">, {step.status}</span>
        </span>
        <span class="said">{step.message}</span>
      </summary>
      <dl>
        {step.code && (
          <>
            <dt>Code</dt>
            <dd>
              <code>{step.code}</code>
            </dd>
          </>
        )}
        <dt>Received</dt>
        <dd class="mono break">{step.received === undefined ? <i>nothing</i> : <Visible text={step.received} />}</dd>
        {step.computed !== undefined && (
          <>
            <dt>Computed</dt>
            <dd class="mono break">
              <Visible text={step.computed} />
            </dd>
          </>
        )}
      </dl>
    </details>
  )
}
