// What somebody gave: a text or a file, and what is understood of it.

import { parseRequest } from 'drone-webhooks/explain'
import { printed, type Request, textOf } from './request.ts'

export interface Source {
  /** What is shown, and read unless there is something else. */
  readonly text: string
  /** A file whose bytes are no text. */
  readonly bytes?: Uint8Array | undefined
  /** The body, where it was given by itself. */
  readonly body?: string | Uint8Array | undefined
  /** What it stands for, byte for byte, until the text is edited. */
  readonly request?: Request | undefined
  /** Where it is from. */
  readonly title?: string | undefined
}

export interface Understood {
  readonly request?: Request | undefined
  /** In words. */
  readonly recognised: readonly string[]
  readonly missing: readonly string[]
  /** What is wrong, where it is no request. */
  readonly problem?: string | undefined
}

export const NOTHING: Source = { text: '' }

export const sourceOf = (request: Request, title: string): Source => ({ text: printed(request) ?? '', request, title })

/** A file that was dropped. */
export async function readFile(file: File): Promise<Source> {
  const bytes = new Uint8Array(await file.arrayBuffer())
  const text = textOf(bytes)
  return { text: text ?? '', bytes: text === undefined ? bytes : undefined, title: file.name }
}

/** The body in a file of its own, byte for byte. */
export async function readBody(file: File): Promise<Uint8Array> {
  return new Uint8Array(await file.arrayBuffer())
}

const KINDS: Readonly<Record<string, string>> = {
  http: 'raw HTTP',
  curl: 'a curl command',
  har: 'a HAR file',
  headers: 'a list of headers',
  json: 'JSON',
}

/** What it says. Undefined for nothing. */
export function understand({ text, bytes, body, request, title }: Source): Understood | undefined {
  if (request) return { request, recognised: [title ?? 'a request'], missing: [] }
  if (bytes === undefined && text.trim() === '') return undefined
  const parsed = parseRequest(bytes ?? text)
  if (!parsed.ok) return { recognised: parsed.recognised, missing: parsed.missing, problem: parsed.message }
  const { method, url, headers, typographicQuotes } = parsed
  const lineEnd = parsed.body && parsed.lineEnd
  return {
    request: { method, url, headers, body: parsed.body ?? body ?? '', typographicQuotes, lineEnd },
    recognised: [KINDS[parsed.kind] ?? parsed.kind, ...parsed.recognised],
    missing: parsed.missing,
  }
}
