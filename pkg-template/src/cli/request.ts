/** A saved request: raw HTTP, a curl command line, a HAR file, a list of headers; the body may be in a file of its own. */
import { type ParsedRequest, parseRequest, type UnparsedRequest } from '../explain-parse.js'
import type { Args, Options } from './args.js'
import { type Exit, usage } from './exit.js'
import { readFile, readInput } from './input.js'
import { type Output, show } from './output.js'

/** The options of the commands that look at a saved request. */
export const REQUEST_OPTIONS: Options = {
  body: 'text',
  entry: 'text',
  now: 'text',
  'at-date': 'flag',
  tolerance: 'text',
  extension: 'flag',
}

/** Their part of the help. */
export const REQUEST_HELP = `\
  FILE                 the request: raw HTTP/1.1, a curl command line, a HAR file, or a list
                       of headers; without FILE, or for -, what comes through standard input
  --entry NUMBER       which entry of a HAR file, from 0 (default: the first with a signature)
  --body FILE          the raw body is in this file, byte for byte
  --at-date            take the request's own Date as the clock: for old captures
  --now TIME           take this time as the clock (ISO 8601, HTTP-date, seconds since 1970)
  --tolerance SECONDS  how far Date and clock may be apart (default 300)
  --extension          a call of Drone to an extension: wants all five headers signed`

/** The request that the command line names; its body is undefined where there is none to be had. */
export async function readRequest(args: Args, out: Output): Promise<ParsedRequest> {
  const parsed = parseRequest(await readInput(args.words[0], 'the request', out), { index: args.count('entry') })
  if (!parsed.ok) throw noRequest(parsed)
  const { typographicQuotes: quotes } = parsed
  const headers = parsed.missing.filter((name) => name !== 'the body')
  if (headers.length > 0) out.note(show`Recognised: ${parsed.recognised.join(', ')}. Missing: ${headers.join(', ')}.`)
  if (quotes.length > 0) out.note(show`Typographic quotation marks were made plain in: ${quotes.join(', ')}`)
  const body = args.text('body')
  if (body !== undefined) return { ...parsed, body: readFile(body), lineEnd: undefined }
  if (parsed.lineEnd !== undefined)
    out.note(
      show`The line end behind the body was left out: Content-Length does not count it. With --body FILE every byte of a file counts.`,
    )
  return parsed
}

function noRequest({ message, recognised, missing }: UnparsedRequest): Exit {
  const found = recognised.length === 0 ? '' : `recognised: ${recognised.join(', ')}; `
  return usage(`this is no request: ${message} (${found}missing: ${missing.join(', ')})`, { recognised, missing })
}

/** The clock that the command line asks for; undefined for the real one. */
export function clockOf(args: Args, { headers }: ParsedRequest): Date | undefined {
  const now = args.time('now')
  if (!args.flag('at-date')) return now
  if (now !== undefined) throw usage('give --now or --at-date, not both')
  const date = new Date(headers.find(([name]) => name.toLowerCase() === 'date')?.[1] ?? '')
  if (Number.isNaN(date.getTime())) throw usage('--at-date: the request has no Date that is a time')
  return date
}
