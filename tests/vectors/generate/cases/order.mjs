// The order of the steps: a request with two faults is refused for the first.

import { refused } from '../case.mjs'
import { body, NOW, OTHER_SECRET, replace, SECRET, USER_CREATED, without } from '../sign.mjs'

const deploy = { config: { secret: { keys: { deploy: SECRET } } } }
const forged = { secret: OTHER_SECRET }
const note = ['date', 'digest', 'x-note']

refused('signature_malformed', 'a malformed signature is found before an unsupported algorithm', {
  algorithm: 'rsa-sha256',
  signature: () => '?',
})
refused('signature_malformed', 'a malformed signature is found before an unknown key', { ...deploy, list: [] })
refused('signature_duplicated', 'a parameter twice is found before an unsupported algorithm', {
  algorithm: 'rsa-sha256',
  onTheWay: replace('Signature', (value) => `${value},keyId="a"`),
})
refused('algorithm_unsupported', 'an unsupported algorithm is found before a wrong MAC', { ...forged, algorithm: 'rsa-sha256' })
refused('algorithm_unsupported', 'an unsupported algorithm is found before an unknown key', { ...deploy, algorithm: 'rsa-sha256' })
refused('algorithm_unsupported', 'an unsupported algorithm is found before an unsigned header', {
  algorithm: 'hmac-sha512',
  list: ['date'],
})
refused('key_unknown', 'an unknown key is found before an unsigned header', { ...deploy, list: ['date'] })
refused('key_unknown', 'an unknown key is found before a missing header', { ...deploy, onTheWay: without('Date') })
refused('key_unknown', 'an unknown key is found before a wrong MAC', { ...deploy, ...forged })
refused('key_unknown', 'an unknown key is found before a header that only the signature names is malformed', {
  ...deploy,
  list: note,
  headers: [['X-Note', 'caf\u00e9']],
})
refused('key_unknown', 'an unknown key is found before a header that only the signature names is too large', {
  ...deploy,
  list: note,
  headers: [['X-Note', { repeat: 'n', times: 20480 }]],
})
refused('header_not_signed', 'an unsigned header is found before a missing one', { list: ['digest', 'x-absent'] })
refused('header_not_signed', 'an unsigned header is found before a wrong MAC', { ...forged, list: ['date'] })
refused('header_not_signed', 'an unsigned header is found before an old Date', { list: ['date'], now: NOW + 3600 })
refused('header_not_signed', 'a header that is unsigned and missing is unsigned first', { list: ['date'], onTheWay: without('Digest') })
refused('header_not_signed', 'an unsigned header is found before one that only the signature names is malformed', {
  list: ['date', 'x-note'],
  headers: [['X-Note', 'caf\u00e9']],
})
refused('header_missing', 'a missing header is found before a wrong MAC', { ...forged, onTheWay: without('Digest') })
refused('header_missing', 'a missing header is found before an old Date', { now: NOW + 3600, onTheWay: without('Digest') })
refused('header_missing', 'a missing header is found before a changed body', { onTheWay: [without('Digest'), body('{}')] })
refused('signature_mismatch', 'a wrong MAC is found before an old Date', { ...forged, now: NOW + 3600 })
refused('signature_mismatch', 'a wrong MAC is found before a malformed Date', { ...forged, date: 'yesterday' })
refused('signature_mismatch', 'a wrong MAC is found before a malformed digest', { ...forged, digest: () => 'SHA-256' })
refused('signature_mismatch', 'a wrong MAC is found before a body that is too large', { ...forged, config: { maxBodyBytes: 10 } })
refused('signature_mismatch', 'a wrong MAC is found before a changed body', { ...forged, onTheWay: body('{}') })
refused('signature_mismatch', 'a wrong MAC is found before a malformed payload', { ...forged, body: 'no json' })
refused('signature_mismatch', 'a wrong MAC is found before another event', { ...forged, event: 'build' })
refused('date_too_old', 'an old Date is found before a body that is too large', { now: NOW + 3600, config: { maxBodyBytes: 10 } })
refused('date_too_old', 'an old Date is found before a malformed payload', { now: NOW + 3600, body: 'no json' })
refused('digest_mismatch', 'a changed body is found before another event', { event: 'build', onTheWay: body(`${USER_CREATED} `) })
