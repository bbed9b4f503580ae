/** `drone-webhooks explain`: every step of the verification, and what caused a refusal. */
import { EXTENSION_HEADERS } from '../../options.js'
import type { Command } from '../args.js'
import { EXIT } from '../exit.js'
import { tellExplanation } from '../explanation.js'
import { show } from '../output.js'
import { clockOf, REQUEST_HELP, REQUEST_OPTIONS, readRequest } from '../request.js'
import { readSecrets, SECRET_HELP, SECRET_OPTIONS } from '../secrets.js'

export const command: Command = {
  help: `\
Usage: drone-webhooks explain [FILE]

Goes through every step of the verification and says why a request is refused: what is known
to go wrong is tried on its bytes, and named when the request verifies then.

${REQUEST_HELP}
${SECRET_HELP}
  --all                show what was received and computed at steps that passed, too
  --reveal             show the signature that the secret gives. Whoever sees it can send this
                       request as Drone: never show one for a request that is not your own

Exits with 0 when the request is authentic, 1 when it is refused.

Examples
  drone-webhooks explain request.http
  pbpaste | drone-webhooks explain --secret-file drone.secret
  drone-webhooks explain capture.http --at-date --json | jq '.causes[0]'
`,
  options: { ...REQUEST_OPTIONS, ...SECRET_OPTIONS, all: 'flag', reveal: 'flag' },
  words: 1,
  async run(args, out) {
    const request = await readRequest(args, out)
    if (request.body === undefined)
      out.note(show`There is no body in it, so that nothing can be said of the body: give it with --body FILE.`)
    const { explain } = await import('../../explain.js')
    const explanation = explain(request, {
      now: clockOf(args, request),
      tolerance: args.seconds('tolerance'),
      ...(args.flag('extension') && { requiredHeaders: EXTENSION_HEADERS }),
      reveal: args.flag('reveal'),
      secret: await readSecrets(args),
    })
    out.value({ ...explanation, code: explanation.code ?? null })
    tellExplanation(explanation, args.flag('all'), out)
    return explanation.ok ? EXIT.done : EXIT.refused
  },
}
