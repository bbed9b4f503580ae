// A Worker that is nothing but an inbox, to be called from a test; the Durable Object says what it holds once it has forgotten.

import { env } from 'cloudflare:workers'
import { fromRecord } from 'drone-webhooks'
import { type CloudflareInbox, cloudflareInbox, DeliveryInbox as Inbox } from 'drone-webhooks/cloudflare'

export class DeliveryInbox extends Inbox {
  readonly #state: DurableObjectState

  constructor(state: DurableObjectState, env: object) {
    super(state, env)
    this.#state = state
  }

  override async fetch(request: Request): Promise<Response> {
    // As the platform may end it at any time.
    if (new URL(request.url).hostname === 'kill') this.#state.abort('it was killed')
    return super.fetch(request)
  }

  override async alarm(): Promise<void> {
    await super.alarm()
    const counts = ['deliveries', 'records', 'state'].map(
      (table) => this.#state.storage.sql.exec(`SELECT count(*) AS n FROM ${table}`).one().n,
    )
    console.log(`left: ${counts.join(' ')}`)
    // Sooner than it would be for the inbox alone.
    await this.#state.storage.setAlarm(Date.now() + 500)
  }
}

const inboxes = new Map<string, CloudflareInbox>()

function inboxOf(name: string): CloudflareInbox {
  let inbox = inboxes.get(name)
  if (inbox === undefined) {
    inbox = cloudflareInbox({ object: env.DELIVERY_INBOX, deadLetterQueue: 'drone-dead-letters', name, remember: 3, tolerance: 1, onDead })
    inbox.consume(async ({ id }) => {
      console.log(`handled: ${id}`)
      if (id.startsWith('dead')) throw new Error('it always fails')
    })
    inboxes.set(name, inbox)
  }
  return inbox
}

function onDead({ id }: { id: string }, error: unknown): never {
  console.log(`told that ${id} died: ${error}`)
  throw new Error('what it throws is dropped')
}

async function answer(method: string, args: unknown[], inbox: CloudflareInbox): Promise<unknown> {
  const [first, second, third, fourth] = args as [never, never, never, never]
  if (method === 'accept') return inbox.accept(fromRecord(first))
  if (method === 'get') return (await inbox.state.get(first)) ?? null
  if (method === 'compareAndSet') return inbox.state.compareAndSet(first, second ?? undefined, third, fourth)
  if (method === 'kill') return env.DELIVERY_INBOX.getByName('default').fetch('https://kill/').catch(String)
  throw new Error(`there is no ${method}`)
}

export default {
  async fetch(request) {
    const { name = 'default', method, args } = await request.json<{ name?: string; method: string; args: unknown[] }>()
    try {
      return Response.json(await answer(method, args, inboxOf(name)))
    } catch (error) {
      return new Response(String(error), { status: 500 })
    }
  },
  queue: (batch) => inboxOf('default').queue(batch),
} satisfies ExportedHandler
