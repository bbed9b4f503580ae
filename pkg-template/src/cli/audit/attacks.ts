/** What a receiver must refuse, and what it would mean if it did not. */
import { digestOf, type Forged, forge, type Recipe } from './forge.js'

/**
 * `critical`: anybody can do it who can reach the receiver. `high`: whoever has seen one delivery, or any signature made with the secret.
 * `low`: not an attack by itself; something behind it is weaker for it.
 */
export type Severity = 'critical' | 'high' | 'low'

/** One attack. */
export interface Attack {
  readonly name: string
  readonly severity: Severity
  /** What is sent. */
  readonly what: string
  /** What it means that a receiver takes it. */
  readonly consequence: string
  readonly make: (good: Recipe) => Forged
}

const SECOND = 1000
const MINUTE = 60 * SECOND
const DAY = 24 * 60 * MINUTE

const OVERSIZED_BYTES = 16 * 1024 * 1024

const ANYBODY = 'anybody can send deliveries'
const OTHER_BODY = 'whoever has seen one delivery can send any other body with its headers'
const FOR_EVER = 'whoever has recorded a delivery can send it again, for ever'

const NO_SECRET: readonly Attack[] = [
  {
    name: 'no-signature',
    severity: 'critical',
    what: 'no Signature header',
    consequence: `${ANYBODY}: nothing is checked`,
    make: (good) => forge(good).drop('Signature'),
  },
  {
    name: 'wrong-secret',
    severity: 'critical',
    what: 'signed with another secret',
    consequence: `${ANYBODY}: the signature is not compared`,
    make: (good) => forge({ ...good, secret: randomText() }),
  },
  {
    name: 'empty-secret',
    severity: 'critical',
    what: 'signed with an empty secret',
    consequence: `${ANYBODY}: its secret is empty, as if it were not set`,
    make: (good) => forge({ ...good, secret: '' }),
  },
  {
    name: 'undefined-secret',
    severity: 'critical',
    what: 'signed with the secret "undefined"',
    consequence: `${ANYBODY}: a missing setting has become a text`,
    make: (good) => forge({ ...good, secret: 'undefined' }),
  },
  {
    name: 'unknown-key',
    severity: 'critical',
    what: 'an unknown keyId, signed with an empty secret',
    consequence: `${ANYBODY}: a key that is not found counts as an empty one`,
    make: (good) => forge({ ...good, secret: '', keyId: 'no-such-key' }),
  },
  {
    name: 'inherited-key',
    severity: 'critical',
    what: 'keyId "constructor", signed with what JavaScript makes of it',
    consequence: `${ANYBODY}: keys are looked up among what every object has`,
    make: (good) => forge({ ...good, secret: String(Object), keyId: 'constructor' }),
  },
  {
    name: 'empty-signature',
    severity: 'critical',
    what: 'signature=""',
    consequence: `${ANYBODY}: an empty signature equals anything`,
    make: (good) => withMac(forge(good), () => ''),
  },
  {
    name: 'signature-beginning',
    severity: 'critical',
    what: 'the first byte of the signature only',
    consequence: `${ANYBODY} after 256 tries: only the beginning is compared`,
    make: (good) => withMac(forge(good), (mac) => btoa(atob(mac).slice(0, 1))),
  },
  {
    name: 'algorithm-none',
    severity: 'critical',
    what: 'algorithm="none" and no signature',
    consequence: `${ANYBODY}: the request says how it is checked`,
    make: (good) => withMac(forge({ ...good, algorithm: 'none' }), () => ''),
  },
  {
    name: 'algorithm-none-signature',
    severity: 'critical',
    what: 'algorithm="none" and any signature',
    consequence: `${ANYBODY}: the request says how it is checked`,
    make: (good) => forge({ ...good, secret: randomText(), algorithm: 'none' }),
  },
  {
    name: 'algorithm-public-key',
    severity: 'low',
    what: 'algorithm="rsa-sha256" over an HMAC',
    consequence: 'the request says how it is checked: where keys of both kinds are known, a public key can be used as a secret',
    make: (good) => forge({ ...good, algorithm: 'rsa-sha256' }),
  },
  {
    name: 'algorithm-sha1',
    severity: 'low',
    what: 'signed with HMAC-SHA1',
    consequence: 'the request chooses the algorithm, a weak one too',
    make: (good) => forge({ ...good, algorithm: 'hmac-sha1', hash: 'sha1' }),
  },
]

