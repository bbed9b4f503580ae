// Every view by axe: light and dark, large and small. And by keyboard and clipboard, as a person uses them.

import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { after, before, describe, test } from 'node:test'
import * as assert from '../../tests/js/suite/assert.mjs'
import { raw, request } from './requests.mjs'
import { missing, openViews, SCHEMES, SIZES, VIEWS } from './views.mjs'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

describe('accessibility', { skip: missing }, () => {
  let views
  before(async () => {
    views = await openViews()
  })
  after(() => views?.close())

  for (const name of Object.keys(VIEWS)) {
    for (const size of Object.keys(SIZES)) {
      for (const scheme of SCHEMES) {
        test(`axe finds nothing in ${name}, ${scheme}, ${size} pixels wide`, async () => {
          const page = await views.show(name, { size, scheme })
          await page.evaluate(axe)
          const { violations, passes } = await page.evaluate('axe.run()')
          const found = violations.map(
            ({ id, nodes }) => `${id}: ${nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`).join('\n')}`,
          )
          assert.deepEqual(found, [])
          assert.ok(passes.length > 10, 'axe has run')
          const width = await page.evaluate('document.documentElement.scrollWidth')
          assert.ok(width <= SIZES[size].width, `it is ${width} wide, and has to be scrolled sideways`)
          await page.close()
        })
      }
    }
  }

  test('by keyboard alone: an example is taken, a step opened, and nothing on the way is invisible', async () => {
    const page = await views.show('empty', { size: 1280, scheme: 'light' })
    const focused = () => page.evaluate(`document.activeElement.innerText?.trim().split('\\n')[0] ?? ''`)
    const goTo = async (name) => {
      for (let presses = 0; presses < 60; presses += 1) {
        await page.keyboard.press('Tab')
        const box = await page.evaluate('(({ width, height }) => ({ width, height }))(document.activeElement.getBoundingClientRect())')
        assert.ok(box.width > 0 && box.height > 0, await page.evaluate('document.activeElement.outerHTML.slice(0, 200)'))
        if ((await focused()).startsWith(name)) return
      }
      throw new Error(`${name} is not to be reached`)
    }
    await goTo('Body parsed and printed again')
    await page.keyboard.press('Enter')
    await page.waitForSelector('.verdict.bad')
    await goTo('✓')
    await page.keyboard.press('Enter')
    await page.waitForFunction(`document.querySelectorAll('.steps details[open]').length === 2`)
    await page.close()
  })

  test('a request from the clipboard keeps its line ends, which a text field would convert', async () => {
    const page = await views.show('empty', { size: 1280, scheme: 'light' })
    const build = request('A-020')
    const text = raw({ ...build, body: 'a\r\nb', headers: [['Content-Length', '4']] })
    await page.evaluate((text) => {
      const data = new DataTransfer()
      data.setData('text/plain', text)
      document
        .querySelector('textarea')
        .dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }))
    }, text)
    await page.waitForFunction(`document.querySelector('.note[role="status"]').innerText.includes('a body of 4 bytes')`)
    await page.close()
  })

  test('what an example sets is undone when a request is pasted', async () => {
    const page = await views.show('empty', { size: 1280, scheme: 'light' })
    const settings = () =>
      page.evaluate(`[document.querySelector('input[type="password"]').value, document.querySelector('input[value="now"]').checked]`)
    await page.type('input[type="password"]', 'mine')
    await page.click('[data-example="replayed"]')
    await page.waitForSelector('.verdict.bad')
    const [secret, now] = await settings()
    assert.ok(secret !== 'mine' && now)
    await page.evaluate(() => {
      const data = new DataTransfer()
      data.setData('text/plain', 'Date: x')
      document.querySelector('textarea').select()
      document
        .querySelector('textarea')
        .dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }))
    })
    await page.waitForFunction(`document.querySelector('textarea').value === 'Date: x'`)
    assert.deepEqual(await settings(), ['mine', false])
    await page.close()
  })
})
