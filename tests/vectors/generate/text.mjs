// What a text value of refusals.json stands for. The README of this folder has the form.

/** A header's value, a url, or a body that is text. */
export function text(value) {
  if (typeof value === 'string') return value
  if ('repeat' in value) return text(value.repeat).repeat(value.times)
  if ('concat' in value) return value.concat.map(text).join('')
  throw new Error(`not a text value: ${JSON.stringify(value)}`)
}

/** The bytes of a body. */
export function bytes(body) {
  return typeof body === 'object' && 'base64' in body ? Buffer.from(body.base64, 'base64') : Buffer.from(text(body))
}

/** The bytes of a secret. */
export function key(secret) {
  return typeof secret === 'string' ? Buffer.from(secret) : Buffer.from(secret.hex, 'hex')
}

/** Header lines with the repeated ones written out. */
export function lines(headers) {
  return headers.flatMap((header) => (Array.isArray(header) ? [header] : Array(header.times).fill(header.repeat)))
}
