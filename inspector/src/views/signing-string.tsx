// The bytes that the signature is over.

import { Copy, Scrolled } from '../ui/controls.tsx'
import { Visible } from './visible.tsx'

export function SigningString({ text }: { text: string }) {
  return (
    <section class="card stack" aria-labelledby="signing-string">
      <div class="row between">
        <h2 id="signing-string">What must be signed</h2>
        <Copy text={text} />
      </div>
      <Scrolled class="text wrap" label="The signing string">
        <Visible text={text} ends />
      </Scrolled>
      <p class="note">
        HMAC-SHA256 over these {new TextEncoder().encode(text).length} bytes, with the secret as the key, in base64: that is the signature.{' '}
        <b class="mono">LF</b> is one line feed, the byte 0A.
      </p>
    </section>
  )
}
