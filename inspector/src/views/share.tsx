// A link that shares the request and what was found, without what must not be shared.

import { useEffect, useState } from 'preact/hooks'
import type { Report } from '../report/check.ts'
import { type Keep, MAX_LINK, makeLink } from '../report/share.ts'
import type { Request } from '../request/request.ts'
import { Check, Copy, Field } from '../ui/controls.tsx'

interface Made {
  readonly link: string
  readonly left: readonly string[]
  readonly kept: readonly string[]
}

export function Share({ request, report, secret }: { request: Request; report: Report; secret: string }) {
  const [open, setOpen] = useState(false)
  return (
    <details class="card fold" open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        <h2>Share</h2>
        <span class="said">a link, without the secret</span>
      </summary>
      {open && <Link request={request} report={report} secret={secret} />}
    </details>
  )
}

function Link({ request, report, secret }: { request: Request; report: Report; secret: string }) {
  const [keep, setKeep] = useState<Keep>({ signature: false, emails: false })
  const [made, setMade] = useState<Made>()
  useEffect(() => {
    let current = true
    makeLink(request, report, secret, keep).then(({ fragment, left, kept }) => {
      // The path of a file names folders, and often the person.
      const page = location.protocol === 'file:' ? '' : location.href.replace(/#.*/, '')
      if (current) setMade({ link: page + fragment, left, kept })
    })
    return () => {
      current = false
    }
  }, [request, report, secret, keep])
  if (!made) return null
  return (
    <div class="stack">
      <Check
        label="With the signature: whoever has it can send this request until it is too old"
        checked={keep.signature}
        onChange={(signature) => setKeep({ ...keep, signature })}
      />
      <Check label="With e-mail addresses" checked={keep.emails} onChange={(emails) => setKeep({ ...keep, emails })} />
      {made.link.length > MAX_LINK ? (
        <p>The request is too large for a link.</p>
      ) : (
        <Field label="Link">
          {(id) => (
            <div class="row">
              <input id={id} class="mono grow" readOnly value={made.link} onFocus={(event) => event.currentTarget.select()} />
              <Copy text={made.link} label="Copy link" />
            </div>
          )}
        </Field>
      )}
      <p class="note">
        The secret is never in it. {made.left.length > 0 && `Left out: ${made.left.join(', ')}. `}
        {made.kept.length > 0 && `In it, because it is signed: ${made.kept.join(', ')}. `}What was found is in it, so that others see the
        verdict.
        {location.protocol === 'file:' && ' This page is a file: others open theirs, and paste this where the request goes.'}
      </p>
    </div>
  )
}
