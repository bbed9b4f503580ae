// Where a request is given: pasted, dropped, or typed field by field.

import { useRef, useState } from 'preact/hooks'
import { isLink, readLink } from '../report/share.ts'
import { bytesOf, type Headers, type Request, textOf } from '../request/request.ts'
import { NOTHING, readBody, readFile, type Source, sourceOf, type Understood } from '../request/source.ts'
import { Field, Scrolled, Segments } from '../ui/controls.tsx'
import { counted, size } from '../ui/format.ts'
import type { OnInspect } from './inspect.tsx'

// More than this makes a text field slow.
const EDITABLE = 200_000
const PLACEHOLDER = `Paste it here, or drop a file:

POST /hook HTTP/1.1
Date: Sun, 22 Nov 2026 06:11:54 GMT
Digest: SHA-256=…
Signature: keyId="hmac-key",…

{"event":"build",…}

or a curl command, or an entry of a HAR file`

interface Props {
  readonly source: Source
  readonly understood: Understood | undefined
  readonly onGive: (source: Source) => void
  readonly onEdit: (source: Source) => void
  readonly onInspect: OnInspect
}

export function Input({ source, understood, onGive, onEdit, onInspect }: Props) {
  const [mode, setMode] = useState<'paste' | 'fields'>('paste')
  const [over, setOver] = useState(false)
  const give = (text: string) => {
    if (isLink(text.trim())) readLink(text.trim()).then(onInspect)
    else onGive({ text })
  }
  const edit = (text: string) => (isLink(text.trim()) ? give(text) : onEdit({ text, body: source.body }))
  const drop = (event: DragEvent) => {
    event.preventDefault()
    setOver(false)
    const file = event.dataTransfer?.files[0]
    const text = event.dataTransfer?.getData('text/plain') ?? ''
    if (file) readFile(file).then(onGive)
    else if (text !== '') give(text)
  }
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: files are dropped on it; the button “Open a file” is the way without a mouse
    <div
      class={`card stack ${over ? 'over' : ''}`}
      onDragOver={(event) => {
        event.preventDefault()
        setOver(true)
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
    >
      <div class="row between">
        <h2>Request</h2>
        <Segments
          label="Give it as"
          value={mode}
          options={[
            ['paste', 'Text'],
            ['fields', 'Fields'],
          ]}
          onChange={setMode}
        />
      </div>
      {mode === 'paste' ? (
        <Paste source={source} onGive={onGive} give={give} edit={edit} />
      ) : (
        <Fields request={source.request ?? understood?.request} onEdit={onEdit} />
      )}
      {mode === 'paste' && understood?.missing.includes('the body') && <BodyOfItsOwn source={source} onEdit={onEdit} />}
      <p class="note" role="status">
        <Recognised understood={understood} />
      </p>
    </div>
  )
}

function Recognised({ understood }: { understood: Understood | undefined }) {
  if (!understood) return <>Raw HTTP, a curl command, a HAR file, or a list of headers.</>
  const { request, recognised, missing, problem } = understood
  const length = request && bytesOf(request.body).length
  return (
    <>
      {problem && `${problem}. `}
      <strong>Recognised:</strong> {[...new Set(recognised)].join(', ') || 'nothing'}
      {request && recognised.length === 1 && `, ${counted(request.headers.length, 'header')}, a body of ${size(length ?? 0)}`}.
      {missing.length > 0 && (
        <>
          {' '}
          <strong>Missing:</strong> {missing.join(', ')}.
        </>
      )}
    </>
  )
}

/** Developer tools copy headers without the body. */
function BodyOfItsOwn({ source, onEdit }: { source: Source; onEdit: (source: Source) => void }) {
  return (
    <>
      <Field label="The body, exactly as it arrived" hint="Where it may hold other than plain text, take it from a file.">
        {(id) => (
          <textarea
            id={id}
            class="mono"
            rows={5}
            spellcheck={false}
            value={typeof source.body === 'string' && source.body.length <= EDITABLE ? source.body : ''}
            placeholder={source.body && source.body.length > 0 ? `${size(source.body.length)} from a file` : ''}
            onInput={(event) => onEdit({ ...source, body: event.currentTarget.value })}
          />
        )}
      </Field>
      <OpenFile label="Body from a file…" onFile={(file) => readBody(file).then((body) => onEdit({ ...source, body }))} />
    </>
  )
}

function OpenFile({ label, onFile }: { label: string; onFile: (file: File) => void }) {
  const files = useRef<HTMLInputElement>(null)
  return (
    <>
      <input
        ref={files}
        type="file"
        class="hidden"
        tabIndex={-1}
        aria-label={label}
        onChange={(event) => {
          const file = event.currentTarget.files?.[0]
          if (file) onFile(file)
          event.currentTarget.value = ''
        }}
      />
      <button type="button" class="button small" onClick={() => files.current?.click()}>
        {label}
      </button>
    </>
  )
}

interface PasteProps {
  readonly source: Source
  readonly onGive: (source: Source) => void
  readonly give: (text: string) => void
  readonly edit: (text: string) => void
}

function Paste({ source, onGive, give, edit }: PasteProps) {
  const held = source.bytes !== undefined || source.text.length > EDITABLE || (source.request !== undefined && source.text === '')
  // A text field makes LF of CR LF; what replaces everything is taken as it is in the clipboard.
  const paste = (event: ClipboardEvent & { currentTarget: HTMLTextAreaElement }) => {
    const text = event.clipboardData?.getData('text/plain') ?? ''
    const { selectionStart, selectionEnd, value } = event.currentTarget
    if (text === '' || selectionStart > 0 || selectionEnd < value.length) return
    event.preventDefault()
    give(text)
  }
  return (
    <>
      {held ? (
        <Held source={source} />
      ) : (
        <Field label="Raw HTTP, curl or HAR">
          {(id) => (
            <textarea
              id={id}
              class="mono"
              rows={14}
              spellcheck={false}
              autocomplete="off"
              autocapitalize="off"
              placeholder={PLACEHOLDER}
              value={source.text}
              onInput={(event) => edit(event.currentTarget.value)}
              onPaste={paste}
            />
          )}
        </Field>
      )}
      <div class="row">
        <OpenFile label="Open a file…" onFile={(file) => readFile(file).then(onGive)} />
        <button type="button" class="button small" onClick={() => onGive(NOTHING)}>
          Clear
        </button>
      </div>
    </>
  )
}

function Held({ source }: { source: Source }) {
  const length = source.bytes?.length ?? source.text.length
  return (
    <div class="held">
      <p>
        <strong>{source.title ?? 'A large request'}</strong>
        {length > 0 && `, ${size(length)}`}: {source.bytes || length === 0 ? 'its body is no text.' : 'too large to edit here.'}
      </p>
      <Scrolled label="Its beginning" class="text wrap short-text">
        {source.text.slice(0, 1500)}
        {source.text.length > 1500 && '…'}
      </Scrolled>
    </div>
  )
}

/** The same request, part by part. */
function Fields({ request, onEdit }: { request: Request | undefined; onEdit: (source: Source) => void }) {
  // As they were typed; of another request, as they are.
  const typed = useRef<{ of: Request; lines: string } | undefined>(undefined)
  const lines = typed.current && typed.current.of === request ? typed.current.lines : linesOf(request?.headers ?? [])
  const text = textOf(request?.body ?? '')
  const change = (changed: Partial<Request>, changedLines = lines) => {
    const next: Request = { method: 'POST', url: '/hook', headers: [], body: '', ...request, ...changed }
    typed.current = { of: next, lines: changedLines }
    onEdit(sourceOf(next, 'fields'))
  }
  return (
    <>
      <div class="row top">
        <Field label="Method">
          {(id) => (
            <input
              id={id}
              class="mono short"
              value={request?.method ?? 'POST'}
              onInput={(event) => change({ method: event.currentTarget.value })}
            />
          )}
        </Field>
        <div class="grow">
          <Field label="Path">
            {(id) => (
              <input id={id} class="mono" value={request?.url ?? '/hook'} onInput={(event) => change({ url: event.currentTarget.value })} />
            )}
          </Field>
        </div>
      </div>
      <Field label="Headers, one a line">
        {(id) => (
          <textarea
            id={id}
            class="mono"
            rows={8}
            spellcheck={false}
            value={lines}
            onInput={(event) => change({ headers: headersOf(event.currentTarget.value) }, event.currentTarget.value)}
          />
        )}
      </Field>
      {text === undefined || text.length > EDITABLE ? (
        <p class="note">The body is {text === undefined ? 'no text' : 'too large to edit here'}; it is kept.</p>
      ) : (
        <Field label="Body, exactly as it arrived">
          {(id) => (
            <textarea
              id={id}
              class="mono"
              rows={6}
              spellcheck={false}
              value={text}
              onInput={(event) => change({ body: event.currentTarget.value })}
            />
          )}
        </Field>
      )}
    </>
  )
}

// Of a hostile request there may be thousands.
const LINES = 300

const linesOf = (headers: Headers) =>
  headers
    .slice(0, LINES)
    .map(([name, value]) => `${name}: ${value}`)
    .join('\n')

function headersOf(lines: string): Headers {
  return lines
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const colon = line.indexOf(':')
      return colon < 0 ? [line.trim(), ''] : [line.slice(0, colon).trim(), line.slice(colon + 1).trim()]
    })
}
