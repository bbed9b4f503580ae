// Ways to change a delivery before it is sent. A header's value is bytes, one a character.

export const latin1 = 'é'
export const utf8 = Buffer.from('é').toString('latin1')

const valueIn = (sent, name) => sent.headers.find(([each]) => each === name)[1]

export const all =
  (...changes) =>
  (sent) =>
    changes.reduce((changed, change) => change(changed), sent)

/** More headers, at the end. */
export const plus =
  (...more) =>
  (sent) => ({ ...sent, headers: [...sent.headers, ...more] })

export const without = (name) => (sent) => ({ ...sent, headers: sent.headers.filter(([each]) => each !== name) })

/** A header with something behind its value. */
export const longer = (name, more) => (sent) => ({
  ...sent,
  headers: sent.headers.map(([each, value]) => [each, each === name ? value + more : value]),
})

export const twice = (name) => (sent) => plus([name, valueIn(sent, name)])(sent)

export const numbered = (count) => plus(...Array.from({ length: count }, (_, number) => [`X-Other-${number}`, 'x']))

/** The signature once more, in the other header that may hold it. */
export const authorized = (sent) => plus(['Authorization', `Signature ${valueIn(sent, 'Signature')}`])(sent)

/** A signature that parses and is not the right one. */
export const forged = (sent) => ({
  ...sent,
  headers: sent.headers.map(([name, value]) => [name, value.replace(/(?<=signature=")[^"]*/, `${'A'.repeat(43)}=`)]),
})

export const lengthTwice = (sent) => plus(['Content-Length', sent.length])(sent)

/** A length, or 'chunked'. */
export const announced = (length) => (sent) => ({ ...sent, length })

export const carrying = (text) => (sent) => ({ ...sent, body: Buffer.from(text), length: Buffer.byteLength(text) })

/** Neither a body nor a length. */
export const bare = (sent) => ({ ...sent, body: Buffer.alloc(0), length: undefined })

export const by = (method) => (sent) => ({ ...sent, method })

export const at = (pathname) => (sent) => ({ ...sent, path: sent.path.replace(/^[^?]*/, pathname) })
