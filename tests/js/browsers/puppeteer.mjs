// Opens Chromium and Firefox.

import { join } from 'node:path'
import puppeteer from 'puppeteer-core'
import { temporaryHome } from './host.mjs'

// A machine under load takes its time; the test runner has a limit for all of it.
const timeout = 100_000

/** Starts it without a window. `evaluate` opens a page and gives what a promise there gives. */
export async function open({ browser, executablePath, args = [] }) {
  const { folder, env } = temporaryHome()
  const opened = await puppeteer.launch({
    browser,
    executablePath,
    args,
    env,
    userDataDir: join(folder, 'profile'),
    timeout,
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
  })
  return {
    async evaluate(url, promise) {
      const page = await opened.newPage()
      await page.goto(url, { timeout })
      return page.evaluate(promise)
    },
    close: () => opened.close(),
  }
}
