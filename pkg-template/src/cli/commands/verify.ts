/** `drone-webhooks verify`: whether a saved request is authentic. */
import { codes } from '../../codes.js'
import { WebhookVerificationError } from '../../errors.js'
import type { Delivery } from '../../events.js'
import { EXTENSION_HEADERS } from '../../options.js'
import { verify } from '../../verify.js'
import type { Command } from '../args.js'
import { EXIT, usage } from '../exit.js'
import { type Output, show } from '../output.js'
import { clockOf, REQUEST_HELP, REQUEST_OPTIONS, readRequest } from '../request.js'
import { readSecrets, SECRET_HELP, SECRET_OPTIONS } from '../secrets.js'
import { subject } from '../subject.js'

export const command: Command = {
  help: `\
Usage: drone-webhooks verify [FILE]

Says whether a saved request is authentic: signature, body, freshness, payload.

${REQUEST_HELP}
${SECRET_HELP}

Exits with 0 when it is authentic, 1 when it is refused.

Examples
  drone-webhooks verify request.http --at-date
  pbpaste | drone-webhooks verify --secret-file drone.secret
  drone-webhooks verify entry.har --json | jq .code
`,
  options: { ...REQUEST_OPTIONS, ...SECRET_OPTIONS },
  words: 1,
  async run(args, out) {
    const request = await readRequest(args, out)
    const { body } = request
    if (body === undefined) throw usage('there is no body in it: give the raw body with --body FILE')
    const options = {
      now: clockOf(args, request),
      tolerance: args.seconds('tolerance'),
      ...(args.flag('extension') && { requiredHeaders: EXTENSION_HEADERS }),
      secret: await readSecrets(args),
    }
    try {
      const delivery = verify({ ...request, body }, options)
      tell(delivery, out)
      return EXIT.done
    } catch (error) {
      if (!isRefusal(error)) throw error
      out.value({ ok: false, code: error.code, status: error.status, message: error.message })
      out.line(show`${out.bad('✗ refused')}  ${out.bold(error.code)}  ${error.message}`)
      out.line(out.dim('drone-webhooks explain, with the same options, looks for the cause.'))
      return EXIT.refused
    }
  },
}

function tell(delivery: Delivery, out: Output): void {
  const { id, signedAt, keyId, signedHeaders } = delivery
  // Reading the payload is the last step of the verification.
  const what = subject(delivery)
  out.value({ ok: true, code: null, ...delivery.toJSON(), signedHeaders })
  out.line(show`${out.good('✓ authentic')}  ${out.bold(what)}`)
  out.line(show`  id       ${id}`)
  out.line(show`  signed   ${signedAt.toISOString()}, headers ${signedHeaders.join(' ')}, key ${keyId}`)
}

/** A verdict on the request, and no mistake of who runs this. */
function isRefusal(error: unknown): error is WebhookVerificationError {
  return WebhookVerificationError.is(error) && codes[error.code] < 500
}
