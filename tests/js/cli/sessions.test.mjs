// Plays sessions/*.txt: each a shell session as a person would have it, with what is expected.
//
//   # a remark
//   $ drone-webhooks …      a command for sh, in a folder of its own, without a terminal
//   text                    what it writes to standard output
//   2> text                 what it writes to standard error
//   [1]                     its exit code, where that is not 0
//
// A placeholder stands for what varies: {date}, {iso}, {hex}, {base64}, {any}, {version}. Blank lines at the end of an output are dropped.
// In the folder: the recorded requests (tests/vectors/recorded/raw) under the short names below, and the secret of each beside it;
// all but one have the same, which is in drone.secret too.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { equal, ok } from '../suite/assert.mjs'
import { SECRET, script, version } from './support/program.mjs'

const local = (path) => fileURLToPath(new URL(path, import.meta.url))

const RECORDED = {
  'user-created.http': 'A-000-user-created-user-created-oauth-login',
  'success.http': 'A-020-build-updated-success-build-success-run',
  'pending.http': 'A-033-build-created-pending-build-created-push-msg-html',
  'redirected.http': 'D-redirect-301-001-no-body-redirected-9302',
}

const secrets = new Map(
  JSON.parse(readFileSync(local('../../vectors/recorded/drone-2.25.0.json'), 'utf8')).map(({ name, secret }) => [name, secret]),
)

const PLACEHOLDERS = {
  date: '[A-Z][a-z]{2}, \\d\\d [A-Z][a-z]{2} \\d{4} \\d\\d:\\d\\d:\\d\\d GMT',
  iso: '\\d{4}-\\d\\d-\\d\\dT[\\d:.]+Z',
  hex: '[0-9a-f]{32,64}',
  base64: '[A-Za-z0-9+/]+=*',
  any: '.*',
  version: version.replaceAll('.', '\\.'),
}

/** The commands of a session with what is expected of each. */
function parse(session) {
  const steps = []
  for (const line of session.split('\n')) {
    if (line.startsWith('$ ')) steps.push({ command: line.slice(2), expected: [] })
    else if (!line.startsWith('# ')) steps.at(-1)?.expected.push(line)
  }
  return steps.map(({ command, expected }) => ({ command, expected: expected.join('\n').trimEnd() }))
}

/** What a command did, in the same form. */
async function play(command, cwd) {
  const { PATH, HOME } = process.env
  // Detached: a session of its own, in which there is no terminal to ask somebody at.
  const child = spawn('sh', ['-c', command], {
    cwd,
    env: { PATH: `${cwd}/bin:${PATH}`, HOME },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  })
  const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')])
  const errors =
    stderr.trimEnd() === ''
      ? []
      : stderr
          .trimEnd()
          .split('\n')
          .map((line) => `2> ${line}`)
  return [stdout.trimEnd(), ...errors, code === 0 ? '' : `[${code}]`].filter((part) => part !== '').join('\n')
}

function matches(actual, expected) {
  const parts = expected.split(/\{(\w+)\}/).map((part, at) => {
    if (at % 2 === 0) return part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
    return PLACEHOLDERS[part] ?? `\\{${part}\\}`
  })
  return new RegExp(`^${parts.join('')}$`).test(actual)
}

describe('sessions', { concurrency: 2 }, () => {
  for (const file of readdirSync(local('sessions')).sort()) {
    test(file, async () => {
      const folder = mkdtempSync(join(tmpdir(), 'session-'))
      try {
        for (const [name, recorded] of Object.entries(RECORDED)) {
          copyFileSync(local(`../../vectors/recorded/raw/${recorded}.http`), join(folder, name))
          writeFileSync(join(folder, `${name.split('.')[0]}.secret`), `${secrets.get(recorded)}\n`)
        }
        writeFileSync(join(folder, 'drone.secret'), `${SECRET}\n`)
        const bin = join(folder, 'bin')
        mkdirSync(bin)
        symlinkSync(script, join(bin, 'drone-webhooks'))
        const steps = parse(readFileSync(local(`sessions/${file}`), 'utf8'))
        ok(steps.length > 0, 'there is no command in it')
        for (const { command, expected } of steps) {
          const actual = await play(command, folder)
          if (!matches(actual, expected)) equal(`$ ${command}\n${actual}`, `$ ${command}\n${expected}`)
        }
      } finally {
        rmSync(folder, { recursive: true, force: true })
      }
    })
  }
})
