// What is the SQLite inbox's own: the file, its locks, and what becomes of what is in it.

import { spawnSync } from 'node:child_process'
import { describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { deepEqual, equal, ok } from '../suite/assert.mjs'
import { bench, record, request } from './support/receiver.mjs'
import { command, sqliteHarness } from './support/sqlite.mjs'

const { missing } = command('node24')
const harness = missing ? undefined : sqliteHarness('SQLite', 'node24')
const AT_ONCE = fileURLToPath(new URL('support/open-at-once.mjs', import.meta.url))
const promise = (name, use) => test(name, { skip: missing }, () => bench(harness, use))

/** Runs a script with the file open as `database`. */
function inFile({ store }, script) {
  const program = `const database = new (process.getBuiltinModule('node:sqlite').DatabaseSync)(process.argv[1]); ${script}`
  const [node, ...args] = harness.command
  const { status, stdout, stderr } = spawnSync(node, [...args, '--eval', program, '--', store.path], { encoding: 'utf8' })
  equal(status, 0, stderr)
  return stdout
}

/** What a module prints that is run by a runtime. */
function evaluate(runtime, script) {
  const [program, ...args] = command(runtime).command
  const cwd = fileURLToPath(new URL('.', import.meta.url))
  const { status, stdout, stderr } = spawnSync(program, [...args, '--input-type=module', '--eval', script], { cwd, encoding: 'utf8' })
  equal(status, 0, stderr)
  return stdout
}

const handled = async (bench, receiver) => {
  const last = request()
  await receiver.send(last)
  await bench.until('finished', last.id)
}

describe('the SQLite inbox', { concurrency: 4 }, () => {
  promise('several may make the file at once', async ({ folder }) => {
    const [program, ...args] = harness.command
    const { status, stdout, stderr } = spawnSync(program, [...args, AT_ONCE, folder, '50'], { encoding: 'utf8' })
    equal(status, 0, stderr)
    deepEqual(JSON.parse(stdout), [])
  })

  promise('a file of a later version is refused, and left as it is', async (bench) => {
    await (await bench.start()).tell('close')
    inFile(bench, 'database.exec("PRAGMA user_version = 2")')
    const error = await bench.start().catch((thrown) => thrown)
    for (const part of ['config_invalid', 'later version']) ok(error.message.includes(part), error.message)
    equal(inFile(bench, 'console.log(database.prepare("PRAGMA user_version").get().user_version)').trim(), '2')
  })

  promise('what can no longer be read is a dead letter and told of, and the others are handled', async (bench) => {
    const first = await bench.start()
    const [inHand, broken] = [request({ script: ['wait'] }), request()]
    await first.send(inHand)
    await bench.until('started', inHand.id)
    await first.send(broken)
    inFile(bench, `database.prepare("UPDATE deliveries SET record = '{' WHERE id = ?").run('${broken.id}')`)
    await first.tell('proceed', inHand)
    await handled(bench, first)
    await bench.when(() => first.errors.includes('the SQLite inbox'))
    deepEqual(await first.tell('deadLetters'), [])
    const [{ status, reason }] = JSON.parse(
      inFile(
        bench,
        `console.log(JSON.stringify(database.prepare('SELECT status, reason FROM deliveries WHERE id = ?').all('${broken.id}')))`,
      ),
    )
    equal(status, 'dead')
    ok(reason.includes('JSON'), reason)
    equal(bench.count('started', broken.id), 0)
  })

  promise('an id is remembered until twice the tolerance after its signed time, and then forgotten', async (bench) => {
    const receiver = await bench.start({ inbox: { tolerance: 300, remember: 0 } })
    // As far in the future as a verifier lets it be.
    const early = record('a', { signedAt: new Date(Date.now() + 300_000).toISOString() })
    equal(await receiver.tell('accept', { record: early }), 'accepted')
    await bench.until('finished', early.id)
    await receiver.tell('moveClock', { by: 899_000 })
    equal(await receiver.tell('accept', { record: record('b') }), 'accepted')
    await bench.until('finished', record('b').id)
    equal(await receiver.tell('accept', { record: early }), 'duplicate')
    await receiver.tell('moveClock', { by: 600_000 })
    equal(await receiver.tell('accept', { record: record('c') }), 'accepted')
    await bench.until('finished', record('c').id)
    equal(await receiver.tell('accept', { record: early }), 'accepted')
  })

  promise('a clock that is set back keeps nothing from being handled', async (bench) => {
    const receiver = await bench.start()
    const [inHand, rest] = [request({ script: ['wait'] }), request()]
    await receiver.send(inHand)
    await bench.until('started', inHand.id)
    await receiver.send(rest)
    await receiver.tell('moveClock', { by: -3_600_000 })
    await receiver.tell('proceed', inHand)
    await bench.until('finished', rest.id)
    await receiver.tell('accept', { record: record('a') })
    await bench.until('finished', record('a').id)
  })

  promise('what was done while the file was locked is not done again', async (bench) => {
    const receiver = await bench.start({ inbox: { lease: 1 } })
    const sent = request({ script: ['wait', 'ok'] })
    await receiver.send(sent)
    await bench.until('started', sent.id)
    await bench.store.stop()
    await receiver.tell('proceed', sent)
    await bench.until('finished', sent.id)
    // Refused after more than the lease.
    equal(await receiver.send(request()), 503)
    await bench.store.start()
    await handled(bench, receiver)
    equal(bench.count('started', sent.id), 1)
  })

  promise('what cannot be taken up for want of room is handled once when there is room again', async (bench) => {
    const hour = 3_600_000
    const receiver = await bench.start({ inbox: { backoffMs: hour } })
    const sent = request({ script: ['fail', 'ok'] })
    await receiver.send(sent)
    await handled(bench, receiver)
    await bench.store.fill(receiver)
    // First what is large, then what is small, until nothing fits.
    for (const filling of ['x'.repeat(20_000), '']) {
      while ((await receiver.send(request({ filling }))) === 202);
    }
    const before = receiver.errors.length
    await receiver.tell('moveClock', { by: hour })
    await bench.when(() => receiver.errors.slice(before).includes('the SQLite inbox'))
    equal(bench.count('started', sent.id), 1)
    await bench.store.free(receiver)
    await bench.until('finished', sent.id)
    await receiver.tell('accept', { record: record('a') })
    equal(bench.count('started', sent.id), 2)
  })

  promise('what is in hand stays in hand, although by the clock its lease is over', async (bench) => {
    const receiver = await bench.start({ inbox: { concurrency: 2 } })
    const sent = request({ script: ['wait', 'ok'] })
    await receiver.send(sent)
    await bench.until('started', sent.id)
    await receiver.tell('moveClock', { by: 3_600_000 })
    // Looks for work at once, before anything is renewed.
    await receiver.tell('accept', { record: record('a') })
    await bench.until('finished', record('a').id)
    await receiver.tell('proceed', sent)
    await bench.until('finished', sent.id)
    await receiver.tell('accept', { record: record('b') })
    await bench.until('finished', record('b').id)
    equal(bench.count('started', sent.id), 1)
  })

  promise('after an attempt of which nobody knows how it ended, the reason of the one before is told as well', async (bench) => {
    const inbox = { lease: 1, attempts: 2 }
    const first = await bench.start({ inbox })
    await first.send(request({ script: ['fail', 'die'] }))
    equal(await first.ended, 'SIGKILL')
    const [{ reason, attempts }] = await (await bench.start({ inbox })).deadLetters()
    ok(/the process ended.*no luck with/.test(reason), reason)
    equal(attempts, 2)
  })

  promise('a dead letter that another process puts back is found', async (bench) => {
    const first = await bench.start({ inbox: { attempts: 1, concurrency: 1 } })
    const [dead, inHand] = [request({ script: ['fail', 'ok'] }), request({ script: ['wait'] })]
    await first.send(dead)
    await first.deadLetters()
    const other = await bench.start()
    await other.send(inHand)
    await bench.until('started', inHand.id)
    const idle = bench.notes('started', inHand.id)[0].pid === first.pid ? other : first
    const busy = idle === first ? other : first
    equal(await busy.tell('redeliver', dead), true)
    await bench.until('finished', dead.id)
    equal(bench.notes('finished', dead.id)[0].pid, idle.pid)
  })
})

test('who only looks at dead letters may close the file', { skip: missing }, () => {
  const script = `import { fromRecord } from 'drone-webhooks'
    import { sqliteInbox } from 'drone-webhooks/sqlite'
    const inbox = sqliteInbox({ path: ':memory:' })
    console.log(JSON.stringify(await inbox.deadLetters()))
    await inbox.close()
    await inbox.close()
    await inbox.accept(fromRecord(${JSON.stringify(record('a'))})).catch(({ name, message }) => console.log(name, message))`
  equal(evaluate('node24', script), '[]\nInboxError the inbox was closed\n')
})

test('where there is no SQLite it says what there is instead', { skip: command('node20').missing }, () => {
  const script = `import { sqliteInbox } from 'drone-webhooks/sqlite'
    try { sqliteInbox({ path: 'unused.sqlite' }) } catch ({ code, message }) { console.log(JSON.stringify({ code, message })) }`
  const { code, message } = JSON.parse(evaluate('node20', script))
  equal(code, 'config_invalid')
  for (const alternative of ['Node.js 22.13', 'Deno', 'Bun', 'bullmqInbox', 'memoryInbox']) ok(message.includes(alternative), message)
})
