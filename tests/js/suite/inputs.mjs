// The forms in which headers, bodies, secrets and times may come: all lead to the same verdict.

import { concat, utf8 } from './bytes.mjs'
import { bodyOf, forged, header, options, sample, sentAt, toVerify, withHeader } from './requests.mjs'

const capitals = (name) => name.toUpperCase()
const small = (name) => name.toLowerCase()

const extendedHeaders = (more) =>
  class extends Headers {
    *[Symbol.iterator]() {
      yield* super.entries()
      yield* more
    }
  }

/** Each form from pairs of name and value. */
const headerForms = {
  pairs: (pairs) => pairs,
  'pairs in another order': (pairs) => [...pairs].reverse(),
  rawHeaders: (pairs) => pairs.flat(),
  'a Headers': (pairs) => new Headers(pairs),
  'a class made of Headers, which adds some as it is iterated': (pairs) => new (extendedHeaders(pairs.slice(4)))(pairs.slice(0, 4)),
  'what calls itself Headers and can only be iterated': (pairs) => ({
    [Symbol.toStringTag]: 'Headers',
    [Symbol.iterator]: () => pairs.values(),
  }),
  'a Set of pairs, whose forEach is another': (pairs) => new Set(pairs),
  'an object': (pairs) => Object.fromEntries(pairs),
  'an object with small names': (pairs) => Object.fromEntries(pairs.map(([name, value]) => [small(name), value])),
  'an object with capital names': (pairs) => Object.fromEntries(pairs.map(([name, value]) => [capitals(name), value])),
  'an object without a prototype': (pairs) => Object.assign(Object.create(null), Object.fromEntries(pairs)),
  'an object whose values are lists': (pairs) => Object.fromEntries(pairs.map(([name, value]) => [name, [value]])),
  'an object with undefined values': (pairs) => ({ ...Object.fromEntries(pairs), authorization: undefined }),
  'a Map': (pairs) => new Map(pairs),
  'an iterator, which is used up by reading it': (pairs) => new Map(pairs).entries(),
  'a Map with small names': (pairs) => new Map(pairs.map(([name, value]) => [small(name), value])),
}

/** Each form from bytes. */
const bodyForms = {
  'a Uint8Array': (bytes) => bytes,
  'a part of a longer buffer': (bytes) => concat([utf8('xxx'), bytes, utf8('yy')]).subarray(3, 3 + bytes.length),
  'an ArrayBuffer': (bytes) => bytes.slice().buffer,
  'a string': (bytes) => new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes),
  'a subclass of Uint8Array': (bytes) => new (class Bytes extends Uint8Array {})(bytes),
  ...(globalThis.Buffer && { 'a Buffer': (bytes) => globalThis.Buffer.from(bytes) }),
}

const notBytes = {
  'a parsed object': (request) => JSON.parse(request.body),
  'an array': (request) => [...bodyOf(request)],
  null: () => null,
  undefined: () => undefined,
  'a number': () => 12,
  'a DataView': (request) => new DataView(bodyOf(request).buffer),
  'a Uint16Array': () => new Uint16Array(4),
  'a stream': () => new ReadableStream(),
  'a promise': (request) => Promise.resolve(bodyOf(request)),
  'an ArrayBuffer that was given away': (request) => givenAway(bodyOf(request)).buffer,
  'a string with a lone surrogate': (request) => `${request.body}\ud800`,
  'a string with surrogates the wrong way round': (request) => `${request.body}\udc00\ud800`,
  // Browsers have shared memory only where the page is isolated.
  ...(globalThis.SharedArrayBuffer && {
    'shared memory': () => new SharedArrayBuffer(8),
    'a view of shared memory': (request) => {
      const bytes = bodyOf(request)
      const shared = new Uint8Array(new SharedArrayBuffer(bytes.length))
      shared.set(bytes)
      return shared
    },
  }),
}

function givenAway(bytes) {
  structuredClone(bytes.buffer, { transfer: [bytes.buffer] })
  return bytes
}

