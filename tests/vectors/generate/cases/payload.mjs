// Step 11: the payload, and X-Drone-Event against it.

import { accepted, refused } from '../case.mjs'
import { BUILD_UPDATED, plus, USER_CREATED } from '../sign.mjs'

const malformed = (name, body, more) => refused('payload_malformed', name, { body, ...more })
const fine = (name, body, expect, more) => accepted(name, { body, expect: { ...ONLY_EVENT, ...expect }, ...more })

// How the request was signed is not what these cases are about.
const ONLY_EVENT = { id: undefined, keyId: undefined, signedAt: undefined, signedHeaders: undefined }

/** A webhook with one field more. */
const extra = (json) => `{"event":"user","action":"created","extra":${json}}`

/** A webhook with raw bytes in a string. */
const raw = (...bytes) => ({
  base64: Buffer.concat([Buffer.from('{"event":"user","action":"created","extra":"'), Buffer.from(bytes), Buffer.from('"}')]).toString(
    'base64',
  ),
})

// The top.
malformed('an empty body is no payload', '')
malformed('a body of one space is no payload', ' ')
malformed('an array is no payload', '[]')
malformed('an array around a webhook is no payload', `[${USER_CREATED}]`)
malformed('a number is no payload', '42')
malformed('a string is no payload', '"user"')
malformed('null is no payload', 'null')
malformed('a form is no payload', 'payload=%7B%7D')
malformed('a cut off object is no payload', USER_CREATED.slice(0, -1))
fine('an empty object is accepted, and is no webhook', '{}', { event: null, action: null }, { event: null })

// What stands around it.
malformed('text after the object is refused', `${USER_CREATED}x`)
malformed('a comma after the object is refused', `${USER_CREATED},`)
malformed('a second object is refused', `${USER_CREATED}\n{}`)
malformed('a NUL after the object is refused', `${USER_CREATED}\0`)
malformed('a BOM before the object is refused', `\ufeff${USER_CREATED}`)
malformed('a no-break space before the object is refused', `\u00a0${USER_CREATED}`)
malformed('a form feed before the object is refused', `\f${USER_CREATED}`)
fine('a newline after the object is accepted', `${USER_CREATED}\n`)
fine('white space around the object is accepted', ` \t\r\n${USER_CREATED}\r\n\t `)
fine('white space between the tokens is accepted', '{ "event" : "user" ,\n\t"action" :\r"created" , "extra" : [ 1 , { } ] }')

// Syntax.
malformed('a comma after the last field is refused', '{"event":"user","action":"created",}')
malformed('a comma after the last element is refused', extra('[1,2,]'))
malformed('a comma before the first element is refused', extra('[,1]'))
malformed('a missing comma is refused', '{"event":"user" "action":"created"}')
malformed('a missing colon is refused', '{"event" "user","action":"created"}')
malformed('a name without quotes is refused', '{event:"user","action":"created"}')
malformed('single quotes are no JSON', "{'event':'user','action':'created'}")
malformed('a comment is refused', '{"event":"user",/* c */"action":"created"}')
malformed('a string that is not closed is refused', '{"event":"user","action":"created}')
malformed('True is refused', extra('True'))
fine('true, false, null and empty values are accepted', extra('[true,false,null,"",[],{},{"":0}]'))

// Numbers.
malformed('NaN is refused', extra('NaN'))
malformed('Infinity is refused', extra('Infinity'))
malformed('1e400 is refused', extra('1e400'))
malformed('1e308 is refused', extra('1e308'))
malformed('a one with 308 zeros is refused', { concat: ['{"event":"user","action":"created","extra":1', { repeat: '0', times: 308 }, '}'] })
malformed('a number with a zero before it is refused', extra('01'))
malformed('a number with a plus before it is refused', extra('+1'))
malformed('a number that begins with a point is refused', extra('.5'))
malformed('a number that ends with a point is refused', extra('1.'))
malformed('a number without the digits of its exponent is refused', extra('1e'))
malformed('a minus alone is refused', extra('-'))
malformed('a hexadecimal number is refused', extra('0x10'))
fine('9.9e307 is accepted', extra('9.9e307'))
fine('a one with 307 zeros is accepted', { concat: ['{"event":"user","action":"created","extra":1', { repeat: '0', times: 307 }, '}'] })
fine('numbers of every form are accepted', extra('[0,-0,10,-1.50,0.5e-10,1E+2,1e5,12345678901234567890,0.1e1]'))
fine('1e-400 is accepted', extra('1e-400'))

