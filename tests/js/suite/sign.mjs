// The sender's side: what the real server sends, byte for byte, and whatever is signed verifies.

import { chance, concat, utf8 } from './bytes.mjs'
import { bodyOf, header, sentAt, signed } from './requests.mjs'

const ALPHABET = ['a', 'Z', '"', '\\', '\n', '\0', 'é', '漢', '😀', '\u2028', '\ufeff', '\uffff', '{', '}']

export default (lib, { test, assert, vectors }) => {
  for (const request of vectors.recorded.filter(({ secret }) => secret !== '')) {
    test(`${request.name} is signed again byte for byte`, () => {
      const signature = header(request, 'signature')
      const signedHeaders = /headers="([^"]*)"/.exec(signature)[1].split(' ')
      // The redirect that lost its body kept the digest of it: the bytes are in the request before it.
      const body = request.body || vectors.recorded.find((each) => header(each, 'digest') === header(request, 'digest')).body
      const made = lib.sign(
        { body: utf8(body), headers: others(request), method: request.method, url: request.target },
        { secret: request.secret, now: sentAt(request), signedHeaders },
      )
      assert.deepEqual(made, { date: header(request, 'date'), digest: header(request, 'digest'), signature })
    })
  }

  /** Its headers without the three that signing makes. */
  function others({ headers }) {
    return headers.filter(([name]) => !['date', 'digest', 'signature'].includes(name.toLowerCase()))
  }

  test('an Authorization of another scheme can be signed', () => {
    const headers = { authorization: 'Basic dXNlcjpwQHNz' }
    const signed = lib.sign({ body: '{}', headers }, { secret: 's3cret', signedHeaders: ['date', 'digest', 'authorization'] })
    assert.deepEqual(lib.verify({ headers: { ...headers, ...signed }, body: '{}' }, { secret: 's3cret' }).signedHeaders, [
      'date',
      'digest',
      'authorization',
    ])
    assert.throwsCode(
      () => lib.verify({ headers: { authorization: 'Basic other', ...signed }, body: '{}' }, { secret: 's3cret' }),
      'signature_mismatch',
    )
  })

  test('the defaults are the server’s: two headers, its key id and algorithm', () => {
    const { signature } = lib.sign({ body: '{}' }, { secret: 'x', now: 0 })
    assert.ok(/^keyId="hmac-key",algorithm="hmac-sha256",signature="[A-Za-z0-9+/]{43}=",headers="date digest"$/.test(signature), signature)
  })

  test('a body may be text, bytes or a buffer, as for verify', () => {
    const sign = (body) => lib.sign({ body }, { secret: 'x', now: 0 })
    assert.deepEqual(sign(utf8('é😀')), sign('é😀'))
    assert.deepEqual(sign(utf8('é😀').slice().buffer), sign('é😀'))
    assert.throwsCode(() => sign({}), 'body_not_bytes')
    assert.throwsCode(() => sign('\ud800'), 'body_not_bytes')
  })

  test('an empty secret signs nothing', () => {
    assert.throwsCode(() => lib.sign({ body: '' }, { secret: '' }), 'config_invalid')
  })

  test('a header that is to be signed must be there', () => {
    const signedHeaders = ['date', 'digest', 'x-missing']
    let thrown
    try {
      lib.sign({ body: '' }, { secret: 'x', signedHeaders })
    } catch (error) {
      thrown = error
    }
    assert.ok(thrown instanceof lib.WebhookVerificationError, String(thrown))
  })

  test('without now it signs with the real time', () => {
    const body = '{"event":"user","action":"created"}'
    const { date, digest, signature } = lib.sign({ body }, { secret: 'x' })
    const delivery = lib.verify({ headers: { date, digest, signature }, body }, { secret: 'x' })
    assert.equal(delivery.event, 'user')
  })

  test('what is signed verifies: any body, any secret', () => {
    const random = chance(1)
    for (let round = 0; round < 200; round += 1) {
      const text = Array.from({ length: random.below(40) }, () => random.pick(ALPHABET)).join('')
      const body = random.pick([random.bytes(random.below(300)), text, new Uint8Array()])
      const secret = random.pick([random.bytes(1 + random.below(200)), `secret ${text}`])
      const now = random.below(4_000_000_000) * 1000
      const made = signed(lib, body, { secret, now })
      lib.verify(made.request, made.options)
      assert.throwsCode(() => lib.verify(made.request, { ...made.options, secret: 'another' }), 'signature_mismatch')
    }
  })

  test('what is signed verifies: large bodies', () => {
    const random = chance(2)
    for (const length of [55, 56, 63, 64, 65, 511, 512, 513, 1024, 4096, 65_535, 65_536, 300_000]) {
      const body = random.bytes(length)
      const made = signed(lib, body)
      lib.verify(made.request, made.options)
      body[random.below(length)] ^= 1 << random.below(8)
      assert.throwsCode(() => lib.verify(made.request, made.options), 'digest_mismatch', `${length} bytes`)
    }
  })

  test('any other list of headers, created and expires verify too', () => {
    const now = 1_795_327_913_000
    const lists = [
      { signedHeaders: lib.EXTENSION_HEADERS },
      { signedHeaders: ['digest', 'date'] },
      { signedHeaders: ['(request-target)', 'host', 'date', 'digest'] },
      { signedHeaders: ['(created)', 'digest'], algorithm: 'hs2019', created: now / 1000 },
      { signedHeaders: ['(created)', '(expires)', 'digest'], algorithm: 'hs2019', created: now / 1000, expires: now / 1000 + 60 },
      { keyId: 'another-key' },
    ]
    const headers = [
      ['Host', 'ci.example.com'],
      ['Accept', 'a/b'],
      ['Accept-Encoding', 'identity'],
      ['Content-Type', 'c/d'],
    ]
    for (const more of lists) {
      const body = '{"event":"user","action":"created"}'
      const message = { method: 'POST', url: '/hook?a=b', headers, body }
      const { date, digest, signature } = lib.sign(message, { secret: 'x', now, ...more })
      const sent = { ...message, headers: [...headers, ['Date', date], ['Digest', digest], ['Signature', signature]] }
      const requiredHeaders = more.signedHeaders ?? ['date', 'digest']
      const delivery = lib.verify(sent, { secret: 'x', now, requiredHeaders })
      assert.deepEqual([...delivery.signedHeaders], [...requiredHeaders])
      assert.equal(delivery.keyId, more.keyId ?? 'hmac-key')
      if (requiredHeaders.includes('(request-target)')) {
        assert.throwsCode(() => lib.verify({ ...sent, url: '/hook?a=c' }, { secret: 'x', now, requiredHeaders }), 'signature_mismatch')
      }
    }
  })

  test('any one-byte change of a body is refused', () => {
    const random = chance(3)
    for (const request of vectors.recorded.filter(({ secret, method }) => secret !== '' && method === 'POST')) {
      const verifier = lib.createVerifier({ secret: request.secret, clock: () => sentAt(request).getTime() })
      const authenticated = verifier.authenticate({ headers: request.headers })
      const body = bodyOf(request)
      const refused = (changed, about) =>
        assert.throwsCode(() => authenticated.finish(changed), 'digest_mismatch', `${request.name}, ${about}`)
      for (let round = 0; round < 20; round += 1) {
        const at = random.below(body.length)
        const changed = body.slice()
        changed[at] ^= 1 << random.below(8)
        refused(changed, `byte ${at}`)
      }
      refused(body.slice(1), 'the first byte is missing')
      refused(body.slice(0, -1), 'the last byte is missing')
      refused(concat([body, utf8('\n')]), 'one byte more')
    }
  })

  test('any one-byte change of a signed header or of the signature is refused', () => {
    const random = chance(4)
    const printable = Array.from({ length: 95 }, (_, index) => String.fromCharCode(32 + index))
    for (const request of vectors.recorded.filter(({ secret, method }) => secret !== '' && method === 'POST')) {
      const verifier = lib.createVerifier({ secret: request.secret, clock: () => sentAt(request).getTime() })
      for (const name of ['date', 'digest', 'signature']) {
        const value = header(request, name)
        const [from, to] = name === 'signature' ? bounds(value, /signature="([^"]*)"/) : [0, value.length]
        for (let round = 0; round < 10; round += 1) {
          const at = from + random.below(to - from)
          const other = random.pick(printable.filter((character) => character !== value[at]))
          const changed = value.slice(0, at) + other + value.slice(at + 1)
          // Space around a value is no part of it; at the ends the change is then a shorter value, still another one.
          refused(request, verifier, name, changed)
        }
        refused(request, verifier, name, value.slice(0, -1))
      }
    }
  })

  function bounds(value, pattern) {
    const match = pattern.exec(value)
    const from = match.index + match[0].indexOf(match[1], match[0].indexOf('='))
    return [from, from + match[1].length]
  }

  function refused(request, verifier, name, value) {
    const headers = request.headers.map((pair) => (pair[0].toLowerCase() === name ? [pair[0], value] : pair))
    const about = `${request.name}, ${name}: ${value}`
    try {
      verifier.authenticate({ headers })
    } catch (error) {
      const codes = name === 'signature' ? ['signature_mismatch', 'signature_malformed'] : ['signature_mismatch']
      assert.ok(codes.includes(error.code), `${about}: ${assert.show(error)}`)
      return
    }
    assert.ok(false, `accepted: ${about}`)
  }
}
