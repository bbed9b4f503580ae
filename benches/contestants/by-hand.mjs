// What a careful person writes by hand; the ways differ in who computes. The same checks as ours make: form, algorithm, required headers, MAC in
// constant time, digest, freshness. No bounds, no duplicates, no strict grammar: those are what one does not write by hand.

/** `headers` are Node's, in lower case. Gives what the signature is over and what it is, or undefined for what cannot be right. */
export function parse(headers) {
  const { signature, date, digest } = headers
  if (signature === undefined || date === undefined || digest === undefined) return undefined
  const parameters = {}
  for (const part of signature.split(',')) {
    const at = part.indexOf('="')
    parameters[part.slice(0, at)] = part.slice(at + 2, -1)
  }
  if (parameters.algorithm !== 'hmac-sha256' || parameters.signature === undefined) return undefined
  const names = parameters.headers?.split(' ') ?? []
  if (!names.includes('date') || !names.includes('digest')) return undefined
  const text = names.map((name) => `${name}: ${headers[name]}`).join('\n')
  return { text, mac: parameters.signature, digest }
}

/** Within five minutes, and a date at all. */
export function isFresh(date) {
  return Math.abs(Date.now() - Date.parse(date)) <= 300_000
}
