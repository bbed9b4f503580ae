// examples/cloudflare-worker as wrangler would deploy it: its bundle and its configuration, run by miniflare with the platform's simulators.

import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { missing as missingRuntime, runtimes } from '../../examples/support/runtimes.mjs'
import { SECRETS } from './settings.mjs'
import { Chat, Worker } from './worker.mjs'

export const folder = fileURLToPath(new URL('../../../../examples/cloudflare-worker/', import.meta.url))
const wrangler = `${folder}node_modules/wrangler/`

/** Why the tests cannot be run, or false. */
export const missing =
  missingRuntime('miniflare') ||
  missingRuntime('node22') ||
  (!existsSync(wrangler) && 'wrangler is not installed: npm ci in examples/cloudflare-worker')

// Newer than what the tests may run in.
const node = `${runtimes.replace('package.json', '')}node_modules/node22/bin/node`

// It would tell, ask and write more than is needed here.
const QUIET = { WRANGLER_SEND_METRICS: 'false', WRANGLER_HIDE_BANNER: 'true', WRANGLER_WRITE_LOGS: 'false', CI: 'true' }

const run = (...args) => execFileSync(node, args, { cwd: folder, encoding: 'utf8', env: { ...process.env, ...QUIET } })

/** The example, ready to be run; or another Worker in its place, with the same configuration. */
export class Example {
  #bundle
  /** What miniflare is told by the configuration. */
  options = optionsOf(readConfig())

  constructor(entry) {
    this.#bundle = bundle(entry)
  }

  /** What wrangler has said of it. */
  get printed() {
    return this.#bundle.printed
  }

  /**
   * Runs it while `use({ worker, chat, post })` does something with it. `retries` stands for the configured ones, whose pauses add up to
   * minutes, `options` for all of them; the rest is as for `Worker`.
   */
  async running({ chat = new Chat(), retries, ...given }, use) {
    const options = structuredClone(given.options ?? this.options)
    if (retries !== undefined) options.queueConsumers['drone-deliveries'].maxRetries = retries
    const worker = new Worker({ ...given, modules: this.#bundle.modules, options, chat })
    const post = async ({ request }) => (await worker.fetch('/hook', request)).status
    try {
      return await use({ worker, chat, post })
    } finally {
      await worker.stop()
    }
  }
}

/** The configuration as wrangler reads it. */
export function readConfig() {
  const script = `import { unstable_readConfig } from 'wrangler'; console.log(JSON.stringify(unstable_readConfig({ config: 'wrangler.jsonc' })))`
  return JSON.parse(run('--input-type=module', '--eval', script))
}

/** Its modules, the main one first; of another entry point, in place of the one that is deployed, if one is given. */
export function bundle(entry) {
  const out = mkdtempSync(join(tmpdir(), 'drone-worker-'))
  try {
    const printed = run(
      `${wrangler}bin/wrangler.js`,
      'deploy',
      ...(entry ? [entry] : []),
      '--config',
      `${folder}wrangler.jsonc`,
      '--dry-run',
      '--outdir',
      out,
    )
    const files = readdirSync(out).filter((name) => /\.(js|wasm)$/.test(name))
    files.sort((a, b) => Number(a.endsWith('.wasm')) - Number(b.endsWith('.wasm')))
    const modules = files.map((name) => ({
      type: name.endsWith('.wasm') ? 'CompiledWasm' : 'ESModule',
      path: name,
      contents: readFileSync(join(out, name)),
    }))
    return { modules, printed }
  } finally {
    rmSync(out, { recursive: true, force: true })
  }
}

/** What miniflare needs to know to do what the configuration says. */
export function optionsOf({ name, compatibility_date, compatibility_flags, durable_objects, migrations, queues, secrets }) {
  const sqlite = migrations.flatMap((migration) => migration.new_sqlite_classes ?? [])
  return {
    name,
    compatibilityDate: compatibility_date,
    compatibilityFlags: compatibility_flags,
    durableObjects: Object.fromEntries(
      durable_objects.bindings.map((each) => [each.name, { className: each.class_name, useSQLite: sqlite.includes(each.class_name) }]),
    ),
    queueProducers: Object.fromEntries(queues.producers.map(({ binding, queue }) => [binding, { queueName: queue }])),
    queueConsumers: Object.fromEntries(
      queues.consumers.map((each) => [
        each.queue,
        {
          maxBatchSize: each.max_batch_size,
          maxBatchTimeout: each.max_batch_timeout,
          maxRetries: each.max_retries,
          ...(each.dead_letter_queue && { deadLetterQueue: each.dead_letter_queue }),
        },
      ]),
    ),
    bindings: Object.fromEntries(secrets.required.map((each) => [each, SECRETS[each]])),
  }
}
