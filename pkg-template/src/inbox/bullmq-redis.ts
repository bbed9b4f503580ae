/** What is used of BullMQ and of the Redis client below it, in the words of BullMQ 5 and 6. Knows no inbox. */

/** What is used of BullMQ's `Job`. */
export interface BullmqJob {
  readonly data: unknown
  readonly opts: { readonly attempts?: number | undefined }
  /** How often a worker has taken it up, whatever became of it. */
  readonly attemptsStarted: number
  readonly failedReason?: string | undefined
  readonly finishedOn?: number | undefined
  isFailed(): Promise<boolean>
  retry(state: 'failed', options: { resetAttemptsMade: boolean; resetAttemptsStarted: boolean }): Promise<void>
}

/** How a job is added. */
export interface BullmqJobOptions {
  jobId: string
  attempts: number
  backoff: { type: string }
  removeOnComplete: { age: number }
  removeOnFail: boolean
}

/** What is used of BullMQ's `Queue`. */
export interface BullmqQueue {
  add(name: string, data: object, options: BullmqJobOptions): Promise<unknown>
  getJob(id: string): Promise<BullmqJob | undefined>
  getRanges(types: 'failed'[], start: number, end: number): Promise<string[]>
  toKey(type: string): string
  on(event: 'error', listener: (error: Error) => void): unknown
  close(): Promise<void>
  disconnect(): Promise<void>
}

/** What is used of BullMQ's `Worker`. */
export interface BullmqWorker {
  run(): Promise<void>
  on(event: 'error', listener: (error: Error) => void): unknown
  on(event: 'failed', listener: (job: BullmqJob | undefined, error: Error) => void): unknown
  close(): Promise<void>
  disconnect(): Promise<void>
}

/** What is used of the client: of ioredis in BullMQ 5, of BullMQ's own interface in 6. */
export interface BullmqClient {
  readonly status: string
  readonly isCluster?: boolean | undefined
  get(key: string): Promise<string | null>
  once(event: 'ready', listener: () => void): unknown
  defineCommand(name: string, definition: { numberOfKeys: number; lua: string }): void
  runCommand?(name: string, args: readonly string[]): Promise<unknown>
}

/** By name, with the number of keys; those of a queue are in one slot of a cluster. */
const SCRIPTS = {
  // The data can be megabytes, and the token is its first entry.
  holdsToken: [
    1,
    `local data = redis.call('HGET', KEYS[1], 'data')
    return data and string.find(string.sub(data, 1, 64), ARGV[1], 1, true) and 1 or 0`,
  ],
  // A job and its lock; whose lock it has to be, and the data.
  setDone: [2, `return redis.call('GET', KEYS[2]) == ARGV[1] and redis.call('HSET', KEYS[1], 'data', ARGV[2])`],
  // 'absent' or 'present', what is expected, the value, for how many milliseconds or ''.
  compareAndSet: [
    1,
    `local value = redis.call('GET', KEYS[1])
    if ARGV[1] == 'absent' and value or ARGV[1] == 'present' and value ~= ARGV[2] then return 0 end
    if ARGV[4] == '' then redis.call('SET', KEYS[1], ARGV[3]) else redis.call('SET', KEYS[1], ARGV[3], 'PX', ARGV[4]) end
    return 1`,
  ],
} as const

/** The client of a queue. In BullMQ 6 it is the backend that has one. */
export function clientOf(queue: BullmqQueue): Promise<BullmqClient> {
  const { client, backend } = queue as BullmqQueue & { client?: Promise<BullmqClient>; backend?: { client: Promise<BullmqClient> } }
  const found = client ?? backend?.client
  if (found === undefined) throw new TypeError('the queue has no Redis client')
  return found
}

/** Whether it sends commands at once. A cluster of ioredis says `connect` of itself when it does. */
export function isConnected({ status, isCluster }: BullmqClient): boolean {
  return status === 'ready' || (isCluster === true && status === 'connect')
}

const prepared = new WeakSet<BullmqClient>()

/** Runs a script, by its hash where Redis has it already. */
export function run(client: BullmqClient, script: keyof typeof SCRIPTS, keys: readonly string[], ...args: string[]): Promise<unknown> {
  if (!prepared.has(client)) {
    for (const [name, [numberOfKeys, lua]] of Object.entries(SCRIPTS)) client.defineCommand(commandOf(name), { numberOfKeys, lua })
    prepared.add(client)
  }
  const command = commandOf(script)
  if (client.runCommand !== undefined) return client.runCommand(command, [...keys, ...args])
  // ioredis makes a method of it.
  return (client as unknown as Record<string, (...args: string[]) => Promise<unknown>>)[command]?.(...keys, ...args) ?? cannot()
}

function commandOf(script: string): string {
  return `drone-webhooks:${script}`
}

function cannot(): never {
  throw new TypeError('the Redis client cannot run scripts')
}
