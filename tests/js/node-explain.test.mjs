// `drone-webhooks/explain`, the second module: what people compare their own code with.

import { createHmac } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { format } from 'node:util'
import * as main from 'drone-webhooks'
import * as lib from 'drone-webhooks/explain'
import * as assert from './suite/assert.mjs'
import explain from './suite/explain.mjs'
import parseRequest from './suite/parse-request.mjs'
import { vectors as files } from './support/vectors.mjs'

const { WebhookVerificationError } = main
const { parseSignature, signingString } = lib
const vectors = { ...files, causes: JSON.parse(readFileSync(new URL('../vectors/causes.json', import.meta.url), 'utf8')) }

describe('explain', () => explain(lib, { test, assert, vectors, main }))
describe('parseRequest', () => parseRequest(lib, { test, assert, vectors, main }))

const header = (headers, name) => headers.find(([other]) => other.toLowerCase() === name)?.[1]

test('the HMAC of the signing string is the signature of every recorded request', () => {
  for (const { name, secret, method, target, headers } of vectors.recorded) {
    const { keyId, algorithm, headers: names, signature } = parseSignature(header(headers, 'signature'))
    assert.equal(keyId, 'hmac-key')
    assert.equal(algorithm, 'hmac-sha256')
    const signed = signingString({ headers, method, url: target }, names)
    assert.equal(createHmac('sha256', secret).update(signed).digest('base64'), signature, name)
  }
})

test('created and expires are told, and signed where they are listed', () => {
  const parsed = parseSignature(
    'keyId="a",algorithm="hs2019",created=12,expires=13,signature="AAAA",headers="(created) (expires) (request-target)"',
  )
  assert.equal(parsed.created, 12)
  assert.equal(parsed.expires, 13)
  const { headers, created, expires } = parsed
  assert.equal(
    signingString({ headers: {}, method: 'POST', url: 'https://example.com/hook?a=b' }, headers, { created, expires }),
    '(created): 12\n(expires): 13\n(request-target): post /hook?a=b',
  )
})

test('what cannot be is refused with the code of the verifier', () => {
  for (const [run, code] of [
    [() => parseSignature('keyId="a"'), 'signature_malformed'],
    [() => parseSignature('keyId="a",keyId="b",signature=""'), 'signature_duplicated'],
    [() => signingString({ headers: {} }, ['date']), 'header_missing'],
    [() => signingString({ headers: { date: 'é' } }, ['date']), 'header_malformed'],
    [() => signingString({ headers: { date: 'd', 'x\ny': '1' } }, ['date', 'x\ny']), 'header_malformed'],
  ]) {
    try {
      run()
      assert.ok(false, `${code} was not thrown`)
    } catch (error) {
      assert.ok(error instanceof WebhookVerificationError, String(error))
      assert.equal(error.code, code)
    }
  }
})

/** The examples in the documentation of the declarations, as `[file, code]`. */
function examples() {
  const folder = new URL('./dist/', import.meta.resolve('drone-webhooks/package.json'))
  const files = readdirSync(fileURLToPath(folder)).filter((name) => /^explain.*\.d\.ts$/.test(name))
  return files.flatMap((file) => {
    const text = readFileSync(new URL(file, folder), 'utf8').replace(/^ *\* ?/gm, '')
    return [...text.matchAll(/^```ts\n(.*?)^```/gms)].map(([, code]) => [file, code])
  })
}

test('every example in the documentation runs, and prints what it says', async () => {
  assert.ok(examples().length >= 6, `${examples().length} examples`)
  for (const [file, code] of examples()) {
    const printed = []
    globalThis.exampleConsole = { log: (...values) => printed.push(format(...values)) }
    const module = code
      .replace(/ from '([^']+)'/g, (_, name) => ` from '${import.meta.resolve(name)}'`)
      .replaceAll('console.log', 'exampleConsole.log')
    await import(`data:text/javascript,${encodeURIComponent(module)}`)
    const said = [...code.matchAll(/console\.log\(.*\) \/\/ (.*)$/gm)].map(([, comment]) => comment)
    for (const comment of said) {
      const [start] = comment.split('…')
      assert.ok(
        printed.some((line) => (comment.includes('…') ? line.startsWith(start) : line === comment)),
        `${file}: ${comment} is not in ${printed}`,
      )
    }
  }
})
