// The payload as a tree: times as dates, statuses in colour. What it says is the sender's word, and is only ever text.

import { useMemo, useState } from 'preact/hooks'
import { textOf } from '../request/request.ts'
import { Scrolled } from '../ui/controls.tsx'
import { ago, counted, size, utc } from '../ui/format.ts'

// A level shows so many at once; a tree is made only where it is opened.
const AT_ONCE = 100
const LONG = 400
const TIMES = new Set(['created', 'updated', 'started', 'finished', 'stopped', 'synced', 'last_login', 'timestamp'])
// From 1990 to 2100; zero means never.
const TIME_RANGE = [631_152_000, 4_102_444_800] as const

interface Props {
  readonly body: string | Uint8Array
  /** It is what the sender signed; it may be old. */
  readonly authentic: boolean
  readonly now: number | undefined
}

export function Payload({ body, authentic, now }: Props) {
  const parsed = useMemo(() => parse(body), [body])
  return (
    <section class="card stack" aria-labelledby="payload">
      <div class="row between">
        <h2 id="payload">Payload</h2>
        <span class={`badge ${authentic ? 'good' : ''}`}>{authentic ? 'authentic' : 'not verified'}</span>
      </div>
      {'value' in parsed ? (
        <Scrolled label="The fields" class="tree mono">
          <Value name="" value={parsed.value} now={now} depth={0} />
        </Scrolled>
      ) : (
        <p>{parsed.problem}</p>
      )}
    </section>
  )
}

function parse(body: string | Uint8Array): { value: unknown } | { problem: string } {
  if (body.length === 0) return { problem: 'The body is empty.' }
  const text = textOf(body)
  if (text === undefined) return { problem: `The body is no text: ${size(body.length)} that are no UTF-8.` }
  try {
    return { value: JSON.parse(text, text.length < EXACT_LIMIT ? exactly : undefined) }
  } catch (error) {
    return { problem: `The body is no JSON: ${error instanceof Error ? error.message : ''}` }
  }
}

// More takes too long with a function for each value.
const EXACT_LIMIT = 1_000_000

/** A number that JavaScript would write otherwise, or cannot hold. */
class Exact {
  constructor(readonly text: string) {}
}

/** Where the browser tells how a number was written; elsewhere it is shown as JavaScript has it. */
function exactly(_: string, value: unknown, context?: { source?: string }): unknown {
  const written = context?.source
  return typeof value === 'number' && written !== undefined && written !== String(value) ? new Exact(written) : value
}

interface NodeProps {
  readonly name: string
  readonly value: unknown
  readonly now: number | undefined
  readonly depth: number
}

function Value(props: NodeProps) {
  const { value, name, now } = props
  if (value instanceof Exact) return <span class="number">{value.text}</span>
  if (typeof value === 'object' && value !== null) return <Branch {...props} value={value} />
  if (typeof value === 'string') return <Text text={value} status={name === 'status'} />
  if (typeof value === 'number' && TIMES.has(name) && value > TIME_RANGE[0] && value < TIME_RANGE[1]) {
    return (
      <span class="number">
        {value}{' '}
        <time dateTime={new Date(value * 1000).toISOString()}>
          {utc(value * 1000)}
          {now !== undefined && <span class="dim"> · {ago(value * 1000)}</span>}
        </time>
      </span>
    )
  }
  return <span class={typeof value}>{String(value)}</span>
}

const STATUSES: Readonly<Record<string, string>> = {
  success: 'good',
  failure: 'bad',
  error: 'bad',
  killed: 'bad',
  declined: 'bad',
  running: 'busy',
  pending: 'busy',
  blocked: 'busy',
  waiting_on_dependencies: 'busy',
  skipped: 'none',
}

function Text({ text, status }: { text: string; status: boolean }) {
  const kind = status && Object.hasOwn(STATUSES, text) ? STATUSES[text] : undefined
  if (kind) return <span class={`badge ${kind}`}>{text}</span>
  const shown = text.length > LONG ? `${text.slice(0, LONG)}…` : text
  if (isLink(text)) {
    return (
      <a href={text} target="_blank" rel="noopener noreferrer nofollow">
        {shown}
      </a>
    )
  }
  return <span class="string">{JSON.stringify(shown)}</span>
}

/** Nothing but the web: a payload is a stranger's until it is verified. */
function isLink(text: string): boolean {
  return /^https?:\/\/[^\s"<>]+$/.test(text) && text.length < 2000 && URL.canParse(text)
}

function Branch({ name, value, now, depth }: NodeProps & { value: object }) {
  const list = Array.isArray(value)
  const [open, setOpen] = useState(depth < 2 && name !== 'repo' && name !== 'system' && name !== 'user')
  const [shown, setShown] = useState(AT_ONCE)
  // Not the entries: a list may have a million.
  const keys = useMemo(() => (list ? undefined : Object.keys(value)), [value])
  const count = keys?.length ?? (value as unknown[]).length
  const names = open ? (keys?.slice(0, shown) ?? Array.from({ length: Math.min(count, shown) }, (_, at) => String(at))) : []
  if (count === 0) return <span class="dim">{list ? '[ ]' : '{ }'}</span>
  return (
    <details open={open} onToggle={(event) => event.target === event.currentTarget && setOpen(event.currentTarget.open)}>
      <summary>
        <span class="dim">{summary(value, count)}</span>
      </summary>
      <ul>
        {names.map((key) => (
          <li key={key}>
            <span class="key">{key.length > LONG ? `${key.slice(0, LONG)}…` : key}</span>{' '}
            <Value name={list ? name : key} value={(value as Record<string, unknown>)[key]} now={now} depth={depth + 1} />
          </li>
        ))}
      </ul>
      {count > shown && (
        <button type="button" class="button small" onClick={() => setShown(shown + 1000)}>
          {counted(count - shown, 'more entry').replace('entrys', 'entries')}
        </button>
      )}
    </details>
  )
}

/** Its name, if it has one of those that Drone gives. */
function summary(value: object, count: number): string {
  if (Array.isArray(value)) return counted(count, 'entry').replace('entrys', 'entries')
  const { slug, login, name, number, status } = value as Record<string, unknown>
  const words = [slug ?? login ?? name, number === undefined ? undefined : `#${number}`, status]
  const said = words.filter((word) => typeof word === 'string' && word !== '' && word.length < 100).slice(0, 3)
  return said.length > 0 ? said.join(' · ') : counted(count, 'field')
}
