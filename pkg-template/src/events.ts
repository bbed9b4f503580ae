/** What Drone tells of, as a union that narrows on `event` and `action`. Types only. */
import type { Build, Payload } from './payload.js'

// At run time `event` and `action` may be any string: a later Drone may send what is not known here, and it must be delivered all the same.
// The types name the known ones only. `string` beside them, `string & {}` and a branded `string & { [brand]: true }` were tried: the compiler
// holds all of those comparable with every literal, so that nothing narrows any more. An object as a brand narrows, and then cannot be
// given to what takes a string. So what is not known hides behind `undefined` in OtherDelivery, and a `switch` needs its default all the same.

/** An authentic delivery, with its event, action and payload. */
interface Signed<Event, Action, Content> {
  /** The same for the same request, on every host, and for nothing else: use it to drop what was handled before. 64 hex digits. */
  readonly id: string
  /**
   * `user`, `repo` or `build`, as the signed body says; undefined for a body that is no webhook. What a later Drone sends may have another name.
   *
   * Reading it, `action` or `payload` for the first time reads the body, and throws `payload_malformed`, `event_mismatch` (the header
   * `X-Drone-Event`, which is not signed, says otherwise) or `digest_mismatch` (the bytes were changed after they were verified).
   */
  readonly event: Event
  /** `created`, `updated`, `deleted`, `enabled` or `disabled`, as the signed body says; undefined for a body that is no webhook. What a later Drone sends may have another name. */
  readonly action: Action
  /** The body, parsed: every field is optional, and what is not known here is there all the same. Times in it are seconds since 1970. */
  readonly payload: Content
  /** The signed time. */
  readonly signedAt: Date
  /** The keyId of the signature, which chose the key and is not itself signed; empty where there was none. */
  readonly keyId: string
  /** What was signed: names in lower case, in their order. */
  readonly signedHeaders: readonly string[]
  /** The body's bytes, as they were signed. */
  readonly body: Uint8Array
  /** What `JSON.stringify` shows: no bytes, and no headers. */
  toJSON(): DeliveryJson
}

/** A delivery as JSON. */
export interface DeliveryJson {
  id: string
  event: string | undefined
  action: string | undefined
  /** ISO 8601. */
  signedAt: string
  keyId: string
  payload: Payload
}

// One member for each action, so that `Extract` can pick it.
type Each<Event, Action, Content> = Action extends unknown ? Signed<Event, Action, Content> : never

/** The payload of a user event. */
export type UserPayload = Pick<Payload, 'event' | 'action' | 'user' | 'system'>

/** The payload of a repository event; `user` comes with `enabled` only. */
export type RepoPayload = Pick<Payload, 'event' | 'action' | 'repo' | 'user' | 'system'>

/** The payload of `build.created`: `user` is the repository's owner, not the author, and there are no stages yet. */
export type BuildCreatedPayload = Pick<Payload, 'event' | 'action' | 'repo' | 'user' | 'system'> & { build?: Omit<Build, 'stages'> }

/** The payload of `build.updated`: with stages, without a user. */
export type BuildUpdatedPayload = Pick<Payload, 'event' | 'action' | 'repo' | 'build' | 'system'>

/** A user was created, deleted, or (documented by Drone and never sent) updated. */
export type UserDelivery = Each<'user', 'created' | 'deleted' | 'updated', UserPayload>

/** A repository was enabled, disabled or deleted. */
export type RepoDelivery = Each<'repo', 'enabled' | 'disabled' | 'deleted', RepoPayload>

/** A build was created or updated. */
export type BuildDelivery = Signed<'build', 'created', BuildCreatedPayload> | Signed<'build', 'updated', BuildUpdatedPayload>

/**
 * An authentic body that is no webhook, such as Drone's extension calls: `event` and `action` are undefined. Or an event that this version
 * does not know: then they are strings at run time, whatever the type says; `String(delivery.event)` compares with any name.
 */
export type OtherDelivery = Signed<undefined, undefined, Payload>

/**
 * A request that is authentic and fresh.
 *
 * @example
 * ```ts
 * import type { Delivery } from 'drone-webhooks'
 *
 * function tell(delivery: Delivery): string {
 *   if (delivery.event === 'build') return `build ${delivery.payload.build?.number}: ${delivery.payload.build?.status}`
 *   if (delivery.event === 'repo' && delivery.action === 'enabled') return `${delivery.payload.repo?.slug} is enabled`
 *   return `${delivery.event} ${delivery.action}`
 * }
 * ```
 */
export type Delivery = UserDelivery | RepoDelivery | BuildDelivery | OtherDelivery

/** Which delivery a handler gets for a name. `build.completed`, `build.failed` and `build.fixed` are derived from the build's status. */
export interface DeliveryByName {
  user: UserDelivery
  'user.created': Extract<UserDelivery, { action: 'created' }>
  'user.deleted': Extract<UserDelivery, { action: 'deleted' }>
  'user.updated': Extract<UserDelivery, { action: 'updated' }>
  repo: RepoDelivery
  'repo.enabled': Extract<RepoDelivery, { action: 'enabled' }>
  'repo.disabled': Extract<RepoDelivery, { action: 'disabled' }>
  'repo.deleted': Extract<RepoDelivery, { action: 'deleted' }>
  build: BuildDelivery
  'build.created': Extract<BuildDelivery, { action: 'created' }>
  'build.updated': Extract<BuildDelivery, { action: 'updated' }>
  'build.completed': BuildDelivery
  'build.failed': BuildDelivery
  'build.fixed': BuildDelivery
}
