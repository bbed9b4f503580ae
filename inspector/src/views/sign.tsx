// The second tab: signs a request, for those who test their receiver.

import { useMemo, useState } from 'preact/hooks'
import { SAMPLES, type SampleName, sampleBody } from '../data/samples.ts'
import { newSecret, signedRequest } from '../data/signed.ts'
import { curl, printed, type Request } from '../request/request.ts'
import { sourceOf } from '../request/source.ts'
import { Code, Field, Secret } from '../ui/controls.tsx'
import type { OnInspect } from './inspect.tsx'

interface Props {
  readonly secret: string
  readonly onSecret: (secret: string) => void
  readonly onInspect: OnInspect
}

export function Sign({ secret, onSecret, onInspect }: Props) {
  const [body, setBody] = useState(() => sampleBody('build updated success'))
  const [url, setUrl] = useState('http://127.0.0.1:3000/hook')
  const [now, setNow] = useState(() => Date.now())
  const made = useMemo(() => attempt(body, secret, url, now), [body, secret, url, now])
  const take = (name: SampleName) => {
    setNow(Date.now())
    setBody(sampleBody(name))
  }
  return (
    <div class="columns">
      <section class="card stack" aria-labelledby="to-sign">
        <h2 id="to-sign">To be signed</h2>
        <Secret value={secret} onChange={onSecret}>
          <button type="button" class="button" onClick={() => onSecret(newSecret())}>
            New
          </button>
        </Secret>
        <Field label="Address of the receiver">
          {(id) => <input id={id} class="mono" type="url" value={url} onInput={(event) => setUrl(event.currentTarget.value)} />}
        </Field>
        <Field label="Take a sample">
          {(id) => (
            <select id={id} onChange={(event) => take(event.currentTarget.value as SampleName)}>
              {SAMPLES.map(([name, label]) => (
                <option key={name} value={name}>
                  {label}
                </option>
              ))}
            </select>
          )}
        </Field>
        <Field label="Body">
          {(id) => (
            <textarea
              id={id}
              class="mono"
              rows={12}
              spellcheck={false}
              value={body}
              onInput={(event) => setBody(event.currentTarget.value)}
            />
          )}
        </Field>
      </section>
      <section class="stack" aria-label="The signed request">
        <div class="card stack">
          <div class="row between">
            <h2>Signed</h2>
            <div class="row">
              <button type="button" class="button small" onClick={() => setNow(Date.now())}>
                Sign anew
              </button>
              {made.request && (
                <button type="button" class="button small primary" onClick={() => inspect(made.request, onInspect)}>
                  Inspect it
                </button>
              )}
            </div>
          </div>
          {made.request ? <Signed request={made.request} url={url} /> : <p role="status">{made.problem}</p>}
        </div>
      </section>
    </div>
  )
}

function Signed({ request, url }: { request: Request; url: string }) {
  return (
    <>
      <Code text={curl(request, url)} label="A curl command that sends it" wrap />
      <Code text={printed(request) ?? ''} label="The request as it is sent" wrap />
      <p class="note">Receivers take it for five minutes from its Date; then sign anew.</p>
    </>
  )
}

function inspect(request: Request, onInspect: OnInspect): void {
  onInspect({ source: sourceOf(request, 'the request signed here') }, { clock: 'date' })
}

function attempt(
  body: string,
  secret: string,
  url: string,
  now: number,
): { request: Request; problem?: never } | { request?: never; problem: string } {
  if (secret === '') return { problem: 'Give the secret of the receiver, or make a new one.' }
  try {
    const { pathname, search, host } = new URL(url)
    return { request: signedRequest(body, { secret, now }, { url: pathname + search, host }) }
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) }
  }
}