// Strings.
malformed('a high surrogate alone is refused', extra('"\\ud83d"'))
malformed('a low surrogate alone is refused', extra('"\\ude00"'))
malformed('surrogates in the wrong order are refused', extra('"\\ude00\\ud83d"'))
malformed('a high surrogate before a letter is refused', extra('"\\ud83dx"'))
malformed('a high surrogate before another escape is refused', extra('"\\ud83d\\u0041"'))
malformed('a lone surrogate in a name is refused', '{"event":"user","action":"created","\\udc00":1}')
malformed('an escape of three digits is refused', extra('"\\u00e"'))
malformed('an escape with a letter that is no digit is refused', extra('"\\u00g0"'))
malformed('an unknown escape is refused', extra('"\\x41"'))
malformed('a raw newline in a string is refused', extra('"a\nb"'))
malformed('a raw tab in a string is refused', extra('"a\tb"'))
malformed('a raw NUL in a string is refused', extra('"a\0b"'))
fine('surrogates in pairs are accepted', extra('"\\ud83d\\ude00 \\uD83D\\uDE00"'))
fine('every escape is accepted', extra('"\\"\\\\\\/\\b\\f\\n\\r\\t\\u0000\\u001f\\u00E9\\uffff"'))
fine('raw characters beyond ASCII are accepted', extra('"\u007f\u00e9\u2028\u2029\ufeff\ufffd\u{1f600}\u{10ffff}"'))
fine('brackets in a string do not nest', { concat: ['{"event":"user","action":"created","extra":"', { repeat: '[{', times: 200 }, '"}'] })

// UTF-8.
malformed('a byte that is no UTF-8 is refused', raw(0xff))
malformed('Latin-1 is refused', raw(0xe9))
malformed('a continuation byte alone is refused', raw(0x80))
malformed('an overlong NUL is refused', raw(0xc0, 0x80))
malformed('a surrogate in UTF-8 is refused', raw(0xed, 0xa0, 0x80))
malformed('a character after U+10FFFF is refused', raw(0xf4, 0x90, 0x80, 0x80))
malformed('UTF-16 is refused', { base64: Buffer.from(USER_CREATED, 'utf16le').toString('base64') })
malformed('a byte that is no UTF-8 is refused outside strings too', {
  base64: Buffer.from('{"event":"user"\xff,"action":"created"}', 'latin1').toString('base64'),
})
fine(
  'the first and the last characters of each length in UTF-8 are accepted',
  raw(
    0x20,
    0x7f,
    0xc2,
    0x80,
    0xdf,
    0xbf,
    0xe0,
    0xa0,
    0x80,
    0xed,
    0x9f,
    0xbf,
    0xee,
    0x80,
    0x80,
    0xf0,
    0x90,
    0x80,
    0x80,
    0xf4,
    0x8f,
    0xbf,
    0xbf,
  ),
)

// Depth: the object at the top is the first level.
const arrays = (n) => ({
  concat: ['{"event":"user","action":"created","extra":', { repeat: '[', times: n - 1 }, { repeat: ']', times: n - 1 }, '}'],
})
const objects = (n) => ({
  concat: ['{"event":"user","action":"created","extra":', { repeat: '{"a":', times: n - 2 }, '{}', { repeat: '}', times: n - 2 }, '}'],
})
fine('arrays of 128 levels are accepted', arrays(128))
malformed('arrays of 129 levels are refused', arrays(129))
fine('objects of 128 levels are accepted', objects(128))
malformed('objects of 129 levels are refused', objects(129))
malformed('100,000 levels are refused', arrays(100000))
malformed('100,000 objects that are not closed are refused', { repeat: '{"a":', times: 100000 })
fine('many arrays beside each other are accepted', {
  concat: ['{"event":"user","action":"created","extra":[0', { repeat: ',[[]]', times: 300 }, ']}'],
})