const BODY: readonly Attack[] = [
  {
    name: 'body-changed',
    severity: 'high',
    what: 'another body',
    consequence: `${OTHER_BODY}: Digest is not compared`,
    make: (good) => forge(good).withBody(changed(good.body)),
  },
  {
    name: 'body-and-digest-changed',
    severity: 'high',
    what: 'another body, with its digest',
    consequence: `${OTHER_BODY}: the signature is not compared`,
    make: (good) =>
      forge(good)
        .withBody(changed(good.body))
        .set('Digest', digestOf(changed(good.body))),
  },
  {
    name: 'body-empty',
    severity: 'high',
    what: 'no body',
    consequence: 'whoever has seen one delivery can send empty ones: an empty body is not checked',
    make: (good) => forge(good).withBody(''),
  },
  {
    name: 'body-printed-again',
    severity: 'high',
    what: 'the same JSON, printed with other spaces',
    consequence: 'it checks what its parser printed, not what came: with equal keys twice, two readers see two bodies',
    make: (good) => forge(good).withBody(JSON.stringify(JSON.parse(good.body), null, 2)),
  },
  {
    name: 'body-blank-added',
    severity: 'low',
    what: 'a line end after the body',
    consequence: 'the body is trimmed before it is checked: what is stored is not what was signed',
    make: (good) => forge(good).withBody(`${good.body}\n`),
  },
  {
    name: 'digest-removed',
    severity: 'high',
    what: 'another body, no Digest',
    consequence: `${OTHER_BODY}: without Digest nothing is compared`,
    make: (good) => forge(good).withBody(changed(good.body)).drop('Digest'),
  },
  {
    name: 'digest-twice',
    severity: 'high',
    what: 'another body, its digest in a second line',
    consequence: `${OTHER_BODY}: one line is signed, the other is compared`,
    make: (good) =>
      forge(good)
        .withBody(changed(good.body))
        .add('Digest', digestOf(changed(good.body)), 'after'),
  },
  {
    name: 'digest-twice-before',
    severity: 'high',
    what: 'another body, its digest in a line before',
    consequence: `${OTHER_BODY}: one line is signed, the other is compared`,
    make: (good) =>
      forge(good)
        .withBody(changed(good.body))
        .add('Digest', digestOf(changed(good.body)), 'before'),
  },
  {
    name: 'digest-not-signed',
    severity: 'high',
    what: 'a signature over the date only',
    consequence: 'any signature over a date, of whatever else is signed with the secret, is good for every body',
    make: (good) => forge({ ...good, list: ['date'] }),
  },
  {
    name: 'digest-other-algorithm',
    severity: 'low',
    what: 'a signed digest of an algorithm that nobody knows',
    consequence: 'a digest that it cannot check counts as checked: the body can be any',
    make: (good) => forge({ ...good, digest: `X-NONE=${btoa('nothing')}` }),
  },
  {
    name: 'list-left-out',
    severity: 'high',
    what: 'no list of signed headers',
    consequence: 'what was signed is its own guess, and the body is not among it',
    make: (good) => forge({ ...good, list: null }),
  },
  {
    name: 'list-empty',
    severity: 'high',
    what: 'an empty list of signed headers',
    consequence: 'a signature over nothing is good for every request',
    make: (good) => forge({ ...good, list: [] }),
  },
]

