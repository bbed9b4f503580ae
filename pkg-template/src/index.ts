/** What the package exports; nothing else. */
export type { Body } from './body.js'
export { type Code, codes } from './codes.js'
export { isCompleted } from './delivery.js'
export { WebhookVerificationError } from './errors.js'
export type {
  BuildCreatedPayload,
  BuildDelivery,
  BuildUpdatedPayload,
  Delivery,
  DeliveryByName,
  DeliveryJson,
  OtherDelivery,
  RepoDelivery,
  RepoPayload,
  UserDelivery,
  UserPayload,
} from './events.js'
export type { HeadersInput, HeaderValue, RequestHead } from './headers.js'
export type { AttemptOptions } from './inbox/attempts.js'
export { type Acceptance, type DeadLetter, type Inbox, InboxError, InboxFullError } from './inbox/inbox.js'
export { type MemoryInboxOptions, memoryInbox } from './inbox/memory.js'
export { type DeliveryRecord, fromRecord, toRecord } from './inbox/record.js'
export { memoryState, type State } from './inbox/state.js'
export { createNodeMiddleware, type Next, type NodeRequest, type NodeResponse } from './middleware/node.js'
export { createWebMiddleware } from './middleware/web.js'
export { EXTENSION_HEADERS, type Secret, type Secrets, type Time, type VerifierOptions } from './options.js'
export type { Build, BuildStatus, Payload, Repo, Stage, Step, System, User } from './payload.js'
export type { MiddlewareOptions } from './receive.js'
export { type SignableRequest, type SignedHeaders, type SignOptions, sign } from './sign.js'
export { type Authenticated, createVerifier, type Verifier, type VerifyOptions, type WebhookRequest } from './verifier.js'
export { verify, verifyRequest } from './verify.js'
export {
  type ErrorHook,
  type Handler,
  type InboxErrorHook,
  type Reception,
  type RefusalHook,
  Webhooks,
  type WebhooksOptions,
} from './webhooks.js'
