// Steps 6 and 7: what must be signed, and that all of it is there.

import { accepted, refused } from '../case.mjs'
import { BUILD_UPDATED, drone, NOW, plus, replace, without } from '../sign.mjs'

const FIVE = ['accept', 'accept-encoding', 'content-type', 'date', 'digest']
const EXTENSION = {
  config: { requiredHeaders: FIVE },
  list: FIVE,
  headers: [
    ['Accept', 'application/vnd.drone.config.v1+json'],
    ['Accept-Encoding', 'identity'],
    ['Content-Type', 'application/json'],
  ],
  body: '{"build":{"id":0,"status":"pending","event":"push","action":""},"repo":{"slug":"mona/spoon"}}',
  event: null,
}
const noWebhook = { event: null, action: null }
const CREATED = { algorithm: 'hs2019', created: NOW, list: ['(created)', 'digest'], config: { requiredHeaders: ['(created)', 'digest'] } }

accepted('an extension call that signs five headers is accepted', { ...EXTENSION, expect: noWebhook })
accepted('a webhook that signs the five headers of an extension call is accepted', {
  ...EXTENSION,
  body: BUILD_UPDATED,
  event: 'build',
  expect: { event: 'build', action: 'updated' },
})
accepted('(created) in place of date is accepted', { ...CREATED, date: null })
accepted('(created) is accepted without an algorithm', { ...CREATED, algorithm: null, date: null })
accepted('(created) may be written in quotes', { ...CREATED, date: null, format: (p) => drone({ ...p, created: `"${p.created}"` }) })
accepted('(created) and date may be signed together', {
  ...CREATED,
  list: ['(created)', 'date', 'digest'],
  expect: { signedAt: undefined },
})
accepted('(created), (expires) and digest are accepted', {
  ...CREATED,
  date: null,
  expires: NOW + 60,
  list: ['(created)', '(expires)', 'digest'],
})
accepted('required headers beyond the default are accepted when they are signed', {
  config: { requiredHeaders: ['date', 'digest', 'x-drone-event'] },
  list: ['date', 'digest', 'x-drone-event'],
  headers: [['X-Drone-Event', 'user']],
  event: null,
})

refused('header_not_signed', 'a signature without digest is refused', { list: ['date'] })
refused('header_not_signed', 'a signature without date is refused', { list: ['digest'] })
refused('header_not_signed', 'a signature over other headers is refused', { list: ['content-type'] })
refused('header_not_signed', 'the default list, (created), is refused under hs2019', { algorithm: 'hs2019', created: NOW, list: null })
refused('header_not_signed', 'the default list, (created), is refused under hmac-sha256', { created: NOW, list: null })
refused('header_not_signed', 'the default list is refused without created', { list: null })
refused('header_not_signed', 'the default list is refused although (created) is required', { ...CREATED, list: null })
refused('header_not_signed', '(created) does not stand in for date unless it is required', { ...CREATED, config: {} })
refused('header_not_signed', 'date does not stand in for (created) when that is required', { config: CREATED.config })
refused('header_not_signed', 'a webhook is refused where an extension call is required', { config: EXTENSION.config })
refused('header_not_signed', 'an extension call that signs four of the five headers is refused', { ...EXTENSION, list: FIVE.slice(1) })
refused('header_not_signed', 'a required (request-target) that is not signed is refused', {
  config: { requiredHeaders: ['date', 'digest', '(request-target)'] },
  method: 'POST',
  url: '/hook',
})
refused('header_not_signed', 'a required X-Drone-Event that is not signed is refused', {
  config: { requiredHeaders: ['date', 'digest', 'x-drone-event'] },
})
refused('header_not_signed', 'a list cut short on the way is refused', {
  onTheWay: replace('Signature', (value) => value.replace('date digest', 'date')),
})

refused('header_missing', 'a request whose Date was stripped is refused', { onTheWay: without('Date') })
refused('header_missing', 'a request whose Digest was stripped is refused', { onTheWay: without('Digest') })
refused('header_missing', 'an extension call whose Accept-Encoding was stripped is refused', {
  ...EXTENSION,
  onTheWay: without('Accept-Encoding'),
})
refused('header_missing', 'a signed header that is not required must be there too', {
  list: ['host', 'date', 'digest'],
  headers: [['Host', 'hooks.example.com']],
  onTheWay: without('Host'),
})
refused('header_missing', 'a signed header that was never there is refused, although it signs as empty', {
  list: ['date', 'digest', 'x-absent'],
})
refused('header_missing', '(created) signed without the parameter created is refused', { ...CREATED, created: undefined, date: null })
refused('header_missing', '(expires) signed without the parameter expires is refused', {
  ...CREATED,
  date: null,
  list: ['(created)', '(expires)', 'digest'],
})
refused('header_missing', 'a header named created is not (created)', {
  ...CREATED,
  created: undefined,
  date: null,
  onTheWay: plus(['created', String(NOW)], ['(created)', String(NOW)]),
})
