// The deliveries that `drone-webhooks inspect` receives, as they come.

import type { Explanation } from 'drone-webhooks/explain'
import { useEffect, useState } from 'preact/hooks'
import type { Report } from '../report/check.ts'
import { sourceOf } from '../request/source.ts'
import { Code } from '../ui/controls.tsx'
import { counted } from '../ui/format.ts'
import type { OnInspect } from './inspect.tsx'

/** What the command tells of each, as server-sent events. */
interface Delivery {
  readonly number: number
  readonly receivedAt: string
  readonly request: {
    readonly method: string
    readonly url: string
    readonly headers: readonly (readonly [string, string])[]
    readonly body?: string
    readonly bodyBase64?: string
  }
  readonly ok: boolean
  readonly code: string | null
  readonly message?: string
  readonly status: number
  readonly subject?: string
  readonly explanation?: Explanation
}

export interface Deliveries {
  /** `none`: this page was not served by the command. */
  readonly state: 'none' | 'waiting' | 'open'
  /** The last first. */
  readonly list: readonly Delivery[]
}

const KEPT = 100

/** Where the command serves the page it says where the stream is; elsewhere the page connects to nothing. */
export function useDeliveries(): Deliveries {
  const [deliveries, set] = useState<Deliveries>({ state: 'none', list: [] })
  useEffect(() => {
    const url = document.querySelector<HTMLMetaElement>('meta[name="drone-webhooks-live"]')?.content
    if (url === undefined) return
    const events = new EventSource(url)
    const state = (state: Deliveries['state']) => set((before) => ({ ...before, state }))
    state('waiting')
    events.onopen = () => state('open')
    events.onerror = () => state('waiting')
    events.addEventListener('delivery', ({ data }) => {
      const delivery = JSON.parse(data) as Delivery
      // After a restart of the command its numbers begin anew.
      const others = (list: readonly Delivery[]) =>
        list.filter(({ number, receivedAt }) => number !== delivery.number || receivedAt !== delivery.receivedAt)
      set(({ state, list }) => ({ state, list: [delivery, ...others(list)].slice(0, KEPT) }))
    })
    return () => events.close()
  }, [])
  return deliveries
}

export function Live({ deliveries: { state, list }, onInspect }: { deliveries: Deliveries; onInspect: OnInspect }) {
  if (state === 'none') return <HowTo />
  return (
    <section class="card stack narrow" aria-labelledby="live">
      <h2 id="live">Deliveries</h2>
      <p role="status" class="note">
        <span class={`dot ${state}`} aria-hidden="true" />
        {state === 'open' ? 'Following the command on this machine' : 'The command does not answer; waiting for it'}
        {list.length > 0 && `, ${counted(list.length, 'delivery').replace('deliverys', 'deliveries')}`}.
      </p>
      {list.length === 0 ? (
        <>
          <p>Nothing has come yet. Point Drone at this address, or send a sample:</p>
          <Code text={`npx drone-webhooks send ${location.origin}/hook`} label="A command that sends a sample" />
        </>
      ) : (
        <ul class="deliveries">
          {list.map((delivery) => (
            <li key={`${delivery.receivedAt} ${delivery.number}`}>
              <Line delivery={delivery} onInspect={onInspect} />
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}

function Line({ delivery, onInspect }: { delivery: Delivery; onInspect: OnInspect }) {
  const { ok, code, subject, message, receivedAt, request, status } = delivery
  return (
    <button type="button" class={`delivery ${ok ? 'passed' : 'failed'}`} onClick={() => show(delivery, onInspect)}>
      <span class="mark" aria-hidden="true">
        {ok ? '✓' : '✕'}
      </span>
      <span class="name">
        <strong>{ok ? subject : code}</strong>
        <span class="said">{ok ? 'authentic' : (delivery.explanation?.causes[0]?.message ?? message)}</span>
      </span>
      <span class="dim mono">
        {request.method.slice(0, 10)} {status} · <time dateTime={receivedAt}>{receivedAt.slice(11, 19)}</time>
      </span>
    </button>
  )
}

/** With the time of its arrival as the clock. Where the secret is not given here, it is as the command found it. */
function show(delivery: Delivery, onInspect: OnInspect): void {
  const { number, receivedAt, request, ok, code, explanation } = delivery
  const { method, url, headers, body, bodyBase64 } = request
  const bytes = body ?? Uint8Array.from(atob(bodyBase64 ?? ''), (character) => character.charCodeAt(0))
  const told: Report = {
    verdict: ok ? 'authentic' : 'refused',
    code: code ?? undefined,
    steps: explanation?.steps ?? [],
    signingString: explanation?.signingString,
    causes: explanation?.causes ?? [],
    now: Date.parse(receivedAt),
    by: 'By the command that received it. Give the secret to check it here.',
  }
  onInspect(
    { source: sourceOf({ method, url, headers, body: bytes }, `delivery ${number}`), told },
    { clock: 'chosen', chosen: receivedAt.slice(0, 19) },
  )
}

function HowTo() {
  return (
    <section class="card stack narrow" aria-labelledby="live">
      <h2 id="live">Follow deliveries as they come</h2>
      <p>
        This page was opened by itself, so it connects to nothing. Run this on your machine; it receives deliveries, and opens this tab:
      </p>
      <Code text="npx drone-webhooks inspect" label="The command that receives" />
      <p>Then send it something: from a Drone server whose DRONE_WEBHOOK_ENDPOINT is http://127.0.0.1:8787/hook, or by</p>
      <Code text="npx drone-webhooks send http://127.0.0.1:8787/hook" label="The command that sends" />
    </section>
  )
}
