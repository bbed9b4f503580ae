#!/usr/bin/env node
/** `drone-webhooks`: finds the command, runs it, and makes an exit code of what comes of it. Nothing else in the package imports this. */
import { readFileSync } from 'node:fs'
import process from 'node:process'
import { WebhookVerificationError } from '../errors.js'
import { Args, type Command } from './args.js'
import { EXIT, Exit, messageOf, usage } from './exit.js'
import { Output, show } from './output.js'

const COMMANDS: Readonly<Record<string, () => Promise<{ command: Command }>>> = {
  verify: () => import('./commands/verify.js'),
  explain: () => import('./commands/explain.js'),
  sign: () => import('./commands/sign.js'),
  secret: () => import('./commands/secret.js'),
  send: () => import('./commands/send.js'),
  inspect: () => import('./commands/inspect.js'),
  relay: () => import('./commands/relay.js'),
  audit: () => import('./commands/audit.js'),
}

const HELP = `\
drone-webhooks: webhooks of Drone CI, verified, explained, sent, received

Usage: drone-webhooks COMMAND [options]

  verify    is this saved request authentic?
  explain   why was it refused?
  sign      sign a body as Drone does
  secret    make a secret
  send      send a signed sample to a receiver
  inspect   receive, and print each delivery with its verdict
  relay     receive, keep in a file, and forward with retries
  audit     attack a receiver, and report what it wrongly accepts

  drone-webhooks COMMAND --help   options and examples
  drone-webhooks --version

Every command takes --json: then one JSON value a line is written, and nothing else.
Colours are for terminals only, and not where NO_COLOR is set.

Exit codes
  0    authentic; accepted; done
  1    refused: the request, or what was sent; or the audit has found something
  2    called wrongly, or something is missing: a secret, a file, SQLite
  3    network: nobody listens, no answer, the port is in use
  4    nothing can be concluded (audit)
  70   a mistake in this program
`

async function main(line: readonly string[]): Promise<number> {
  const [name = '--help', ...rest] = line
  if (name === '--help' || name === '-h' || name === 'help') return print(HELP)
  if (name === '--version' || name === '-v') return print(`${version()}\n`)
  const out = new Output(rest.includes('--json'))
  try {
    const load = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined
    if (load === undefined) throw usage(`there is no command ${JSON.stringify(name)}: drone-webhooks --help lists them`)
    const { command } = await load()
    // Asked for help, nobody has to get the rest of the line right.
    if (rest.includes('--help') || rest.includes('-h')) return print(command.help)
    return await command.run(new Args(rest, command), out)
  } catch (error) {
    return failed(error, name, out)
  }
}

function failed(error: unknown, name: string, out: Output): number {
  const { exit, code, details } = kindOf(error)
  const message = messageOf(error)
  out.value({ ok: false, code, message, ...details })
  out.note(show`drone-webhooks ${name}: ${message}`)
  if (exit === EXIT.internal) out.note(show`This is a mistake in drone-webhooks: ${error instanceof Error ? (error.stack ?? '') : ''}`)
  return exit
}

function kindOf(error: unknown): { exit: number; code: string; details?: Exit['details'] } {
  if (error instanceof Exit) return error
  // What the command line led to, such as a tolerance that cannot be.
  if (WebhookVerificationError.is(error)) return { exit: EXIT.usage, code: error.code }
  return { exit: EXIT.internal, code: 'internal' }
}

function print(text: string): number {
  process.stdout.write(text)
  return EXIT.done
}

function version(): string {
  const manifest = new TextDecoder().decode(readFileSync(new URL('../../package.json', import.meta.url)))
  return (JSON.parse(manifest) as { version: string }).version
}

// Who reads may stop reading: `drone-webhooks … | head`.
process.stdout.on('error', (error) => {
  if (error.code !== 'EPIPE') throw error
})
process.exitCode = await main(process.argv.slice(2))