// event and action.
malformed('an event that is a number is refused', '{"event":1,"action":"created"}', { event: null })
malformed('an event that is an object is refused', '{"event":{"type":"user"},"action":"created"}', { event: null })
malformed('an action that is a number is refused', '{"event":"user","action":1}')
malformed('an action that is an array is refused', '{"event":"user","action":["created"]}')
malformed('a malformed payload is refused before the event is compared', '{"event":1,"action":"created"}', { event: 'repo' })
fine('an unknown event is accepted', '{"event":"cron","action":"created","cron":{}}', { event: 'cron' }, { event: 'cron' })
fine('an unknown action is accepted', '{"event":"user","action":"frobbed","user":{}}', { action: 'frobbed' })
fine('a webhook without anything else is accepted', '{"event":"user","action":"created"}')
fine('a build is accepted', BUILD_UPDATED, { event: 'build', action: 'updated' }, { event: 'build' })
fine(
  'fields of an unexpected type are accepted',
  '{"event":"build","action":"updated","repo":[],"build":"none","system":3}',
  { event: 'build', action: 'updated' },
  { event: 'build' },
)
fine('event and action may come last', '{"user":{"event":"x","action":"y"},"action":"created","event":"user"}')
fine('an escaped name is the same name', '{"\\u0065vent":"user","\\u0061ction":"creat\\u0065d"}')
fine('the last of two events counts', '{"event":"repo","event":"user","action":"created"}')
fine('the last of two actions counts', '{"event":"user","action":"deleted","action":"created"}')
fine('the last of two events counts when one of them is escaped', '{"event":"repo","action":"created","\\u0065vent":"user"}')
fine('an event that is replaced by a later one may be of any type', '{"event":1,"event":"user","action":"created"}')
malformed('the last of two events is refused when it is a number', '{"event":"user","event":1,"action":"created"}')
fine(
  'names of objects are names like any other',
  '{"__proto__":{"event":"repo"},"constructor":{"prototype":1},"toString":null,"event":"user","action":"created"}',
)
fine('an event within __proto__ is not the event', '{"__proto__":{"event":"repo","action":"enabled"},"action":"created","user":{}}')

// Without event: what the body holds.
const shaped = (event) => [{ event, action: 'created' }, { event }]
fine('a body without event that holds a build is of a build', '{"action":"created","user":{},"repo":{},"build":{}}', ...shaped('build'))
fine('a body without event that holds a repo and a user is of a repo', '{"action":"created","user":{},"repo":{}}', ...shaped('repo'))
fine('a body without event that holds a user is of a user', '{"action":"created","user":{}}', ...shaped('user'))
fine('a body whose event is null is of what it holds', '{"event":null,"action":"created","repo":{}}', ...shaped('repo'))
fine('the order of the fields does not decide what a body is of', '{"build":{},"repo":{},"user":{},"action":"created"}', ...shaped('build'))
fine('what a body is of is found without X-Drone-Event too', '{"action":"created","repo":{}}', { event: 'repo' }, { event: null })

// Without action: no webhook.
const none = [{ event: null, action: null }, { event: null }]
fine('a body without action is no webhook', '{"build":{"action":"opened"},"repo":{}}', ...none)
fine('a body with an event and no action is no webhook', '{"event":"register","user":{"login":"mona"}}', ...none)
fine('a body whose action is null is no webhook', '{"event":"user","action":null}', ...none)

// X-Drone-Event.
const differs = (name, event, body = USER_CREATED, more) => refused('event_mismatch', name, { event, body, ...more })
accepted('a request without X-Drone-Event is accepted', { event: null })
differs('another X-Drone-Event is refused', 'build')
differs('an X-Drone-Event in another case is refused', 'User')
differs('an empty X-Drone-Event is refused', '')
differs('an X-Drone-Event that only begins like the event is refused', 'user:created')
differs('an X-Drone-Event that is the beginning of the event is refused', 'use')
differs('an X-Drone-Event in quotes is refused', '"user"')
differs('an X-Drone-Event that is not ASCII is refused', '\u00fcser')
differs('an X-Drone-Event of 20 KB is refused', { repeat: 'user', times: 5120 })
differs('two X-Drone-Event lines are refused', 'user', USER_CREATED, { onTheWay: plus(['X-Drone-Event', 'user']) })
differs('two X-Drone-Event lines are refused when one of them differs', 'user', USER_CREATED, {
  onTheWay: plus(['x-drone-event', 'build']),
})
differs('two values in X-Drone-Event are refused', 'user, user')
differs('an X-Drone-Event that differs from an unknown event is refused', 'cron', '{"event":"cronjob","action":"created"}')
differs('an X-Drone-Event that differs from what the body holds is refused', 'user', '{"action":"created","user":{},"repo":{}}')
differs('an X-Drone-Event that is the first of two events is refused', 'repo', '{"event":"repo","event":"user","action":"created"}')
differs('an X-Drone-Event beside a body without action is refused', 'build', '{"build":{},"repo":{}}')
differs('an X-Drone-Event that is the event of a body without action is refused', 'register', '{"event":"register","user":{}}')
differs('an X-Drone-Event beside a body whose action is null is refused', 'user', '{"event":"user","action":null,"user":{}}')
differs('an X-Drone-Event beside an empty object is refused', 'undefined', '{}')
differs('an empty X-Drone-Event beside an empty object is refused', '', '{}')
differs('an X-Drone-Event of another event is refused although it is signed', 'build', USER_CREATED, {
  list: ['date', 'digest', 'x-drone-event'],
  headers: [['X-Drone-Event', 'build']],
  event: null,
})
