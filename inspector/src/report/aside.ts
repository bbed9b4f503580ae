// Checks large requests in a worker, so that the page goes on. The worker runs the page's own script: there is no other file, and nothing can be loaded.

import { bytesOf, type Request } from '../request/request.ts'
import { check, type Report, type Settings } from './check.ts'

interface Task {
  readonly request: Request
  readonly settings: Settings
}
type Answer = { readonly report: Report } | { readonly error: string }

// Less takes a few milliseconds, less than a worker takes to start.
const SMALL = 256 * 1024

interface TrustedTypes {
  createPolicy(name: string, rules: { createScriptURL: (url: string) => string }): { createScriptURL(url: string): string }
}

/** Checks it. What is aborted answers nothing. */
export async function checkAside(request: Request, settings: Settings, signal: AbortSignal): Promise<Report> {
  const worker = bytesOf(request.body).length > SMALL ? start() : undefined
  if (!worker) return check(request, settings)
  try {
    return await new Promise((resolve, reject) => {
      signal.addEventListener('abort', () => worker.terminate())
      worker.onmessage = ({ data }: MessageEvent<Answer>) => ('report' in data ? resolve(data.report) : reject(new Error(data.error)))
      // Where the worker does not come up, it is checked here.
      worker.onerror = () => resolve(check(request, settings))
      worker.postMessage({ request, settings } satisfies Task)
    })
  } finally {
    worker.terminate()
  }
}

/** What the script does where it is a worker. */
export function serve(): void {
  addEventListener('message', ({ data: { request, settings } }: MessageEvent<Task>) => {
    let answer: Answer
    try {
      answer = { report: check(request, settings) }
    } catch (error) {
      answer = { error: error instanceof Error ? error.message : String(error) }
    }
    ;(postMessage as (answer: Answer) => void)(answer)
  })
}

let url: string | undefined

function start(): Worker | undefined {
  try {
    url ??= trusted(URL.createObjectURL(new Blob([script()], { type: 'text/javascript' })))
    // Not a module: Chromium loads none from blobs of a page that was opened from disk.
    return new Worker(url)
  } catch {
    return undefined
  }
}

function script(): string {
  const text = document.querySelector('script[type="module"]')?.textContent
  if (!text) throw new Error('the script is not in the page')
  return text
}

/** The one place where a text may become a script: the page's policy names it. */
function trusted(url: string): string {
  const { trustedTypes } = globalThis as { trustedTypes?: TrustedTypes }
  return trustedTypes ? trustedTypes.createPolicy('worker', { createScriptURL: (url) => url }).createScriptURL(url) : url
}
