// An address that is shown to others: where a request went, and not what lets one in. Knows no request.

const LEFT_OUT = 'left-out'

/** Without user info, fragment and the values of the query; the names of these stay. A part without a name may be a token, and is a value. */
export function withoutValues(address: string): string {
  const [place = '', ...rest] = (address.split('#')[0] ?? '').split('?')
  const plain = place.replace(/^((?:[a-z][a-z0-9+.-]*:)?[\\/]{2})[^\\/]*@/i, '$1')
  if (rest.length === 0) return plain
  return `${plain}?${rest.join('?').split('&').map(withoutValue).join('&')}`
}

function withoutValue(part: string): string {
  const end = part.indexOf('=') + 1
  return end === part.length ? part : part.slice(0, end) + LEFT_OUT
}

/** Proxies and browsers put addresses into headers too. */
export const isAddress = (value: string): boolean => /^\s*(?:[a-z][a-z0-9+.-]*:\/\/|\/)\S*[?@#]/i.test(value)
