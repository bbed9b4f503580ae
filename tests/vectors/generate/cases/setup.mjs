// Errors of set-up: the receiver's configuration, and a body that is none.

import { refused } from '../case.mjs'
import { body, NOW, OTHER_SECRET, plus, SECRET, USER_CREATED, without } from '../sign.mjs'

const invalid = (name, config, more) => refused('config_invalid', name, { config, ...more })
const JS = { hosts: ['js'] }

// Secrets.
invalid('an empty secret is a mistake', { secret: '' })
invalid('an empty secret is a mistake even where the sender has none', { secret: '' }, { secret: '' })
invalid('a secret of no bytes is a mistake', { secret: { hex: '' } })
invalid('no secrets are a mistake', { secret: [] })
invalid('an empty secret among others is a mistake', { secret: [SECRET, ''] })
invalid('no keys are a mistake', { secret: { keys: {} } })
invalid('a key with an empty secret is a mistake', { secret: { keys: { 'hmac-key': '' } } })
invalid('another key with an empty secret is a mistake', { secret: { keys: { 'hmac-key': SECRET, deploy: '' } } })
invalid('a key with an empty secret among others is a mistake', { secret: { keys: { 'hmac-key': [SECRET, ''] } } })
invalid('a key without secrets is a mistake', { secret: { keys: { 'hmac-key': [] } } })
// Rust's builder takes one secret at a time: a key without any cannot be said there.
invalid(
  'another key without secrets is a mistake',
  { secret: { keys: { 'hmac-key': SECRET, deploy: [] } } },
  { hosts: ['js', 'python', 'go', 'java'] },
)

// Required headers.
invalid('no required headers are a mistake', { requiredHeaders: [] })
invalid('required headers without digest are a mistake', { requiredHeaders: ['date'] })
invalid('required headers without a signed time are a mistake', { requiredHeaders: ['digest'] })
invalid('required headers with (expires) as their only time are a mistake', { requiredHeaders: ['(expires)', 'digest'] })
invalid('required headers with (created) and without digest are a mistake', { requiredHeaders: ['(created)', 'host'] })
invalid('a required header with a space in its name is a mistake', { requiredHeaders: ['date', 'digest', 'x note'] })
invalid('a required header with a colon in its name is a mistake', { requiredHeaders: ['date', 'digest', 'host:'] })
invalid('a required header without a name is a mistake', { requiredHeaders: ['date', 'digest', ''] })
invalid('a required header with an LF in its name is a mistake', { requiredHeaders: ['date', 'digest', 'x-a\nx-b'] })
invalid('a required header whose name is not ASCII is a mistake', { requiredHeaders: ['date', 'digest', 'x-caf\u00e9'] })
invalid('required headers in one text are a mistake', { requiredHeaders: ['date digest'] })

// Times.
invalid('a tolerance below zero is a mistake', { tolerance: -1 }, JS)
invalid('a tolerance of NaN is a mistake', { tolerance: 'NaN' }, JS)
invalid('a tolerance of Infinity is a mistake', { tolerance: 'Infinity' }, JS)
invalid('a tolerance of -Infinity is a mistake', { tolerance: '-Infinity' }, JS)
invalid('a now of NaN is a mistake', {}, { ...JS, now: 'NaN' })
invalid('a now of Infinity is a mistake', {}, { ...JS, now: 'Infinity' })
invalid('a now of -Infinity is a mistake', {}, { ...JS, now: '-Infinity' })
invalid('a now before 1970 is a mistake', {}, { ...JS, now: -1 })
invalid('a now after the year 9999 is a mistake', {}, { ...JS, now: 253402300800 })

// Before the request is looked at.
invalid('an empty secret is found before the signature is missing', { secret: '' }, { onTheWay: without('Signature') })
invalid(
  'no secrets are found before there are too many headers',
  { secret: [] },
  { onTheWay: plus({ repeat: ['X-Field', 'v'], times: 300 }) },
)
invalid('required headers without digest are found before a forgery', { requiredHeaders: ['date'] }, { secret: OTHER_SECRET })
invalid(
  'required headers without digest are found although the request signs none either',
  { requiredHeaders: ['date'] },
  { list: ['date'] },
)
invalid('an empty secret is found before a changed body', { secret: '' }, { onTheWay: body('{}') })
invalid('an empty secret is found before an old Date', { secret: [''] }, { now: NOW + 3600 })
invalid('a now of NaN is found before the signature is missing', {}, { ...JS, now: 'NaN', onTheWay: without('Signature') })
invalid('a tolerance below zero is found before a forgery', { tolerance: -300 }, { ...JS, secret: OTHER_SECRET })
invalid('an empty secret is found before a body that is not bytes', { secret: '' }, { ...JS, onTheWay: body({ json: { event: 'user' } }) })

// A body that is not bytes.
const notBytes = (name, value) => refused('body_not_bytes', name, { ...JS, onTheWay: body(value) })
notBytes('a body that was parsed is refused', { json: JSON.parse(USER_CREATED) })
notBytes('a body that is an empty object is refused', { json: {} })
notBytes('a body that is an array of numbers is refused', { json: [123, 125] })
notBytes('a body that is a number is refused', { json: 2 })
notBytes('a body that looks like a buffer in JSON is refused', { json: { type: 'Buffer', data: [123, 125] } })
notBytes('a body that is undefined is refused', { undefined: true })
notBytes('a body that is null is refused', { null: true })
