/** Sends the attacks, and judges by what comes back. */
import { type Answer, exchange } from '../client.js'
import { messageOf } from '../exit.js'
import { sampleBody } from '../sample.js'
import { ATTACKS, type Attack } from './attacks.js'
import { type Forged, forge, type Recipe } from './forge.js'

/** What came of an attack. */
export interface Finding {
  readonly attack: Attack
  readonly accepted: boolean
  /** Undefined where no answer came, which is a refusal too. */
  readonly status: number | undefined
  readonly why: string | undefined
}

/** What is audited, and how. */
export interface Target {
  readonly url: URL
  readonly secret: Uint8Array
  readonly timeout: number
}

/** What came of a request. */
export type Sent = { readonly accepted: boolean; readonly status: number | undefined; readonly why: string | undefined }

/** A delivery that a good receiver takes. */
export async function sendGood(target: Target): Promise<Sent> {
  return send(target, forge(recipe(target)))
}

/** One attack after the other, each from a delivery that is signed this moment. */
export async function* attack(target: Target, only: readonly string[]): AsyncGenerator<Finding> {
  for (const each of ATTACKS) {
    if (only.length > 0 && !only.includes(each.name)) continue
    yield { attack: each, ...(await send(target, each.make(recipe(target)))) }
  }
}

let number = 0

/** A new build of a repository that is nobody's, pending: the most harmless that Drone sends. No two are the same delivery. */
function recipe({ secret }: Target): Recipe {
  number += 1
  const now = Date.now()
  const body = new TextDecoder().decode(sampleBody({ event: 'build', action: 'created', status: 'pending' }, now))
  const named = body.replaceAll('octocat/hello-world', 'drone-webhooks/audit').replace('"number":4,', `"number":${number},`)
  return { secret, now, body: named }
}

async function send({ url, timeout }: Target, request: Forged): Promise<Sent> {
  let answer: Answer
  try {
    answer = await exchange(url, request, timeout)
  } catch (error) {
    return { accepted: false, status: undefined, why: messageOf(error) }
  }
  const { status } = answer
  return { accepted: status >= 200 && status < 300, status, why: undefined }
}
