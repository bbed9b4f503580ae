// What a refused request leaves in the module's memory, which never shrinks. benches/memory-process.mjs looks at a million of them.

import { test } from 'node:test'
import * as assert from './suite/assert.mjs'
import { options, sample, toVerify, withHeader } from './suite/requests.mjs'
import { memories } from './support/memories.mjs'
import { vectors } from './support/vectors.mjs'

const lib = await import('drone-webhooks')

test('a value full of line feeds takes no more memory than one without', () => {
  const request = sample(vectors)
  const maxHeaderBytes = 1024 * 1024
  const verifier = lib.createVerifier({ secret: request.secret, clock: () => options(request).now, maxHeaderBytes })
  const refused = (unit) => {
    const value = `x${unit.repeat(maxHeaderBytes - 2000)}x`
    return () => verifier.verify(toVerify(withHeader(request, 'Date', value)))
  }
  assert.throwsCode(refused('y'), 'signature_mismatch')
  const [memory] = memories
  const before = memory.buffer.byteLength
  assert.throwsCode(refused('\n'), 'header_malformed')
  assert.equal(memory.buffer.byteLength - before, 0)
})
