/** `drone-webhooks send`: signed samples for a receiver, without a Drone server. */
import { sign } from '../../sign.js'
import { type Command, urlOf } from '../args.js'
import { type Answer, exchange, type HeaderList } from '../client.js'
import { EXIT, messageOf, network, usage } from '../exit.js'
import { readFile, utf8 } from '../input.js'
import { type Output, type Shown, show } from '../output.js'
import { SAMPLES, type SampleName, sampleBody, sampleNamed } from '../sample.js'
import { readSecrets, SECRET_HELP, SECRET_OPTIONS } from '../secrets.js'

export const command: Command = {
  help: `\
Usage: drone-webhooks send URL [EVENT] [--status STATUS]
       drone-webhooks send --print [EVENT] [--status STATUS]

Sends a signed sample, as a Drone server would: same headers, payloads made from recorded
ones. Redirects are not followed.

  EVENT                user.created, user.deleted, repo.enabled, repo.disabled, repo.deleted,
                       build.created, build.updated (default)
  --status STATUS      of a build: pending, running, success (default), failure, error,
                       killed, skipped, declined, blocked, waiting_on_dependencies
  --all                all of them, one after the other
  --body FILE          this body in place of a sample
${SECRET_HELP}
  --timeout SECONDS    how long to wait for an answer (default 10; Drone waits for 60)
  --print              print the body, and send nothing

Exits with 0 when every answer is 2xx, 1 when one is not, 3 when there is none.

Examples
  drone-webhooks send http://127.0.0.1:3000/hook
  drone-webhooks send http://127.0.0.1:3000/hook build.updated --status failure
  drone-webhooks send http://127.0.0.1:3000/hook --all --json
  drone-webhooks send --print repo.enabled | jq .
`,
  options: { ...SECRET_OPTIONS, status: 'text', all: 'flag', body: 'text', timeout: 'text', print: 'flag' },
  words: 2,
  async run(args, out) {
    const words = args.flag('print') ? [undefined, ...args.words] : args.words
    if (words.length > 2) throw usage('--print sends nothing, and takes no URL')
    const [target, name] = words
    const messages = messagesOf(name, args.text('status'), args.flag('all'), args.text('body'))
    if (args.flag('print')) return print(messages, out)
    const url = urlOf(target)
    const timeout = args.seconds('timeout') ?? 10
    const [secret] = await readSecrets(args)
    let exit: number = EXIT.done
    for (const message of messages) {
      const { body, event } = message
      const answer = await exchange(url, { method: 'POST', body, headers: headersOf(body, event, secret) }, timeout).catch((error) => {
        throw network(messageOf(error))
      })
      const ok = answer.status >= 200 && answer.status < 300
      if (!ok) exit = EXIT.refused
      tell(message, answer, ok, out)
    }
    return exit
  },
}

interface Message {
  readonly what: string
  readonly event: string | undefined
  readonly body: Uint8Array
}

function messagesOf(name: string | undefined, status: string | undefined, all: boolean, file: string | undefined): Message[] {
  if (file !== undefined) {
    if (name !== undefined || status !== undefined || all) throw usage('give --body or say which sample, not both')
    const body = readFile(file)
    return [{ what: file, event: eventIn(body), body }]
  }
  if (!all) return [sampleOf(sampleNamed(name, status))]
  if (name !== undefined || status !== undefined) throw usage('--all sends all samples: give no event and no status besides')
  return SAMPLES.map(sampleOf)
}

function sampleOf(sample: SampleName): Message {
  const { event, action, status } = sample
  return { what: `${event}.${action}${status === undefined ? '' : ` ${status}`}`, event, body: sampleBody(sample) }
}

/** In Drone's order. */
function headersOf(body: Uint8Array, event: string | undefined, secret: Uint8Array): HeaderList {
  const { date, digest, signature } = sign({ body }, { secret })
  return [
    ['Content-Type', 'application/json'],
    ['Date', date],
    ['Digest', digest],
    ['Signature', signature],
    ...(event === undefined ? [] : ([['X-Drone-Event', event]] as const)),
    ['Accept-Encoding', 'gzip'],
  ]
}

function eventIn(body: Uint8Array): string | undefined {
  return /^\{"event":"([\w-]+)"/.exec(utf8(body) ?? '')?.[1]
}

function print(messages: readonly Message[], out: Output): number {
  for (const { body } of messages) {
    const text = utf8(body) ?? ''
    out.result(`${text}\n`)
    out.value(JSON.parse(text))
  }
  return EXIT.done
}

function tell({ what, body }: Message, { status, location, milliseconds }: Answer, ok: boolean, out: Output): void {
  out.value({ ok, sample: what, bytes: body.length, status, milliseconds, ...(location !== undefined && { location }) })
  out.line(show`${ok ? out.good('✓') : out.bad('✗')} ${what.padEnd(40)} ${status}  ${out.dim(`${milliseconds} ms`)}`)
  const hint = hintFor(status, location)
  if (hint !== undefined) out.line(show`  ${hint}`)
}

/** What an answer means for Drone's own deliveries. */
function hintFor(status: number, location: string | undefined): Shown | undefined {
  if (status >= 301 && status <= 303)
    return show`a redirect to ${location ?? 'nowhere'}: Drone would send a GET without the body there. Give Drone the final address.`
  if (status === 307 || status === 308) return show`a redirect to ${location ?? 'nowhere'}: Drone would send it there again, whole.`
  if (status === 401 || status === 403) return show`refused: is the secret the same as the receiver’s? drone-webhooks explain says more.`
  if (status === 404) return show`there is nothing at this path: is it the receiver’s?`
  return undefined
}
