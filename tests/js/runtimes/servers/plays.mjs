// How a request is sent; each gives the answer. They take `begin(request)` and, to wait until the receiver has begun with it, `begun()`.

import { ok } from '../../suite/assert.mjs'
import { MAX_BODY_BYTES } from './log.mjs'

const PIECE = Buffer.alloc(16 * 1024, 'x')

// More than the buffers of two sockets hold.
const FLOOD = 32 * 1024 * 1024

export function whole({ begin }, sent) {
  const exchange = begin(sent)
  if (sent.body.length > 0) exchange.write(sent.body)
  if (sent.length !== undefined) exchange.end()
  return exchange.answer()
}

export async function again(play, sent) {
  await whole(play, sent)
  return whole(play, sent)
}

export async function inPieces({ begin }, sent) {
  const exchange = begin(sent)
  for (let at = 0; at < sent.body.length; at += 7) await exchange.write(sent.body.subarray(at, at + 7))
  exchange.end()
  return exchange.answer()
}

/** The answer comes before the body does. */
export const headOnly = ({ begin }, sent) => begin(sent).answer()

/** The same; then the body comes without an end. */
export async function headThenFlood({ begin, drains }, sent) {
  const exchange = begin(sent)
  const answer = await exchange.answer()
  await checkCutOff(exchange, drains)
  return answer
}

/** A body that goes beyond the bound by a byte, and on after the answer. */
export async function tooMuch({ begin, drains }, sent) {
  const exchange = begin(sent)
  for (let length = 0; length < MAX_BODY_BYTES; length += PIECE.length) exchange.write(PIECE)
  exchange.write(PIECE.subarray(0, 1))
  const answer = await exchange.answer()
  await checkCutOff(exchange, drains)
  return answer
}

async function checkCutOff(exchange, drains) {
  const cutOff = await exchange.flood(PIECE, FLOOD)
  ok(cutOff !== drains, cutOff ? 'it was cut off' : `${FLOOD} bytes were taken`)
}

/** Something happens when half of the body is there, and the receiver has begun with it. */
export const halfThen =
  (happens) =>
  async ({ begin, begun }, sent) => {
    const exchange = begin(sent)
    exchange.write(sent.body.subarray(0, sent.body.length >> 1))
    await begun()
    happens(exchange)
    return exchange.answer()
  }

/** The same of one who waits for the answer. */
export const halfAnsweredThen =
  (happens) =>
  async ({ begin }, sent) => {
    const exchange = begin(sent)
    exchange.write(sent.body.subarray(0, sent.body.length >> 1))
    const answer = await exchange.answer()
    happens(exchange)
    return answer
  }

export async function headThenHangUp({ begin, begun }, sent) {
  const exchange = begin(sent)
  await begun()
  exchange.hangUp()
  return exchange.answer()
}
