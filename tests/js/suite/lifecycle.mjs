// What becomes of a build is told once, although Drone repeats itself and builds end out of order.

import { calls, throws } from './calls.mjs'
import { receiver, request } from './receiver.mjs'

const repo = { id: 7, slug: 'octocat/hello-world', default_branch: 'main' }

export default (lib, { test, assert }) => {
  /** A receiver that notes the derived names it is called with, as `failed 3`. */
  const receiving = (options) => {
    const told = []
    const handled = calls()
    const webhooks = receiver(lib, options)
    for (const name of ['completed', 'failed', 'fixed']) {
      webhooks.on(`build.${name}`, ({ payload }) => {
        told.push(`${name} ${payload.build?.number}`)
      })
    }
    webhooks.onAny(handled)
    const build = async (fields, about = repo, action = 'updated') => {
      const build = { id: 100, status: 'success', event: 'push', target: 'main', ref: 'refs/heads/main', ...fields }
      assert.equal(await webhooks.receive(request(lib, { action, repo: about, build })), 'accepted')
      await handled.next()
    }
    return { webhooks, told, build, handled }
  }

  test('a build that fails is completed and failed, and the next that succeeds is fixed', async () => {
    const { told, build } = receiving()
    await build({ number: 1, status: 'pending' }, repo, 'created')
    await build({ number: 1, status: 'running' })
    await build({ number: 1, status: 'failure' })
    await build({ number: 2 })
    await build({ number: 3 })
    assert.deepEqual(told, ['completed 1', 'failed 1', 'completed 2', 'fixed 2', 'completed 3'])
  })

  test('the first build of a branch fixes nothing', async () => {
    const { told, build } = receiving()
    await build({ number: 1 })
    assert.deepEqual(told, ['completed 1'])
  })

  test('a repeated final update is told of once', async () => {
    const { told, build } = receiving()
    await build({ number: 4, status: 'killed' })
    await build({ number: 4, status: 'killed', finished: 2 })
    await build({ number: 4, status: 'failure', finished: 3 })
    assert.deepEqual(told, ['completed 4'])
  })

  test('a broken pipeline arrives as created with an error, and has failed', async () => {
    const { told, build } = receiving()
    await build({ number: 5, status: 'error', error: 'yaml: line 3' }, repo, 'created')
    await build({ number: 6 })
    assert.deepEqual(told, ['completed 5', 'failed 5', 'completed 6', 'fixed 6'])
  })

  for (const status of ['killed', 'skipped', 'declined']) {
    test(`a build that was ${status} is completed, and neither fails nor fixes its branch`, async () => {
      const { told, build } = receiving()
      await build({ number: 1, status: 'failure' })
      await build({ number: 2, status })
      await build({ number: 3 })
      assert.deepEqual(told, ['completed 1', 'failed 1', 'completed 2', 'completed 3', 'fixed 3'])
    })
  }

  for (const status of ['pending', 'running', 'blocked', 'waiting_on_dependencies', 'of a later server']) {
    test(`${status} is not final`, async () => {
      const { told, build } = receiving()
      await build({ number: 1, status })
      assert.deepEqual(told, [])
    })
  }

  test('branches, pull requests, tags, promotions and repositories have nothing to do with each other', async () => {
    const { told, build } = receiving()
    await build({ number: 1, status: 'failure' })
    await build({ number: 2, target: 'other', ref: 'refs/heads/other' })
    await build({ number: 3, event: 'pull_request', ref: 'refs/pull/7/head' })
    await build({ number: 4, event: 'tag', target: undefined, ref: 'refs/tags/v1' })
    await build({ number: 5, event: 'promote', deploy_to: 'production' })
    await build({ number: 6 }, { ...repo, id: 8, slug: 'octocat/other' })
    assert.deepEqual(
      told.filter((each) => each.startsWith('fixed')),
      [],
    )
    await build({ number: 7, event: 'cron' })
    assert.deepEqual(told.at(-1), 'fixed 7')
  })

  test('an earlier build that ends after a later one changes nothing about the branch', async () => {
    const { told, build } = receiving()
    await build({ number: 1, status: 'failure' })
    await build({ number: 3, status: 'failure' })
    await build({ number: 2 })
    await build({ number: 4 })
    assert.deepEqual(told, ['completed 1', 'failed 1', 'completed 3', 'failed 3', 'completed 2', 'completed 4', 'fixed 4'])
  })

  test('a failure that is told of late wants its fix all the same', async () => {
    const { told, build } = receiving()
    await build({ number: 2 })
    await build({ number: 1, status: 'failure' })
    await build({ number: 3 })
    assert.deepEqual(told, ['completed 2', 'completed 1', 'failed 1', 'completed 3', 'fixed 3'])
  })

  test('what was told of a build is told again, however many came since', async () => {
    const inbox = lib.memoryInbox({ attempts: 1, backoff: () => 0, quiet: true })
    const { webhooks, told, build } = receiving({ inbox })
    const flaky = calls(() => (flaky.count === 1 ? throws('not yet')() : undefined))
    webhooks.on('build.fixed', flaky).onError(() => {})
    await build({ number: 1, status: 'failure' })
    await build({ number: 2 })
    const [{ id }] = await flaky.next()
    for (let number = 3; number <= 30; number += 1) await build({ number })
    const before = told.length
    assert.equal(await inbox.redeliver(id), true)
    assert.equal((await flaky.next())[0].id, id)
    await webhooks.close()
    assert.deepEqual(told.slice(before), ['completed 2', 'fixed 2'])
  })

  test('a handler that fails is called again, with the same names', async () => {
    const { webhooks, told, build } = receiving({ inbox: { attempts: 3 } })
    const flaky = calls(() => (flaky.count < 3 ? throws('not yet')() : undefined))
    webhooks.on('build.fixed', flaky).onError(() => {})
    await build({ number: 1, status: 'failure' })
    await build({ number: 2 })
    for (let attempt = 1; attempt <= 3; attempt += 1) await flaky.next()
    await webhooks.close()
    assert.deepEqual(
      told.filter((each) => each === 'fixed 2'),
      ['fixed 2', 'fixed 2', 'fixed 2'],
    )
  })

  test('a state that is out of order is reported, and asked again', async () => {
    const state = lib.memoryState()
    const memory = lib.memoryInbox({ backoff: () => 0, quiet: true })
    const broken = calls(() => (broken.count === 1 ? throws('the store is down')() : undefined))
    const get = async (key) => {
      broken()
      return state.get(key)
    }
    const inbox = {
      accept: (delivery) => memory.accept(delivery),
      consume: (handle) => memory.consume(handle),
      state: { get, compareAndSet: state.compareAndSet },
    }
    const { webhooks, told, build } = receiving({ inbox })
    const reported = calls()
    webhooks.onError(reported)
    await build({ number: 1, status: 'failure' })
    assert.equal((await reported.next())[0].message, 'the store is down')
    assert.deepEqual(told, ['completed 1', 'failed 1'])
    await webhooks.close()
  })

  test('two receivers with one state tell of a build once', async () => {
    const state = lib.memoryState()
    const shared = () => {
      const memory = lib.memoryInbox({ backoff: () => 0, quiet: true })
      return receiving({ inbox: { accept: (delivery) => memory.accept(delivery), consume: (handle) => memory.consume(handle), state } })
    }
    const [one, other] = [shared(), shared()]
    await one.build({ number: 1, status: 'failure' })
    await other.build({ number: 1, status: 'failure', finished: 2 })
    await other.build({ number: 2 })
    await one.build({ number: 2, finished: 2 })
    assert.deepEqual(one.told, ['completed 1', 'failed 1'])
    assert.deepEqual(other.told, ['completed 2', 'fixed 2'])
  })

  test('what has no number is told of each time', async () => {
    const { told, build } = receiving()
    await build({ status: 'failure' })
    await build({ status: 'failure' })
    assert.deepEqual(told, ['completed undefined', 'failed undefined', 'completed undefined', 'failed undefined'])
  })
}
