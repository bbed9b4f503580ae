// What is tested in every browser.

import { test } from 'node:test'
import * as assert from '../suite/assert.mjs'
import { runtime } from '../support/runtime.mjs'
import { serve } from './site.mjs'

/** `open` starts the browser, whose name for itself is `is`. `missing` says why it cannot be had. */
export async function testBrowser(name, { missing, open, is }) {
  let seen
  await runtime(name, {
    missing,
    async run() {
      seen = await look(open)
      return seen.all.suite
    },
  })
  // There is a test already that is skipped, or fails.
  if (seen === undefined) return

  test(`${name}: it is ${name}`, (t) => {
    t.diagnostic(seen.userAgent)
    assert.ok(is.test(seen.userAgent), seen.userAgent)
  })
  for (const { name: beside, error } of seen.all.beside) {
    test(`${name}: ${beside}`, () => {
      if (error) throw new Error(error)
    })
  }
  test(`${name}: a page whose policy allows WebAssembly, and no script but its own, verifies`, () => {
    assert.deepEqual(seen.verified, { event: 'build' })
  })
  test(`${name}: where the policy forbids WebAssembly the browser's own error is thrown, no refusal`, () => {
    assert.equal(seen.forbidden.refused, false, JSON.stringify(seen.forbidden))
  })
}

// Drivers differ in when they take a page for loaded; an import waits for all that it needs.
const call = (check) => `import('/tests/js/browsers/page.mjs').then((page) => page.${check}())`

/** All at once, since the browser must be closed before the first test can fail. */
async function look(open) {
  const site = await serve()
  try {
    const browser = await open()
    try {
      return {
        userAgent: await browser.evaluate(site.url, call('userAgent')),
        all: await browser.evaluate(site.url, call('all')),
        verified: await browser.evaluate(site.url, call('verify')),
        forbidden: await browser.evaluate(site.urlWithoutWasm, call('verify')),
      }
    } finally {
      await browser.close()
    }
  } finally {
    await site.close()
  }
}
