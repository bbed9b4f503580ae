// At a terminal: the secret is asked for and not shown, and there are colours where they are wanted. `script` makes the terminal.

import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { sign } from 'drone-webhooks'
import { deepEqual, equal, ok } from '../suite/assert.mjs'
import { SECRET, script } from './support/program.mjs'

const skip = (process.platform !== 'linux' || spawnSync('script', ['--version']).error !== undefined) && 'needs `script` of util-linux'

const ESCAPE = '\x1b['

describe('at a terminal', { skip }, () => {
  let folder

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'terminal-'))
    const body = '{"event":"user","action":"created","user":{"login":"mona"}}'
    const lines = Object.entries(sign({ body }, { secret: SECRET })).map(([name, value]) => `${name}: ${value}\r\n`)
    writeFileSync(join(folder, 'request.http'), `POST /hook HTTP/1.1\r\n${lines.join('')}\r\n${body}`)
  })

  after(() => rmSync(folder, { recursive: true, force: true }))

  /** Runs it at a terminal, and types when it asks. */
  function at(line, { typed, env = {} } = {}) {
    const { PATH, HOME } = process.env
    const command = `'${process.execPath}' '${script}' ${line}`
    const child = spawn('script', ['-qefc', command, '/dev/null'], { cwd: folder, env: { PATH, HOME, TERM: 'xterm', ...env } })
    let output = ''
    let asked = false
    child.stdout.setEncoding('utf8').on('data', (text) => {
      output += text
      if (asked || typed === undefined || !output.includes('Secret (DRONE_WEBHOOK_SECRET): ')) return
      asked = true
      child.stdin.write(typed)
    })
    return new Promise((resolve) => child.on('close', (code) => resolve({ code, output })))
  }

  test('the secret is asked for, and not shown', async () => {
    const { code, output } = await at('verify request.http', { typed: `${SECRET}\r` })
    equal(code, 0)
    ok(output.includes('authentic'), output)
    ok(!output.includes(SECRET.slice(0, 4)), output)
  })

  test('it is asked for also while the request comes through a pipe', async () => {
    const { code, output } = await at('verify < request.http', { typed: `${SECRET}\r` })
    equal(code, 0, output)
  })

  test('what was mistyped can be taken back', async () => {
    equal((await at('verify request.http', { typed: `wrong\x15${SECRET}xy\x7f\x7f\r` })).code, 0)
  })

  test('Ctrl-C ends it', async () => {
    const { code, output } = await at('verify request.http', { typed: 'half\x03' })
    equal(code, 2, output)
    ok(output.includes('given up'), output)
  })

  test('a terminal gets colours; NO_COLOR, a dumb terminal and a pipe do not', async () => {
    const env = { DRONE_WEBHOOK_SECRET: SECRET }
    const coloured = async (line, more = {}) => (await at(line, { env: { ...env, ...more } })).output.includes(ESCAPE)
    deepEqual(
      [
        await coloured('verify request.http'),
        await coloured('verify request.http', { NO_COLOR: '1' }),
        await coloured('verify request.http', { TERM: 'dumb' }),
        await coloured('verify request.http | cat'),
        await coloured('verify request.http --json'),
      ],
      [true, false, false, false, false],
    )
  })
})
