// The first tab: a request on one side, on the other what is to be said of it.

import { useEffect, useRef, useState } from 'preact/hooks'
import type { Subject } from '../app.tsx'
import { checkAside } from '../report/aside.ts'
import type { Report, Settings } from '../report/check.ts'
import { type Source, type Understood, understand } from '../request/source.ts'
import { Causes } from './causes.tsx'
import { Examples } from './examples.tsx'
import { Input } from './input.tsx'
import { Options } from './options.tsx'
import { Payload } from './payload.tsx'
import { Received } from './received.tsx'
import { Share } from './share.tsx'
import { SigningString } from './signing-string.tsx'
import { Steps } from './steps.tsx'
import { Verdict } from './verdict.tsx'

export type OnInspect = (subject: Subject, settings?: Partial<Settings>) => void

interface Props {
  readonly subject: Subject
  readonly settings: Settings
  readonly onSettings: (changed: Partial<Settings>) => void
  /** Another request. */
  readonly onGive: (source: Source) => void
  /** The same one, changed. */
  readonly onEdit: (source: Source) => void
  readonly onInspect: OnInspect
}

interface Result {
  readonly understood?: Understood | undefined
  readonly report?: Report | undefined
  readonly error?: string | undefined
}

export function Inspect({ subject, settings, onSettings, onGive, onEdit, onInspect }: Props) {
  const { understood, report, error, busy } = useResult(subject, settings)
  const request = understood?.request
  return (
    <div class="inspect-frame">
      <div class="columns inspect">
        <section aria-label="The request" class="stack">
          <Examples onInspect={onInspect} />
          <Input source={subject.source} understood={understood} onGive={onGive} onEdit={onEdit} onInspect={onInspect} />
          <Options settings={settings} onSettings={onSettings} />
        </section>
        <section aria-label="The result" class="stack" aria-busy={busy}>
          <Verdict understood={understood} report={report} error={error} busy={busy} />
          {report && <Causes causes={report.causes} code={report.code} />}
          {report && report.steps.length > 0 && <Steps steps={report.steps} />}
          {report?.signingString !== undefined && <SigningString text={report.signingString} />}
          {request && <Payload body={request.body} authentic={isAuthentic(report)} now={report?.now} />}
          {request && <Received request={request} />}
          {request && report && !report.by && <Share request={request} report={report} secret={settings.secret} />}
        </section>
      </div>
    </div>
  )
}

/** Whether this page has found the signature and the body to be right, whatever the clock says. */
function isAuthentic(report: Report | undefined): boolean {
  const passed = (name: string) => report?.steps.some(({ step, status }) => step === name && status === 'passed') ?? false
  return report?.by === undefined && passed('mac') && passed('body')
}

// In milliseconds; most take less, and do not flicker.
const SLOW = 300

/** Worked out after the page has painted, so that it never waits while somebody types. */
function useResult(subject: Subject, settings: Settings): Result & { busy: boolean } {
  const [result, setResult] = useState<Result>({})
  const [busy, setBusy] = useState(false)
  const understood = useRef<Kept>({})
  useEffect(() => {
    setBusy(true)
    const current = new AbortController()
    // The old verdict must not stand beside a new request for long.
    const slow = setTimeout(setResult, SLOW, {})
    const timer = setTimeout(async () => {
      const result = await resultOf(subject, settings, understood.current, current.signal)
      if (current.signal.aborted) return
      clearTimeout(slow)
      setResult(result)
      setBusy(false)
    }, 20)
    return () => {
      clearTimeout(timer)
      clearTimeout(slow)
      current.abort()
    }
  }, [subject, settings])
  return { ...result, busy }
}

/** The last source, which is not read again for another secret. */
interface Kept {
  of?: Source
  is?: Understood | undefined
}

async function resultOf(subject: Subject, settings: Settings, kept: Kept, signal: AbortSignal): Promise<Result> {
  try {
    if (kept.of !== subject.source) Object.assign(kept, { is: understand(subject.source), of: subject.source })
    const understood = kept.is
    if (!understood?.request) return { understood, report: subject.told }
    const told = subject.told && (subject.incomplete || settings.secret === '') ? subject.told : undefined
    return { understood, report: told ?? (await checkAside(understood.request, settings, signal)) }
  } catch (error) {
    return { understood: kept.is, error: error instanceof Error ? error.message : String(error) }
  }
}
