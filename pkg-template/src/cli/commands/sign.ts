/** `drone-webhooks sign`: the headers that Drone would send with a body. */
import { EXTENSION_HEADERS } from '../../options.js'
import { sign } from '../../sign.js'
import type { Args, Command } from '../args.js'
import { urlOf } from '../args.js'
import type { HeaderList } from '../client.js'
import { EXIT, usage } from '../exit.js'
import { readInput, utf8 } from '../input.js'
import { printable } from '../output.js'
import { readSecrets, SECRET_HELP, SECRET_OPTIONS } from '../secrets.js'

export const command: Command = {
  help: `\
Usage: drone-webhooks sign [FILE]

Signs a body as Drone does, and prints the headers.

  FILE                 the body, byte for byte; without FILE, or for -, standard input
${SECRET_HELP}
  --now TIME           the time for Date (default now)
  --key-id ID          the key's name (default hmac-key)
  --event EVENT        what X-Drone-Event says (default: what the body says)
  --extension          sign as Drone's calls to extensions do: accept, accept-encoding,
                       content-type, date, digest
  --request            print the whole request, which verify and explain can read
  --curl URL           print a command for curl, which sends it (needs FILE)

Examples
  drone-webhooks sign body.json
  drone-webhooks sign body.json --curl http://127.0.0.1:3000/hook | sh
  drone-webhooks sign body.json --request | drone-webhooks verify
`,
  options: { ...SECRET_OPTIONS, now: 'text', 'key-id': 'text', event: 'text', extension: 'flag', request: 'flag', curl: 'text' },
  words: 1,
  async run(args, out) {
    const [file] = args.words
    const curl = args.text('curl')
    if (curl !== undefined && args.flag('request')) throw usage('give --request or --curl, not both')
    if (curl !== undefined && (file === undefined || file === '-')) throw usage('--curl needs the body in a FILE, which curl can send')
    const url = curl === undefined ? undefined : urlOf(curl)
    const body = await readInput(file, 'the body', out)
    const headers = headersOf(args, body, await readSecrets(args))
    if (url !== undefined && file !== undefined) out.result(curlLine(url, headers, file))
    else if (args.flag('request')) out.result(rawHead(headers, body))
    else out.result(headers.map(([name, value]) => `${name}: ${printable(value)}\n`).join(''))
    if (args.flag('request')) out.bytes(body)
    out.value({ headers: Object.fromEntries(headers) })
    return EXIT.done
  },
}

function headersOf(args: Args, body: Uint8Array, [secret]: readonly [Uint8Array, ...unknown[]]): HeaderList {
  const extension = args.flag('extension')
  const before: [string, string][] = [['Content-Type', 'application/json']]
  if (extension) before.push(['Accept', 'application/vnd.drone.config.v1+json'], ['Accept-Encoding', 'identity'])
  const { date, digest, signature } = sign(
    { body, headers: before },
    { secret, now: args.time('now'), keyId: args.text('key-id'), ...(extension && { signedHeaders: EXTENSION_HEADERS }) },
  )
  const event = args.text('event') ?? eventIn(body)
  if (event !== undefined && !/^[\x20-\x7e]*$/.test(event)) throw usage('--event wants printable ASCII, since it is the value of a header')
  const after: [string, string][] = event === undefined ? [] : [['X-Drone-Event', event]]
  return [...before, ['Date', date], ['Digest', digest], ['Signature', signature], ...after]
}

/** The event that the body names. Of a body that is no JSON, none: it can be signed all the same. */
function eventIn(body: Uint8Array): string | undefined {
  try {
    const { event }: { event?: unknown } = JSON.parse(utf8(body) ?? '')
    return typeof event === 'string' && /^[\w-]+$/.test(event) ? event : undefined
  } catch {
    return undefined
  }
}

function rawHead(headers: HeaderList, body: Uint8Array): string {
  const lines = [
    'POST /hook HTTP/1.1',
    'Host: 127.0.0.1',
    `Content-Length: ${body.length}`,
    ...headers.map(([name, value]) => `${name}: ${value}`),
  ]
  return `${lines.join('\r\n')}\r\n\r\n`
}

function curlLine(url: URL, headers: HeaderList, file: string): string {
  const options = headers.map(([name, value]) => `-H ${quoted(`${name}: ${value}`)}`)
  return `curl ${[...options, `--data-binary ${quoted(`@${file}`)}`, quoted(url.href)].join(' \\\n  ')}\n`
}

/** One word for a POSIX shell. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`
}
