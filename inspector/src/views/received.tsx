// The request as it was understood.

import { parseSignature } from 'drone-webhooks/explain'
import { useState } from 'preact/hooks'
import { header, type Request } from '../request/request.ts'
import { counted } from '../ui/format.ts'
import { Visible } from './visible.tsx'

const AT_ONCE = 40
const SHOWN = 1000

export function Received({ request }: { request: Request }) {
  const [all, setAll] = useState(false)
  const { headers } = request
  const signed = signedNames(request)
  const shown = headers.slice(0, all ? SHOWN : AT_ONCE)
  return (
    <details class="card fold">
      <summary>
        <h2>Headers as they were understood</h2>
        <span class="said">
          {request.method} {request.url?.slice(0, 80)}, {counted(headers.length, 'header')}
        </span>
      </summary>
      <table>
        <thead>
          <tr>
            <th scope="col">Header</th>
            <th scope="col">Value</th>
            <th scope="col">Signed</th>
          </tr>
        </thead>
        <tbody>
          {shown.map(([name, value], at) => (
            <tr key={at}>
              <th scope="row" class="mono">
                <Visible text={name.slice(0, 200)} />
              </th>
              <td class="mono break">
                <Visible text={value.slice(0, 2000)} />
                {value.length > 2000 && '…'}
              </td>
              <td>{signed.has(name.toLowerCase()) ? 'yes' : <span class="dim">no</span>}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {headers.length > shown.length && !all && (
        <button type="button" class="button small" onClick={() => setAll(true)}>
          Show {Math.min(headers.length, SHOWN) - AT_ONCE} more
        </button>
      )}
      {all && headers.length > SHOWN && <p class="note">The first {SHOWN} are shown.</p>}
    </details>
  )
}

function signedNames(request: Request): ReadonlySet<string> {
  try {
    return new Set(parseSignature(header(request, 'signature') ?? '').headers)
  } catch {
    return new Set()
  }
}
