// What is sent to every receiver, and what becomes of it. Where a platform (or verifyRequest, without a middleware) differs, it says so.

import {
  all,
  announced,
  at,
  authorized,
  bare,
  by,
  carrying,
  forged,
  latin1,
  lengthTwice,
  longer,
  numbered,
  plus,
  twice,
  utf8,
  without,
} from './changes.mjs'
import { MAX_BODY_BYTES } from './log.mjs'
import { again, halfAnsweredThen, halfThen, headOnly, headThenFlood, headThenHangUp, inPieces, tooMuch } from './plays.mjs'

const accepted = (status = 202) => ({ status, begun: true, refused: [], accepted: true })
const refused = (status, code) => ({ status, begun: true, refused: [code], accepted: false })
/** Neither accepted nor refused: not for the library. */
const answered = (status) => ({ status, begun: true, refused: [], accepted: false })
/** The platform answers, or ends the connection, and never calls the receiver. */
const platform = (status) => ({ status, begun: false, refused: [], accepted: false })

// Of a sender that has gone.
const lost = refused('closed', 'body_not_bytes')

// Of one that may still be there. The middleware takes a status of its own, and verifyRequest has the error's.
const broken = { want: refused(400, 'body_not_bytes'), verify: refused(500, 'body_not_bytes') }

const chunked = announced('chunked')
const hangUp = (exchange) => exchange.hangUp()
const reset = (exchange) => exchange.reset()
const endEarly = (exchange) => exchange.endEarly()
const breakChunks = (exchange) => exchange.writeRaw('zz\r\n')

const bodies = [
  { name: 'a delivery', want: accepted() },
  { name: 'the same delivery again', play: again, want: accepted(200) },
  { name: 'a delivery in many small chunks', change: chunked, play: inPieces, want: accepted() },
  {
    name: 'another body of the same length',
    change: (sent) => ({ ...sent, body: sent.body.map((byte) => byte ^ 1) }),
    want: refused(401, 'digest_mismatch'),
  },
  { name: 'an empty body in place of the signed one', change: carrying(''), want: refused(401, 'digest_mismatch') },
  { name: 'an empty chunked body', change: all(carrying(''), chunked), want: refused(401, 'digest_mismatch') },
  { name: 'neither a length nor a body', change: bare, want: refused(401, 'digest_mismatch') },
  { name: 'a signed empty body', body: '', want: refused(422, 'payload_malformed') },
  { name: 'a signed body that is no JSON', body: 'nonsense', want: refused(422, 'payload_malformed') },
]

const forgeries = [
  { name: 'a forgery', change: forged, want: refused(401, 'signature_mismatch') },
  {
    name: 'a forgery that announces a megabyte and sends nothing',
    change: all(forged, announced(1024 * 1024)),
    play: headOnly,
    want: refused(401, 'signature_mismatch'),
  },
  {
    name: 'a forgery whose body does not end',
    change: all(forged, chunked),
    play: headThenFlood,
    want: refused(401, 'signature_mismatch'),
  },
]

const notAscii = Object.entries({ 'Latin-1': latin1, 'UTF-8': utf8 }).flatMap(([encoding, bytes]) => [
  { name: `${encoding} in Signature`, change: longer('Signature', `,x="${bytes}"`), want: refused(401, 'header_malformed') },
  { name: `${encoding} in Date`, change: longer('Date', bytes), want: refused(401, 'header_malformed') },
  { name: `${encoding} in Digest`, change: longer('Digest', bytes), want: refused(401, 'header_malformed') },
  { name: `${encoding} in X-Drone-Event`, change: longer('X-Drone-Event', bytes), want: refused(422, 'event_mismatch') },
  { name: `${encoding} in a header that is not looked at`, change: plus(['X-Other', bytes]), want: accepted() },
  // Node's client of HTTP/2 does not send it.
  { name: `${encoding} in a header’s name`, change: plus([`X-Other-${bytes}`, 'x']), not: 'h2c', want: platform(400), workerd: accepted() },
])

const duplicates = [
  { name: 'two lines of Signature', change: twice('Signature'), want: refused(401, 'signature_duplicated') },
  { name: 'two lines of Digest', change: twice('Digest'), want: refused(401, 'signature_mismatch') },
  { name: 'two lines of X-Drone-Event', change: twice('X-Drone-Event'), want: refused(422, 'event_mismatch') },
  { name: 'Signature and Authorization: Signature', change: authorized, want: refused(401, 'signature_duplicated') },
  { name: 'two lines of a header that is not looked at', change: all(plus(['X-Other', 'a']), plus(['X-Other', 'b'])), want: accepted() },
  // Node's client of HTTP/2 sends one value of these.
  { name: 'two lines of Date', change: twice('Date'), not: 'h2c', want: refused(401, 'signature_mismatch') },
  {
    name: 'lines of Authorization with two schemes',
    change: all(plus(['Authorization', 'Basic dXNlcjpwQHNz']), authorized, without('Signature')),
    not: 'h2c',
    // Joined by the platform they are one of the scheme Basic.
    want: refused(401, 'signature_missing'),
    node: accepted(),
  },
  {
    name: 'two equal lines of Content-Length',
    change: lengthTwice,
    not: 'h2c',
    want: accepted(),
    node: platform(400),
    workerd: platform(500),
  },
  { name: 'Content-Length in a chunked request', change: all(lengthTwice, chunked), not: 'h2c', want: platform(400), workerd: accepted() },
]

