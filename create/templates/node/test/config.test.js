// The settings.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseBind, readConfig } from '../src/config.js'

test('only the secret has to be set', () => {
  const { bind, database } = readConfig({ DRONE_SECRET: 'the secret' })
  assert.deepEqual(bind, { host: undefined, port: 3000 })
  assert.equal(database, 'deliveries.sqlite')
})

test('without a secret anybody could sign, so it is refused', () => {
  assert.throws(() => readConfig({}), /DRONE_SECRET/)
  assert.throws(() => readConfig({ DRONE_SECRET: '' }), /DRONE_SECRET/)
})

test('DRONE_BIND is a host and a port', () => {
  assert.deepEqual(parseBind('127.0.0.1:8080'), { host: '127.0.0.1', port: 8080 })
  assert.deepEqual(parseBind('[::1]:8080'), { host: '::1', port: 8080 })
  assert.deepEqual(parseBind('localhost:0'), { host: 'localhost', port: 0 })
})

for (const bind of ['', '3000', 'localhost', ':http', ':65536', '::1:3000', 'http://localhost:3000']) {
  test(`DRONE_BIND cannot be "${bind}"`, () => {
    assert.throws(() => parseBind(bind), /DRONE_BIND/)
  })
}
