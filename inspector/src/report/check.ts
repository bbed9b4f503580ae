// Asks the package. Without a secret it checks all that can be checked without one.

import { EXTENSION_HEADERS } from 'drone-webhooks'
import { type Cause, type Explanation, explain, type Step } from 'drone-webhooks/explain'
import { header, type Request } from '../request/request.ts'

export interface Settings {
  readonly secret: string
  readonly clock: 'date' | 'now' | 'chosen'
  /** As a field for a date and a time has it, in UTC. */
  readonly chosen: string
  /** In seconds. */
  readonly tolerance: number
  readonly extension: boolean
  readonly reveal: boolean
}

export const DEFAULTS: Settings = { secret: '', clock: 'date', chosen: '', tolerance: 300, extension: false, reveal: false }

export interface Report {
  /** `open`: it depends on the secret, which is not known. */
  readonly verdict: 'authentic' | 'refused' | 'open'
  readonly code?: string | undefined
  readonly steps: readonly Step[]
  readonly signingString?: string | undefined
  readonly causes: readonly Cause[]
  /** The time that was taken for now. */
  readonly now: number
  /** What the clock of this device makes of a request that was checked at its own time. */
  readonly nowCode?: string | undefined
  /** Who says so, if it is not this page. */
  readonly by?: string | undefined
}

/** The clock that the settings ask for. */
export function clockOf(request: Request, { clock, chosen }: Settings): number {
  const time = clock === 'date' ? Date.parse(header(request, 'date') ?? '') : clock === 'chosen' ? Date.parse(`${chosen}Z`) : Number.NaN
  return Number.isNaN(time) || time < 0 ? Date.now() : time
}

/** Checks it. */
export function check(request: Request, settings: Settings): Report {
  const now = clockOf(request, settings)
  if (settings.secret === '') return withoutSecret(request, settings, now)
  const { ok, code, steps, signingString, causes } = ask(request, settings, settings.secret, now)
  const nowCode = ok && settings.clock !== 'now' ? ask(request, settings, settings.secret, Date.now()).code : undefined
  return { verdict: ok ? 'authentic' : 'refused', code, steps, signingString, causes, now, nowCode }
}

/** With a secret that nobody has; what rests on it is left open. */
function withoutSecret(request: Request, settings: Settings, now: number): Report {
  const { steps, signingString, causes } = ask(request, { ...settings, reveal: false }, crypto.getRandomValues(new Uint8Array(32)), now)
  const open = steps.map((step) => (step.step === 'mac' && step.status === 'failed' ? unknown(step) : step))
  const failed = open.find(({ status }) => status === 'failed')
  return {
    verdict: failed ? 'refused' : 'open',
    code: failed?.code,
    steps: open,
    signingString,
    causes: causes.filter(({ code }) => code !== 'secret_wrong'),
    now,
  }
}

function unknown(step: Step): Step {
  return { ...step, status: 'skipped', code: undefined, message: 'give the secret to check the signature' }
}

function ask(request: Request, { tolerance, extension, reveal }: Settings, secret: string | Uint8Array, now: number): Explanation {
  return explain(request, { secret, now, tolerance, reveal, ...(extension && { requiredHeaders: EXTENSION_HEADERS }) })
}
