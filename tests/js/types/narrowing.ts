// What the types of a delivery let a program say, and what they do not.

import type { BuildDelivery, Delivery, RepoDelivery, UserDelivery } from 'drone-webhooks'
import { isCompleted, Webhooks } from 'drone-webhooks'

/** Holds only where both are the same type. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
const is = <_ extends true>(): void => {}

export function byEvent(delivery: Delivery): string | number | undefined {
  // Before it is known what it is about, there is only what all have.
  is<Same<typeof delivery.id, string>>()
  is<Same<typeof delivery.signedAt, Date>>()
  // @ts-expect-error not every payload has a build
  delivery.payload.build.number

  switch (delivery.event) {
    case 'build':
      is<Same<typeof delivery, BuildDelivery>>()
      return delivery.payload.build?.number
    case 'repo':
      is<Same<typeof delivery, RepoDelivery>>()
      // @ts-expect-error the payload of a repository event has no build
      delivery.payload.build
      return delivery.payload.repo?.slug
    case 'user':
      is<Same<typeof delivery, UserDelivery>>()
      // @ts-expect-error the payload of a user event has no repo
      delivery.payload.repo
      return delivery.payload.user?.login
    default:
      // A later server may send what is not known here: the default stays reachable.
      is<Same<(typeof delivery)['payload'] extends object ? true : false, true>>()
      return delivery.payload.user?.login
  }
}

export function byAction(delivery: Delivery): void {
  if (delivery.event === 'build' && delivery.action === 'created') {
    delivery.payload.user?.login
    // @ts-expect-error stages come with updates only
    delivery.payload.build?.stages
  }
  if (delivery.event === 'build' && delivery.action === 'updated') {
    delivery.payload.build?.stages?.[0]?.steps?.[0]?.status
    // @ts-expect-error the user comes with created only
    delivery.payload.user
  }
  // @ts-expect-error builds are not enabled
  if (delivery.event === 'build' && delivery.action === 'enabled') delivery.id
}

export function fields({ payload }: BuildDelivery): void {
  const { build } = payload
  // Every field is optional.
  is<Same<NonNullable<typeof build>['number'], number | undefined>>()
  // @ts-expect-error the build may be missing
  build.number
  // Statuses are known by name, and may be others.
  if (build?.status === 'success') build.number
  const status: string | undefined = build?.status
  if (status === 'of a later server') return
  is<Same<ReturnType<typeof isCompleted>, boolean>>()
  isCompleted(payload)
}

export function readOnly(delivery: Delivery): void {
  // @ts-expect-error a delivery is what was signed
  delivery.id = 'another'
  // @ts-expect-error
  delivery.signedHeaders.push('host')
}

const webhooks = new Webhooks({ secret: 'secret' })
webhooks
  .on('build', ({ payload }) => payload.build?.status)
  .on('build.created', ({ action, payload }) => {
    is<Same<typeof action, 'created'>>()
    payload.user?.login
  })
  .on('build.completed', async ({ event, payload }) => {
    is<Same<typeof event, 'build'>>()
    payload.build?.finished
  })
  .on('repo.enabled', ({ payload }) => {
    payload.repo?.slug
    // @ts-expect-error
    payload.build
  })
  .on('user', ({ payload }) => payload.user?.login)
  // What is not known here may be asked for all the same.
  .on('moon.landed', (delivery) => {
    is<Same<typeof delivery, Delivery>>()
  })
  .onAny((delivery) => byEvent(delivery))
  .onError((error, delivery) => {
    is<Same<typeof error, unknown>>()
    is<Same<typeof delivery, Delivery>>()
  })
  .onRefused((error, request) => {
    error.code satisfies string
    request.headers
  })
