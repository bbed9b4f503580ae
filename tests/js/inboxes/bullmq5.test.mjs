// The inbox in Redis, with the oldest BullMQ that it is for: the contract.

import { test } from 'node:test'
import * as assert from '../suite/assert.mjs'
import { contract } from './contract.mjs'
import { missing, redisHarness } from './redis.mjs'

if (missing) test('Redis', { skip: missing }, () => {})
else contract(redisHarness('BullMQ 5', 'bullmq5'), { test, assert })
