// What the help says is so.

import { readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { deepEqual, equal, ok } from '../suite/assert.mjs'
import { run, script } from './support/program.mjs'

const folder = join(dirname(script), 'commands')
const names = readdirSync(folder)
  .filter((file) => file.endsWith('.js'))
  .map((file) => file.slice(0, -3))

describe('help', () => {
  test('it lists every command', async () => {
    const { stdout } = await run([])
    const listed = [...stdout.matchAll(/^ {2}([a-z]+) {2,}\S/gm)].map(([, name]) => name)
    deepEqual(listed.sort(), names.sort())
  })

  for (const name of names) {
    test(`of ${name}: it has every option, no other, and examples`, async () => {
      const { code, stdout, stderr } = await run([name, '--help'])
      deepEqual([code, stderr], [0, ''])
      const { command } = await import(pathToFileURL(join(folder, `${name}.js`)).href)
      equal(stdout, command.help)
      const told = new Set([...stdout.replace(/^Examples$[\s\S]*/m, '').matchAll(/--([a-z-]+)/g)].map(([, option]) => option))
      deepEqual([...told].filter((option) => option !== 'json').sort(), Object.keys(command.options).sort())
      ok(stdout.includes('\nExamples\n  '), 'no examples')
      for (const line of stdout.split('\n')) ok(line.length <= 100, line)
    })
  }
})