const sizes = [
  {
    name: 'more than 256 headers',
    change: numbered(300),
    want: refused(431, 'headers_too_large'),
    h2c: platform('closed'),
    deno: platform(400),
    bun: platform(431),
  },
  {
    name: 'a Signature of more than 16 KiB',
    change: longer('Signature', `,x="${'x'.repeat(16 * 1024)}"`),
    want: refused(431, 'headers_too_large'),
    node: platform(431),
    bun: platform(431),
  },
  {
    name: 'more than 16 KiB in a header that is not looked at',
    change: plus(['X-Other', 'x'.repeat(16 * 1024)]),
    want: accepted(),
    node: platform(431),
    bun: platform(431),
  },
  {
    name: 'a body that is announced as too large',
    change: announced(MAX_BODY_BYTES + 1),
    play: headOnly,
    want: refused(413, 'body_too_large'),
  },
  { name: 'a chunked body that grows too large', change: chunked, play: tooMuch, want: refused(413, 'body_too_large') },
  { name: 'a NUL in Signature', change: longer('Signature', ',x="\0"'), want: platform(400), h2c: platform('closed') },
]

const breakOffs = [
  { name: 'a sender that hangs up half-way', play: halfThen(hangUp), want: lost },
  { name: 'a sender that hangs up before the body', play: headThenHangUp, want: lost },
  { name: 'a sender that hangs up between chunks', change: chunked, play: halfThen(hangUp), want: lost },
  { name: 'a sender that resets the connection half-way', play: halfThen(reset), want: lost },
  { name: 'a sender that ends half-way', play: halfThen(endEarly), ...broken, bun: lost, h2c: lost },
  // Without a length HTTP/2 cannot know.
  {
    name: 'a sender that ends between chunks',
    change: chunked,
    play: halfThen(endEarly),
    ...broken,
    bun: lost,
    h2c: refused(401, 'digest_mismatch'),
  },
  { name: 'a forger that hangs up half-way', change: forged, play: halfAnsweredThen(hangUp), want: refused(401, 'signature_mismatch') },
  { name: 'a forger that ends half-way', change: forged, play: halfAnsweredThen(endEarly), want: refused(401, 'signature_mismatch') },
  { name: 'broken chunks', change: chunked, play: halfThen(breakChunks), not: 'h2c', ...broken, bun: broken.want },
]

const elsewhere = [
  { name: 'a GET', change: all(by('GET'), bare), not: 'verify', want: answered(405) },
  { name: 'a PUT', change: by('PUT'), not: 'verify', want: answered(405) },
  { name: 'another path', change: at('/other'), not: 'verify', want: answered(404) },
]

// See spoil.mjs, and in node.mjs.
const spoilt = [
  { name: 'a body that was read before', spoil: 'consumed', want: refused(500, 'body_not_bytes') },
  { name: 'a stream that breaks half-way', spoil: 'broken', ...broken, node: lost, h2c: lost },
  ...[
    { name: 'a body that somebody is reading', spoil: 'locked', want: refused(500, 'body_not_bytes') },
    { name: 'a Request without a body', spoil: 'bodiless', want: refused(401, 'digest_mismatch') },
    { name: 'a Request without a body, and none is signed', body: '', spoil: 'bodiless', want: refused(422, 'payload_malformed') },
    // What has come is all there is, and authentic.
    { name: 'a Request that was aborted before, and is complete', spoil: 'aborted before', want: accepted() },
    { name: 'a Request that is aborted while it is read, and is complete', spoil: 'aborted meanwhile', want: accepted() },
    { name: 'a Request that is aborted while it is read, and breaks', spoil: 'aborted and broken', ...broken },
  ].map((each) => ({ ...each, only: 'web' })),
]

const cases = [...bodies, ...forgeries, ...notAscii, ...duplicates, ...sizes, ...breakOffs, ...elsewhere, ...spoilt]

/** The cases for a door (a path) of a server, and what is wanted of each there. */
export function casesOf({ platform, isWeb }, door) {
  const here = [platform, door, isWeb ? 'web' : 'other']
  return cases
    .filter(({ only, not }) => (only === undefined || here.includes(only)) && !here.includes(not))
    .map((each) => ({ ...each, want: each[platform] ?? each[door] ?? each.want }))
}
