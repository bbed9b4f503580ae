// Runs a bundle in a process of its own, from a folder that has nothing else in it.

import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { wasm } from './package.mjs'

const child = fileURLToPath(new URL('child.mjs', import.meta.url))

/** What the app answers. */
export async function runInNode({ name, bytes }, given) {
  const folder = mkdtempSync(join(tmpdir(), 'drone-webhooks-bundle-'))
  try {
    // What is CommonJS has a name that says so.
    writeFileSync(join(folder, 'package.json'), '{"type":"module"}')
    const file = join(folder, basename(name))
    writeFileSync(file, bytes)
    return await ask(fork(child, [file], { cwd: folder, serialization: 'advanced', silent: true }), given)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

async function ask(app, given) {
  let output = ''
  for (const stream of [app.stdout, app.stderr])
    stream.on('data', (text) => {
      output += text
    })
  let answer
  app.once('message', (message) => {
    answer = message
  })
  app.send({ given, wasm })
  const [code] = await once(app, 'close')
  if (code !== 0 || answer === undefined || output !== '') throw new Error(`it ended with ${code} and wrote:\n${output}`)
  return answer.result
}
