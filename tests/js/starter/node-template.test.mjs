// The project of the template node, as people get it: its own tests, then the program itself with deliveries by curl.

import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { before, describe, test } from 'node:test'
import { verify } from 'drone-webhooks'
import * as assert from '../suite/assert.mjs'
import { curl } from './support/curl.mjs'
import { secret, update } from './support/drone.mjs'
import { kill, missing, node, originOf } from './support/node24.mjs'
import { create, library, npm, temporary } from './support/project.mjs'

const failure = (number, options) => update(number, { status: 'failure' }, options)
const line = (number) => `octocat/hello-world #${number} on main failed`
const idOf = (delivery) => verify(delivery, { secret }).id

// A handler that is not done before the test says so.
const SLOW_HANDLERS = `
import { existsSync } from 'node:fs'
export function handle(webhooks) {
  webhooks.on('build.failed', async ({ id }) => {
    console.log('begun', id)
    while (!existsSync(process.env.GATE)) await new Promise((resolve) => setTimeout(resolve, 20))
    console.log('handled', id)
  })
}
`

// Most of the time is waiting: for programs to start, and for a lease to end.
describe('the template node', { skip: missing, concurrency: 4 }, () => {
  let project

  before(async () => {
    const cwd = temporary()
    await create(['build-hook', '--template', 'node'], { cwd })
    project = join(cwd, 'build-hook')
    await npm(['install', '--offline', library], { cwd: project })
  })

  /** The project with another text in some of its files: by name, what makes the new text of the old one. */
  function changed(files) {
    const folder = temporary()
    cpSync(project, folder, { recursive: true })
    for (const [name, change] of Object.entries(files)) {
      const file = join(folder, name)
      const before = readFileSync(file, 'utf8')
      const after = change(before)
      assert.ok(after !== before, `${name} is as it was`)
      writeFileSync(file, after)
    }
    return folder
  }

  /** Starts the program, as often as is wanted, on one database. */
  function scene(t) {
    const database = join(temporary(), 'deliveries.sqlite')
    const started = []
    t.after(() => Promise.all(started.map((program) => program.stop())))
    const start = ({ folder = project, ...settings } = {}) => {
      const env = { DRONE_SECRET: secret, DRONE_BIND: '127.0.0.1:0', DRONE_DATABASE: database, ...settings }
      const program = node(['src/main.js'], { cwd: folder, env })
      started.push(program)
      return program
    }
    return { start, database }
  }

  test('its tests pass', async () => {
    const output = await npm(['test'], { cwd: project })
    assert.ok(/pass [1-9]/.test(output) && /fail 0/.test(output) && /skipped 0/.test(output), output)
  })

  test('its tests fail where its handlers do something else', async () => {
    const folder = changed({ 'src/handlers.js': (text) => text.replace("on('build.failed'", "on('build.completed'") })
    await npm(['test'], { cwd: folder, code: 1 })
  })

  test('a delivery by curl is accepted and handled, the same again is known, a forgery is refused', async (t) => {
    const program = scene(t).start()
    const first = failure(1)
    assert.equal(await curl(program, first), 202)
    await program.printed(`${line(1)} ${idOf(first)}`)
    assert.equal(await curl(program, first), 200)
    assert.equal(await curl(program, failure(2, { signedWith: 'a guess' })), 401)
    await program.printed('refused: signature_mismatch')
    assert.equal(await curl(program, failure(3), '/other'), 404)
    assert.equal(await curl(program, failure(4)), 202)
    await program.printed(line(4))
    assert.equal(program.output.match(/ failed /g).length, 2, program.output)
  })

  test('asked to end it does so, and knows its deliveries when it is back', async (t) => {
    const { start } = scene(t)
    const program = start()
    const delivery = failure(1)
    assert.equal(await curl(program, delivery), 202)
    await program.printed(line(1))
    assert.deepEqual(await program.stop(), { code: 0, signal: null })

    const second = start()
    assert.equal(await curl(second, delivery), 200)
    assert.equal(await curl(second, failure(2)), 202)
    await second.printed(line(2))
    assert.ok(!second.output.includes(line(1)), second.output)
  })

  test('asked to end, it finishes what it has in hand and keeps the rest', async (t) => {
    const { start } = scene(t)
    const settings = { folder: changed({ 'src/handlers.js': () => SLOW_HANDLERS }), GATE: join(temporary(), 'gate') }
    const program = start(settings)
    const deliveries = [failure(1), failure(2)]
    for (const delivery of deliveries) assert.equal(await curl(program, delivery), 202)
    await program.printed(`begun ${idOf(deliveries[0])}`)
    const ended = program.stop()
    writeFileSync(settings.GATE, '')
    assert.deepEqual(await ended, { code: 0, signal: null })
    assert.ok(program.output.includes(`handled ${idOf(deliveries[0])}`), program.output)

    const second = start(settings)
    await second.printed(`handled ${idOf(deliveries[1])}`)
    assert.ok(!second.output.includes(idOf(deliveries[0])), second.output)
  })

  test('what was accepted before a crash is handled after it', async (t) => {
    const { start } = scene(t)
    const settings = { folder: changed({ 'src/handlers.js': () => SLOW_HANDLERS }), GATE: join(temporary(), 'gate') }
    const program = start(settings)
    const deliveries = [failure(1), failure(2)]
    for (const delivery of deliveries) assert.equal(await curl(program, delivery), 202)
    await program.printed('begun')
    await kill(program)

    writeFileSync(settings.GATE, '')
    const second = start(settings)
    for (const delivery of deliveries) await second.printed(`handled ${idOf(delivery)}`)
  })

  test('what was given up is listed with its reason, and tried again when that is asked for', async (t) => {
    const { start, database } = scene(t)
    const env = { DRONE_SECRET: secret, DRONE_DATABASE: database }
    const deadLetters = (...args) => npm(['run', 'dead-letters', '--', ...args], { cwd: project, env })
    const broken = changed({
      'src/handlers.js': (text) => text.replace(/log\(.* failed`, id\)/, "throw new Error('the other disk is full')"),
      'src/receiver.js': (text) => text.replace('path: database,', 'path: database, attempts: 1,'),
    })
    const program = start({ folder: broken })
    const delivery = failure(1)
    assert.equal(await curl(program, delivery), 202)
    await program.printed(`given up: ${idOf(delivery)}`)
    const listed = await deadLetters()
    assert.ok(listed.includes(`${idOf(delivery)} build.updated (attempts: 1) Error: the other disk is full`), listed)
    await program.stop()

    const second = start()
    await deadLetters('--redeliver')
    await second.printed(`${line(1)} ${idOf(delivery)}`)
    const left = await deadLetters()
    assert.ok(!left.includes(idOf(delivery)), left)
  })

  test('it can be asked whether it is well, as Docker asks', async (t) => {
    const program = scene(t).start()
    const { port } = new URL(await originOf(program))
    const health = () => node(['src/health.js'], { cwd: project, env: { DRONE_SECRET: secret, DRONE_BIND: `127.0.0.1:${port}` } }).ended
    assert.deepEqual(await health(), { code: 0, signal: null })
    await program.stop()
    assert.deepEqual(await health(), { code: 1, signal: null })
  })

  test('npm run send sends a delivery', async (t) => {
    const program = scene(t).start()
    const url = `${await originOf(program)}/hook`
    const sent = (DRONE_SECRET) => npm(['run', 'send', '--', 'failure', '7', url], { cwd: project, env: { DRONE_SECRET } })
    const accepted = await sent(secret)
    assert.ok(accepted.includes('202 Accepted'), accepted)
    await program.printed(line(7))
    const refused = await sent('a guess')
    assert.ok(refused.includes('401 Unauthorized'), refused)
  })

  const bad = {
    'no secret': [{ DRONE_SECRET: '' }, 'DRONE_SECRET is not set'],
    'an address that is none': [{ DRONE_BIND: '3000' }, 'DRONE_BIND is "3000"'],
    'an address of another machine': [{ DRONE_BIND: '192.0.2.1:3000' }, 'EADDRNOTAVAIL'],
    'a folder that is not there for the database': [{ DRONE_DATABASE: '/nowhere/deliveries.sqlite' }, 'unable to open'],
    'a database that is none': [{ DRONE_DATABASE: 'README.md' }, 'not a database'],
  }
  for (const [name, [settings, message]] of Object.entries(bad)) {
    test(`with ${name} it says so and does not start`, async (t) => {
      const program = scene(t).start(settings)
      assert.deepEqual(await program.ended, { code: 1, signal: null })
      assert.ok(new RegExp(`cannot start: .*${message}`).test(program.output), program.output)
      assert.ok(!program.output.includes('    at '), program.output)
    })
  }

  test('the image is made of what is there, runs as a user, and gets nothing that it does not need', () => {
    const read = (name) => readFileSync(join(project, name), 'utf8')
    const copied = [...read('Dockerfile').matchAll(/^COPY (.+) \S+$/gm)].flatMap(([, names]) => names.split(' '))
    const letIn = [...read('.dockerignore').matchAll(/^!(.+)$/gm)].map(([, name]) => name)
    assert.deepEqual(letIn.sort(), copied.sort())
    assert.ok(/^USER node$/m.test(read('Dockerfile')))
    const commands = [...read('Dockerfile').matchAll(/CMD \["node", "(.+)"\]/g)].map(([, file]) => file)
    assert.deepEqual(commands, ['src/health.js', 'src/main.js'])
    for (const file of [...commands, 'package-lock.json']) assert.ok(read(file).length > 0)
  })
})
