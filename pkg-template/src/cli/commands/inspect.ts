/** `drone-webhooks inspect`: a receiver for looking at what comes. */
import { spawn } from 'node:child_process'
import type { IncomingMessage, ServerResponse } from 'node:http'
import process from 'node:process'
import { createVerifier } from '../../verifier.js'
import type { Command } from '../args.js'
import { EXIT, messageOf } from '../exit.js'
import { tellCauses } from '../explanation.js'
import { type Examined, Examiner } from '../inspect/examine.js'
import { LiveTab } from '../inspect/live.js'
import { serveUntilStopped } from '../listen.js'
import { type Output, show } from '../output.js'
import { readSecrets, SECRET_HELP, SECRET_OPTIONS } from '../secrets.js'

const DEFAULT_PORT = 8787

export const command: Command = {
  help: `\
Usage: drone-webhooks inspect

Receives on this machine only (127.0.0.1), and prints each delivery with its verdict; what is
refused is explained. The inspector's live tab shows the same in a browser. Every path takes
deliveries. They are answered as a receiver should, and kept nowhere. Ctrl-C ends it.

  --port PORT          where to listen (default ${DEFAULT_PORT}; 0 for any that is free)
  --tolerance SECONDS  how far Date and clock may be apart (default 300)
  --open, --no-open    open the live tab in a browser (default: when run in a terminal)
${SECRET_HELP}

Examples
  drone-webhooks inspect
  DRONE_WEBHOOK_ENDPOINT=http://127.0.0.1:${DEFAULT_PORT}/hook   (for a Drone server on this machine)
  drone-webhooks send http://127.0.0.1:${DEFAULT_PORT}/hook      (in another terminal)
  drone-webhooks inspect --json | jq -c '[.code, .event, .action]'
`,
  options: { ...SECRET_OPTIONS, port: 'text', tolerance: 'text', open: 'flag', 'no-open': 'flag' },
  words: 0,
  async run(args, out) {
    const port = args.port('port') ?? DEFAULT_PORT
    const options = { secret: await readSecrets(args), tolerance: args.seconds('tolerance') }
    const examiner = new Examiner(createVerifier(options), options)
    const live = new LiveTab()
    const opens = args.flag('open') || (process.stdout.isTTY === true && !out.json && !args.flag('no-open'))
    await serveUntilStopped({
      host: '127.0.0.1',
      port,
      handler: (request, response) => handle(request, response, { examiner, live, out }),
      ready: (origin) => welcome(origin, live, opens, out),
    })
    return EXIT.done
  },
}

interface Parts {
  readonly examiner: Examiner
  readonly live: LiveTab
  readonly out: Output
}

async function handle(request: IncomingMessage, response: ServerResponse, { examiner, live, out }: Parts): Promise<void> {
  try {
    if (live.serve(request, response)) return
    const examined = await examiner.examine(request)
    response.statusCode = examined.status
    if (examined.code === 'body_too_large') response.setHeader('Connection', 'close')
    response.end('')
    live.add(examined)
    tell(examined, out)
  } catch (error) {
    // The sender has hung up, as a rule: there is nothing to examine and nobody to answer.
    response.statusCode = 500
    response.end('')
    out.line(show`${out.warn('!')} a request could not be examined: ${messageOf(error)}`)
    out.value({ ok: false, code: 'broken_off', message: messageOf(error) })
  }
}

function welcome(origin: string, live: LiveTab, opens: boolean, out: Output): void {
  const page = live.page === undefined ? null : `${origin}/`
  out.value({ listening: origin, page })
  out.line(show`Waiting for deliveries at ${out.bold(`${origin}/hook`)}`)
  if (page === null) out.line(show`The inspector’s page is not in this installation, so there is no live tab; deliveries are printed here.`)
  else out.line(show`Live tab: ${out.bold(page)}`)
  if (page !== null && opens) openBrowser(page)
}

function openBrowser(url: string): void {
  const [program, ...words] = { darwin: ['open'], win32: ['cmd', '/c', 'start', ''] }[process.platform] ?? ['xdg-open']
  const child = spawn(program ?? '', [...words, url], { detached: true, stdio: 'ignore' })
  // Where there is no browser, the address has been printed.
  child.on('error', () => {})
  child.unref()
}

function tell(examined: Examined, out: Output): void {
  out.value(examined)
  const { receivedAt, request, code, message, subject, explanation } = examined
  const time = out.dim(receivedAt.slice(11, 19))
  if (code === null) out.line(show`${time} ${out.good('✓')} ${out.bold(subject ?? '')}  ${out.dim(examined.id?.slice(0, 12) ?? '')}`)
  else out.line(show`${time} ${out.bad('✗')} ${request.method} ${request.url}  ${out.bold(code)}  ${message ?? ''}`)
  if (code !== null && explanation !== undefined) tellCauses(explanation.causes, out)
}