const TIME: readonly Attack[] = [
  {
    name: 'replay-1-hour',
    severity: 'high',
    what: 'signed an hour ago',
    consequence: 'whoever has recorded a delivery can send it again for an hour at least',
    make: (good) => forge({ ...good, now: good.now - 60 * MINUTE }),
  },
  {
    name: 'replay-1-day',
    severity: 'high',
    what: 'signed a day ago',
    consequence: 'whoever has recorded a delivery can send it again for a day at least',
    make: (good) => forge({ ...good, now: good.now - DAY }),
  },
  {
    name: 'replay-3-years',
    severity: 'high',
    what: 'signed three years ago',
    consequence: FOR_EVER,
    make: (good) => forge({ ...good, now: good.now - 3 * 365 * DAY }),
  },
  {
    name: 'future-1-day',
    severity: 'high',
    what: 'signed for tomorrow',
    consequence: 'a delivery of a server whose clock is wrong can be sent again until that day is over',
    make: (good) => forge({ ...good, now: good.now + DAY }),
  },
  {
    name: 'date-not-signed',
    severity: 'high',
    what: 'a signature over the digest only',
    consequence: `${FOR_EVER}: its date is not signed`,
    make: (good) => forge({ ...good, list: ['digest'] }),
  },
  {
    name: 'date-moved',
    severity: 'high',
    what: 'signed a day ago, with the date of today',
    consequence: `${FOR_EVER}: its date is not what is compared with the signature`,
    make: (good) => forge({ ...good, now: good.now - DAY }).set('Date', new Date(good.now).toUTCString()),
  },
  {
    name: 'date-twice',
    severity: 'high',
    what: 'signed a day ago, today’s date in a second line',
    consequence: `${FOR_EVER}: one date is signed, the other is compared with the clock`,
    make: (good) => forge({ ...good, now: good.now - DAY }).add('Date', new Date(good.now).toUTCString(), 'after'),
  },
  {
    name: 'date-twice-before',
    severity: 'high',
    what: 'signed a day ago, today’s date in a line before',
    consequence: `${FOR_EVER}: one date is signed, the other is compared with the clock`,
    make: (good) => forge({ ...good, now: good.now - DAY }).add('Date', new Date(good.now).toUTCString(), 'before'),
  },
  {
    name: 'date-no-time',
    severity: 'low',
    what: 'a signed Date that is no time',
    consequence: 'a date that it cannot read counts as fresh',
    make: (good) => forge({ ...good, date: 'yesterday' }),
  },
]

const FORM: readonly Attack[] = [
  {
    name: 'signature-hex',
    severity: 'low',
    what: 'the right signature, as hexadecimal',
    consequence: 'one request has several forms: who recognises duplicates by the signature does not',
    make: (good) => forge({ ...good, encoding: 'hex' }),
  },
  {
    name: 'signature-loose-base64',
    severity: 'low',
    what: 'the right signature, with its unused bits set',
    consequence: 'one request has several forms: who recognises duplicates by the signature does not',
    make: (good) => withMac(forge(good), loose),
  },
  {
    name: 'signature-twice',
    severity: 'low',
    what: 'two Signature headers, the first one forged',
    consequence: 'a proxy or a log may have looked at the other one',
    make: (good) => forge(good).add('Signature', forge({ ...good, secret: randomText() }).get('Signature'), 'before'),
  },
  {
    name: 'signature-twice-after',
    severity: 'low',
    what: 'two Signature headers, the second one forged',
    consequence: 'a proxy or a log may have looked at the other one',
    make: (good) => forge(good).add('Signature', forge({ ...good, secret: randomText() }).get('Signature'), 'after'),
  },
  {
    name: 'parameter-twice',
    severity: 'low',
    what: 'a forged signature="…" before the right one, in one header',
    consequence: 'a proxy or a log may have looked at the other one',
    make: (good) => forge(good).set('Signature', (value) => `signature="${randomMac()}",${value}`),
  },
  {
    name: 'event-changed',
    severity: 'low',
    what: 'X-Drone-Event says user, the body says build',
    consequence:
      'X-Drone-Event is not signed: if what is done goes by it, and not by the body, a build can be passed off as something else',
    make: (good) => forge(good).set('X-Drone-Event', 'user'),
  },
  {
    name: 'redirected',
    severity: 'low',
    what: 'a GET without a body, as a redirect makes of a delivery',
    consequence: 'deliveries are lost behind a redirect, and nobody is told',
    make: (good) => forge(good).as('GET').withBody(''),
  },
  {
    name: 'oversized',
    severity: 'low',
    what: 'a body of 16 MiB',
    consequence: 'bodies of any size are held in memory',
    make: (good) => forge({ ...good, body: `${good.body.slice(0, -1)},"padding":"${'x'.repeat(OVERSIZED_BYTES)}"}` }),
  },
]

/** The whole set. */
export const ATTACKS: readonly Attack[] = [...NO_SECRET, ...BODY, ...TIME, ...FORM]

function changed(body: string): string {
  return body.replace('"status":"pending"', '"status":"success"')
}

function withMac(request: Forged, change: (mac: string) => string): Forged {
  return request.set('Signature', (value) => value.replace(/signature="([^"]*)"/, (_, mac: string) => `signature="${change(mac)}"`))
}

/** 32 bytes leave two bits of their last base64 character unused. */
function loose(mac: string): string {
  const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
  const last = digits.indexOf(mac.charAt(42))
  return `${mac.slice(0, 42)}${digits.charAt(last | 1)}=`
}

function randomMac(): string {
  return btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(32))))
}

function randomText(): string {
  return randomMac().slice(0, 32)
}
