// More than one thing went wrong: each is named, in the order in which it is best mended.

import { named, recorded, signed } from './case.mjs'

const body = (start) => recorded(start).body

named('body_newline_added', 'A-016', 'and looked at a day later', {
  code: 'date_too_old',
  body: `${body('A-016')}\n`,
  now: 86_400,
  causes: ['body_newline_added', 'replayed'],
})
named('secret_whitespace', 'A-016', 'and a byte order mark', {
  code: 'signature_mismatch',
  secret: `${recorded('A-016').secret}\n`,
  body: `\ufeff${body('A-016')}`,
  causes: ['secret_whitespace', 'body_bom'],
})
named('secret_quoted', 'A-033', 'printed again, and looked at an hour later', {
  code: 'signature_mismatch',
  secret: `"${recorded('A-033').secret}"`,
  body: JSON.stringify(JSON.parse(body('A-033'))),
  now: 3600,
  causes: ['secret_quoted', 'body_reserialized', 'time_zone'],
})
named('signing_string_comma', 'A-003', 'and another body', {
  code: 'signature_mismatch',
  set: [...signed(recorded('A-003'), { string: (lines) => lines.join(', ') }), ['Content-Length', '2']],
  body: '{}',
  causes: ['signing_string_comma', 'body_changed'],
})
named('body_newline_added', 'A-028', 'and another secret', {
  code: 'signature_mismatch',
  secret: 'another',
  body: `${body('A-028')}\n`,
  causes: ['body_newline_added', 'secret_wrong'],
})
named('secret_wrong', 'A-028', 'and another body', { code: 'signature_mismatch', secret: 'another', body: '{}' })
named('typographic_quotes', 'A-028', 'and a line feed', {
  code: 'header_malformed',
  set: [['Signature', signed(recorded('A-028'))[0][1].replace(/"([^"]*)"/g, '“$1”')]],
  body: `${body('A-028')}\n`,
  causes: ['typographic_quotes', 'body_newline_added'],
})
named('replayed', 'A-028', 'and another body', {
  code: 'date_too_old',
  body: body('A-028').replace('pending', 'success'),
  now: 86_400,
  causes: ['replayed', 'body_changed'],
})
