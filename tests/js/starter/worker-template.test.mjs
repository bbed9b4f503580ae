// The project of the template worker, as people get it: its own tests, then the Worker in wrangler's server with deliveries by curl.

import { cpSync, existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { before, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import * as assert from '../suite/assert.mjs'
import { curl } from './support/curl.mjs'
import { secret, update } from './support/drone.mjs'
import * as node24 from './support/node24.mjs'
import { create, library, npm, run, temporary } from './support/project.mjs'

const wrangler = fileURLToPath(new URL('../../../examples/cloudflare-worker/node_modules/wrangler', import.meta.url))
const missing = node24.missing || (!existsSync(wrangler) && 'wrangler is not installed: npm ci in examples/cloudflare-worker')

const failure = (number, options) => update(number, { status: 'failure' }, options)
const line = (number) => `octocat/hello-world #${number} on main failed`

describe('the template worker', { skip: missing }, () => {
  let project
  let env

  before(async () => {
    const cwd = temporary()
    // What wrangler leaves for itself, and what it would ask the network.
    env = { XDG_CONFIG_HOME: temporary(), WRANGLER_SEND_METRICS: 'false', CLOUDFLARE_CF_FETCH_ENABLED: 'false' }
    await create(['build-hook', '--template', 'worker'], { cwd })
    project = join(cwd, 'build-hook')
    // wrangler is 200 MB, which are here already; the library is installed from its tarball.
    const installed = temporary()
    await npm(['install', '--offline', '--prefix', installed, library], { cwd: installed })
    mkdirSync(join(project, 'node_modules'))
    cpSync(join(installed, 'node_modules/drone-webhooks'), join(project, 'node_modules/drone-webhooks'), { recursive: true })
    symlinkSync(wrangler, join(project, 'node_modules/wrangler'))
  })

  function start(t) {
    const args = [join(wrangler, 'bin/wrangler.js'), 'dev', '--ip', '127.0.0.1', '--port', '0', '--inspector-port', '0']
    const program = node24.node([...args, '--show-interactive-dev-session=false'], { cwd: project, env })
    t.after(() => program.stop())
    return program
  }

  test('its tests pass', async () => {
    const output = await npm(['test'], { cwd: project, env })
    assert.ok(/pass [1-9]/.test(output) && /fail 0/.test(output) && /skipped 0/.test(output), output)
  })

  test('a delivery by curl is accepted and handled, a forgery is refused, and both are remembered after a restart', async (t) => {
    writeFileSync(join(project, '.dev.vars'), `DRONE_SECRET=${secret}\n`)
    const program = start(t)
    const delivery = failure(1)
    assert.equal(await curl(program, delivery), 202)
    await program.printed(line(1))
    assert.equal(await curl(program, delivery), 200)
    assert.equal(await curl(program, failure(2, { signedWith: 'a guess' })), 401)
    await program.printed('refused: signature_mismatch')
    // wrangler says that it was ended by a signal, which is its way.
    await program.stop()

    const second = start(t)
    assert.equal(await curl(second, delivery), 200)
    assert.equal(await curl(second, failure(3)), 202)
    await second.printed(line(3))
    const sent = await npm(['run', 'send', '--', 'failure', '4', `${await node24.originOf(second)}/hook`], { cwd: project, env })
    assert.ok(sent.includes('202 Accepted'), sent)
    await second.printed(line(4))
    assert.ok(!second.output.includes(line(1)), second.output)
  })

  test('its configuration is complete', async () => {
    const output = await run('node', [join(wrangler, 'bin/wrangler.js'), 'deploy', '--dry-run'], { cwd: project, env })
    for (const binding of ['DELIVERY_INBOX', 'DELIVERIES']) assert.ok(output.includes(binding), output)
    assert.ok(!/warning|unexpected/i.test(output), output)
  })
})