export default (lib, { test, assert, vectors }) => {
  const request = sample(vectors)
  const good = { ...toVerify(request) }
  const id = () => lib.verify(good, options(request)).id

  for (const [form, make] of Object.entries(headerForms)) {
    test(`headers as ${form} give the same delivery`, () => {
      const delivery = lib.verify({ ...good, headers: make(request.headers) }, options(request))
      assert.equal(delivery.id, id())
      assert.deepEqual(delivery.payload, JSON.parse(request.body))
    })

    test(`headers as ${form} give the same refusal`, () => {
      const headers = make(forged(request).headers)
      assert.throwsCode(() => lib.verify({ ...good, headers }, options(request)), 'signature_mismatch')
    })
  }

  const twoSignatures = [...request.headers, ['signature', header(request, 'signature')]]
  const joined = new Headers(request.headers)
  joined.append('Signature', header(request, 'signature'))
  const twice = {
    pairs: twoSignatures,
    rawHeaders: twoSignatures.flat(),
    'an object with both spellings': Object.fromEntries(twoSignatures),
    'an object with a list': { ...Object.fromEntries(request.headers), Signature: Array(2).fill(header(request, 'signature')) },
    'a Map with both spellings': new Map(twoSignatures),
    'a Headers that joined them': joined,
  }
  for (const [form, headers] of Object.entries(twice)) {
    test(`two signatures in ${form} are one too many`, () => {
      assert.throwsCode(() => lib.verify({ ...good, headers }, options(request)), 'signature_duplicated')
    })
  }

  test('headers that nobody asked for may hold anything', () => {
    const headers = [...request.headers, ['X-Note', 'Grüße 😀'], ['X-Control', 'a\nb\0c'], ['X-Long', 'x'.repeat(100_000)]]
    assert.equal(lib.verify({ ...good, headers }, options(request)).id, id())
  })

  test('a line feed in a header cannot pass for another header', () => {
    const value = `${header(request, 'date')}\ndigest: ${header(request, 'digest')}`
    const smuggled = withHeader(withHeader(request, 'Date', value), 'Digest', undefined)
    assert.throwsCode(() => lib.verify({ ...good, headers: smuggled.headers }, options(request)), 'header_malformed')
  })

  test('headers that can be read once only are asked for what else is signed', () => {
    const signed = { secret: 'a secret', now: 1000 }
    const extra = [['x-note', 'a']]
    const { date, digest, signature } = lib.sign(
      { body: '{}', headers: extra },
      { ...signed, algorithm: 'hs2019', signedHeaders: ['date', 'digest', 'x-note'] },
    )
    const headers = new Map([...extra, ['date', date], ['digest', digest], ['signature', signature]])
    assert.equal(lib.verify({ headers: headers.entries(), body: '{}' }, signed).signedHeaders.length, 3)
    const verifier = lib.createVerifier({ secret: 'a secret', clock: () => 1000 })
    assert.equal(verifier.authenticate({ headers: headers.entries() }).finish('{}').signedHeaders.length, 3)
  })

  test('a line feed in a header is malformed, whatever follows it and whichever header it is in', () => {
    const [date, digest, signature] = ['date', 'digest', 'signature'].map((name) => header(request, name))
    // In lines joined by LF these would be the three headers, and the rest one that nobody asked for.
    for (const colon of [':', ': ']) {
      const headers = [
        ['Date', `${date}\ndigest${colon}${digest}\nsignature${colon}${signature}\nx-note${colon}`],
        ['Digest', 'x'],
        ['Signature', 'x'],
        ['Date', 'x'],
      ]
      assert.throwsCode(() => lib.verify({ ...good, headers }, options(request)), 'header_malformed')
    }
    for (const name of ['Date', 'Digest', 'Signature'])
      for (const value of ['\n', `${header(request, name)}\n`, 'a\nb', `\n${header(request, name)}`]) {
        const changed = withHeader(request, name, value)
        assert.throwsCode(() => lib.verify({ ...good, headers: changed.headers }, options(request)), 'header_malformed')
      }
  })

  test('headers that are within their bounds to the byte are accepted, however many they are', () => {
    const values = Array.from({ length: 3000 }, () => 'v')
    const how = { secret: 'a secret', now: 1000 }
    const signed = lib.sign({ body: '{}', headers: { 'x-a': values.join(', ') } }, { ...how, signedHeaders: ['date', 'digest', 'x-a'] })
    const headers = { ...signed, 'x-a': values }
    // Of names and values, as the bound counts them.
    const bytes = Object.entries(signed).reduce((sum, [name, value]) => sum + name.length + value.length, 3000 * 'x-av'.length)
    const bounds = { maxHeaders: 3003, maxHeaderBytes: bytes }
    assert.equal(lib.verify({ headers, body: '{}' }, { ...how, ...bounds }).signedHeaders.length, 3)
    for (const less of [{ maxHeaders: 3002 }, { maxHeaderBytes: bytes - 1 }]) {
      assert.throwsCode(() => lib.verify({ headers, body: '{}' }, { ...how, ...bounds, ...less }), 'headers_too_large')
    }
  })

  test('headers of another kind are a mistake of the caller', () => {
    for (const headers of [undefined, null, 'Date: today', 12]) {
      assert.throwsCode(() => lib.verify({ ...good, headers }, options(request)), 'config_invalid')
    }
  })

  for (const [form, make] of Object.entries(bodyForms)) {
    test(`a body as ${form} gives the same delivery`, () => {
      const delivery = lib.verify({ ...good, body: make(bodyOf(request)) }, options(request))
      assert.equal(delivery.id, id())
      assert.deepEqual(delivery.payload, JSON.parse(request.body))
    })

    test(`a body as ${form} that was changed is refused`, () => {
      const bytes = bodyOf(request)
      bytes[bytes.length - 2] ^= 1
      assert.throwsCode(() => lib.verify({ ...good, body: make(bytes) }, options(request)), 'digest_mismatch')
    })
  }

  for (const [form, make] of Object.entries(notBytes)) {
    test(`a body as ${form} is not bytes`, () => {
      const error = assert.throwsCode(() => lib.verify({ ...good, body: make(request) }, options(request)), 'body_not_bytes')
      assert.ok(error instanceof lib.WebhookVerificationError)
      assert.equal(error.status, 500)
      assert.ok(error.message.length > 20, error.message)
    })
  }

  test('bytes whose buffer was given away are no body to accept', () => {
    assert.throwsCode(() => lib.verify({ ...good, body: givenAway(bodyOf(request)) }, options(request)), 'digest_mismatch')
  })

  test('a parsed body comes with advice on how to get the raw one', () => {
    const error = assert.throwsCode(() => lib.verify({ ...good, body: JSON.parse(request.body) }, options(request)), 'body_not_bytes')
    assert.ok(/raw/i.test(error.message), error.message)
  })

  const secretForms = {
    text: request.secret,
    bytes: utf8(request.secret),
    'a list with the old one first': ['the old secret', request.secret],
    'a list with the old one last': [request.secret, utf8('the old secret')],
    'a map by key id': { 'other-key': 'other', 'hmac-key': request.secret },
    'a map by key id to a list': { 'hmac-key': ['the old secret', request.secret] },
  }
  for (const [form, secret] of Object.entries(secretForms)) {
    test(`the secret may be ${form}`, () => {
      assert.equal(lib.verify(good, { ...options(request), secret }).id, id())
    })
  }

  test('a secret under another key id is not tried', () => {
    assert.throwsCode(() => lib.verify(good, { ...options(request), secret: { 'other-key': request.secret } }), 'key_unknown')
  })

  for (const keyId of ['__proto__', 'constructor', 'toString']) {
    test(`the key id ${keyId} is looked up among the secrets and nowhere else`, () => {
      const signature = header(request, 'signature').replace('keyId="hmac-key"', `keyId="${keyId}"`)
      const { headers } = withHeader(request, 'Signature', signature)
      const secret = { 'hmac-key': request.secret }
      assert.throwsCode(() => lib.verify({ ...good, headers }, { ...options(request), secret }), 'key_unknown')
    })
  }

  test('a verifier keeps its own copy of the secret', () => {
    const secret = utf8(request.secret)
    const verifier = lib.createVerifier({ secret, clock: () => sentAt(request).getTime() })
    secret.fill(0)
    assert.equal(verifier.verify(good).id, id())
  })

  const badOptions = {
    'no secret': { secret: undefined },
    'a secret that is null': { secret: null },
    'an empty secret': { secret: '' },
    'empty bytes as secret': { secret: new Uint8Array() },
    'no secrets in the list': { secret: [] },
    'an empty secret in the list': { secret: ['fine', ''] },
    'no secrets in the map': { secret: {} },
    'an empty secret in the map': { secret: { 'hmac-key': '' } },
    'a secret that is a number': { secret: 12 },
    'a secret with a lone surrogate': { secret: 'secret \ud800' },
    'a tolerance that is not a number': { tolerance: Number.NaN },
    'a tolerance without end': { tolerance: Number.POSITIVE_INFINITY },
    'a negative tolerance': { tolerance: -1 },
    'required headers without digest': { requiredHeaders: ['date'] },
    'required headers without a time': { requiredHeaders: ['digest'] },
    'no required headers': { requiredHeaders: [] },
    'a required header that is no name': { requiredHeaders: ['date', 'digest', 'a b'] },
  }
  for (const [what, wrong] of Object.entries(badOptions)) {
    test(`${what}: the verifier cannot be made`, () => {
      const error = assert.throwsCode(() => lib.createVerifier({ secret: 'fine', ...wrong }), 'config_invalid')
      assert.ok(error instanceof lib.WebhookVerificationError)
      assert.equal(error.status, 500)
      assert.throwsCode(() => lib.verify(good, { ...options(request), ...wrong }), 'config_invalid')
    })
  }

  test('a set-up error comes before the request is looked at', () => {
    assert.throwsCode(() => lib.verify({ headers: [], body: {} }, { secret: '' }), 'config_invalid')
  })

  test('now is a Date or milliseconds since 1970', () => {
    const now = sentAt(request)
    assert.equal(lib.verify(good, { secret: request.secret, now }).id, id())
    assert.equal(lib.verify(good, { secret: request.secret, now: now.getTime() }).id, id())
    assert.equal(lib.verify(good, { secret: request.secret, now: now.getTime() + 999 }).id, id())
  })

  for (const now of [Number.NaN, Number.POSITIVE_INFINITY, -1, 8.64e15, new Date(Number.NaN), '2026-11-22', 1n]) {
    test(`now cannot be ${String(now)} (${typeof now})`, () => {
      assert.throwsCode(() => lib.verify(good, { secret: request.secret, now }), 'config_invalid')
    })
  }

  test('without now and clock the time is the real one', () => {
    assert.throwsCode(() => lib.verify(good, { secret: request.secret, now: Date.now() }), staleCode())
    assert.throwsCode(() => lib.verify(good, { secret: request.secret }), staleCode())
  })

  // The requests are of November 2026; a clock may stand on either side of that.
  function staleCode() {
    return Date.now() > sentAt(request).getTime() ? 'date_too_old' : 'date_in_future'
  }

  test('a verifier asks its clock for every request', () => {
    let now = sentAt(request).getTime()
    const verifier = lib.createVerifier({ secret: request.secret, clock: () => now })
    assert.equal(verifier.verify(good).id, id())
    now += 301_000
    assert.throwsCode(() => verifier.verify(good), 'date_too_old')
  })

  test('a wider tolerance accepts an older request', () => {
    const now = sentAt(request).getTime() + 3600_000
    assert.throwsCode(() => lib.verify(good, { secret: request.secret, now }), 'date_too_old')
    assert.equal(lib.verify(good, { secret: request.secret, now, tolerance: 3600 }).id, id())
  })

  test('the bound of the body is the caller’s to set', () => {
    const length = good.body.length
    assert.equal(lib.verify(good, { ...options(request), maxBodyBytes: length }).id, id())
    const error = assert.throwsCode(() => lib.verify(good, { ...options(request), maxBodyBytes: length - 1 }), 'body_too_large')
    assert.equal(error.status, 413)
  })
}
