// The page in Chromium, in each of the states that are looked at: by axe, and by people.

import { join } from 'node:path'
import puppeteer from 'puppeteer-core'
import { find, temporaryHome } from '../../tests/js/browsers/host.mjs'
import * as inPage from './in-page.mjs'
import { raw, request } from './requests.mjs'
import { builtPage } from './server.mjs'

export const executablePath = find(['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'], 'CHROMIUM')
export const missing = executablePath ? undefined : 'no Chromium or Chrome on the path, and the variable CHROMIUM names none'

// In the page, like the scenarios.
export const VIEWS = {
  empty: async () => {},
  authentic: (page) => page.example('good'),
  refused: (page) => page.example('body_reserialized'),
  stranger: (page) => page.example('other_sender'),
  'no-secret': async (page, { text }) => {
    await page.paste(text)
    for (const details of page.all('details')) details.open = true
    await page.until('a link', () => page.all('input[readonly]')[0])
  },
  'no-request': (page) => page.paste('Hello'),
  fields: async (page) => {
    await page.example('replayed')
    await page.named('label', 'Fields').then((label) => label.click())
    await page.named('label', 'Another').then((label) => label.click())
    await page.field('Time, in UTC')
  },
  sign: async (page) => {
    await page.tab('Sign')
    await page.press('New')
    await page.until('a command', () => page.text('.code .text'))
  },
  live: (page) => page.tab('Live'),
}

export const SIZES = { 1280: { width: 1280, height: 900 }, 390: { width: 390, height: 844 } }
export const SCHEMES = ['light', 'dark']

/** Starts the browser. `show` gives the page in a state. */
export async function openViews() {
  const { folder, env } = temporaryHome()
  const browser = await puppeteer.launch({
    executablePath,
    // Its own sandbox does not start as root, nor in many containers; the only pages it sees are ours.
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic'],
    env,
    userDataDir: join(folder, 'profile'),
    timeout: 100_000,
  })
  return {
    async show(name, { size, scheme }) {
      const page = await browser.newPage()
      await page.setViewport(SIZES[size])
      await page.emulateMediaFeatures([
        { name: 'prefers-color-scheme', value: scheme },
        { name: 'prefers-reduced-motion', value: 'reduce' },
      ])
      await page.goto(builtPage(), { timeout: 100_000 })
      await page.evaluate(inPage.script(VIEWS[name], { text: raw(request('A-020')) }))
      await page.mouse.move(0, 0)
      return page
    },
    close: () => browser.close(),
  }
}
