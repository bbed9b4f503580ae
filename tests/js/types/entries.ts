// The other entry points: drone-webhooks/slim has all of the first one, drone-webhooks/explain its own two functions.

import type * as whole from 'drone-webhooks'
import { parseSignature, type SignatureParameters, type SigningTimes, signingString } from 'drone-webhooks/explain'
import type * as slim from 'drone-webhooks/slim'
import { createVerifier, type Delivery, init, verify, WebhookVerificationError } from 'drone-webhooks/slim'

// A module is an object, whatever the platform calls its type; so are bytes.
init({})
init(new Uint8Array())
init(new ArrayBuffer(8))
// @ts-expect-error a path is no module
init('core_bg.wasm')
// @ts-expect-error there must be one
init(undefined)
// @ts-expect-error
init()

const delivery: Delivery = verify({ headers: {}, body: '' }, { secret: 'secret' })
const verifier = createVerifier({ secret: 'secret' }) satisfies whole.Verifier
const error = new WebhookVerificationError('digest_mismatch', 401, '') satisfies whole.WebhookVerificationError
delivery satisfies whole.Delivery

// Nothing of the first entry point is missing in slim, and `init` is all that it has besides.
export const missing = (name: Exclude<keyof typeof whole, keyof typeof slim>): never => name
export const besides = (name: Exclude<keyof typeof slim, keyof typeof whole>): 'init' => name

const parameters: SignatureParameters = parseSignature('keyId="hmac-key"')
const { keyId, headers, signature }: { keyId: string; headers: readonly string[]; signature: string } = parameters
const created: number | undefined = parameters.created
const times: SigningTimes = { created, expires: undefined }
const text: string = signingString({ headers: { date: '' }, method: 'POST', url: undefined }, headers, times)
signingString({ headers: [] }, ['date'])
// @ts-expect-error a signature is text
parseSignature({ headers: {} })
// @ts-expect-error names are a list
signingString({ headers: {} }, 'date digest')
// @ts-expect-error what was parsed stays as it is
parameters.headers.push('host')
// @ts-expect-error explain cannot verify
type _Verify = typeof import('drone-webhooks/explain')['verify']

export { error, keyId, signature, text, verifier }
