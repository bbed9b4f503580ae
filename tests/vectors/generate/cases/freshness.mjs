// Step 9: the signed times against the receiver's.

import { accepted, refused } from '../case.mjs'
import { body, httpDate, NOW, plus } from '../sign.mjs'

const CREATED = {
  algorithm: 'hs2019',
  created: NOW,
  list: ['(created)', 'digest'],
  date: null,
  config: { requiredHeaders: ['(created)', 'digest'] },
}
const EXPIRES = { ...CREATED, expires: NOW + 60, list: ['(created)', '(expires)', 'digest'] }
const tolerance = (seconds) => ({ config: { tolerance: seconds } })

// Date, and how far from now.
accepted('a Date of now is accepted')
accepted('a Date exactly as old as the tolerance is accepted', { now: NOW + 300 })
refused('date_too_old', 'a Date one second older than the tolerance is refused', { now: NOW + 301 })
accepted('a Date exactly as far ahead as the tolerance is accepted', { now: NOW - 300 })
refused('date_in_future', 'a Date one second further ahead than the tolerance is refused', { now: NOW - 301 })
accepted('a Date as old as a tolerance of a minute is accepted', { ...tolerance(60), now: NOW + 60 })
refused('date_too_old', 'a Date older than a tolerance of a minute is refused', { ...tolerance(60), now: NOW + 61 })
accepted('a Date as far ahead as a tolerance of a minute is accepted', { ...tolerance(60), now: NOW - 60 })
refused('date_in_future', 'a Date further ahead than a tolerance of a minute is refused', { ...tolerance(60), now: NOW - 61 })
accepted('a Date of now is accepted at a tolerance of zero', tolerance(0))
refused('date_too_old', 'a Date of a second ago is refused at a tolerance of zero', { ...tolerance(0), now: NOW + 1 })
refused('date_in_future', 'a Date of the next second is refused at a tolerance of zero', { ...tolerance(0), now: NOW - 1 })
accepted('a Date of yesterday is accepted at a tolerance of a day', { ...tolerance(86400), now: NOW + 86400 })
refused('date_too_old', 'a Date of a year ago is refused', { now: NOW + 31536000 })
refused('date_too_old', 'a Date is refused as old in the last second of the year 9999', { now: 253402300799 })
refused('date_too_old', 'a Date of 1970 is refused', { date: 'Thu, 01 Jan 1970 00:00:00 GMT' })
refused('date_too_old', 'a Date an hour behind is refused, as by a wrong time zone', { now: NOW + 3600 })
refused('date_in_future', 'a Date an hour ahead is refused, as by a wrong time zone', { now: NOW - 3600 })
refused('date_in_future', 'a Date is refused as ahead when now is 1970', { now: 0 })
refused('date_in_future', 'a Date of the year 9999 is refused', { date: 'Fri, 31 Dec 9999 23:59:59 GMT' })
accepted('a now within a second is rounded down, for an old Date', { hosts: ['js'], now: NOW + 300.999 })
refused('date_too_old', 'a now of the next second is not rounded down to this one', { hosts: ['js'], now: NOW + 301.001 })
accepted('a now within a second is rounded down, for a Date ahead', { hosts: ['js'], now: NOW - 299.001 })
refused('date_in_future', 'a now within a second is rounded down, away from a Date ahead', { hosts: ['js'], now: NOW - 300.5 })

// Forms of a Date.
const same = { expect: { signedAt: NOW } }
accepted('a Date in the form of RFC 850 is accepted', { ...same, date: 'Sunday, 22-Nov-26 06:11:53 GMT' })
accepted('a Date in the form of asctime is accepted', { ...same, date: 'Sun Nov 22 06:11:53 2026' })
accepted('a Date in the form of asctime with a day of one digit is accepted', {
  date: 'Sun Nov  8 06:11:53 2026',
  now: NOW - 14 * 86400,
  expect: { signedAt: NOW - 14 * 86400 },
})
accepted('a Date of 29 February in a leap year is accepted', { date: 'Tue, 29 Feb 2028 00:00:00 GMT', now: 1835395200 })
refused('date_too_old', 'an old Date in the form of RFC 850 is refused', { date: 'Sunday, 22-Nov-26 06:11:53 GMT', now: NOW + 301 })
refused('date_too_old', 'an old Date in the form of asctime is refused', { date: 'Sun Nov 22 06:11:53 2026', now: NOW + 301 })
const malformed = (name, date) => refused('date_malformed', name, { date })
malformed('an empty Date is refused', '')
malformed('a Date with the wrong day of the week is refused', 'Mon, 22 Nov 2026 06:11:53 GMT')
malformed('a Date in the form of RFC 850 with the wrong day of the week is refused', 'Monday, 22-Nov-26 06:11:53 GMT')
malformed('a Date in the form of asctime with the wrong day of the week is refused', 'Mon Nov 22 06:11:53 2026')
malformed('a Date without the day of the week is refused', '22 Nov 2026 06:11:53 GMT')
malformed('31 February is refused', 'Wed, 31 Feb 2027 06:11:53 GMT')
malformed('29 February in a year without it is refused', 'Mon, 29 Feb 2027 06:11:53 GMT')
malformed('31 November is refused', 'Tue, 31 Nov 2026 06:11:53 GMT')
malformed('24:00:00 is refused', 'Sun, 22 Nov 2026 24:00:00 GMT')
malformed('minute 60 is refused', 'Sun, 22 Nov 2026 06:60:53 GMT')
malformed('gmt in lower case is refused', 'Sun, 22 Nov 2026 06:11:53 gmt')
malformed('UTC in place of GMT is refused', 'Sun, 22 Nov 2026 06:11:53 UTC')
malformed('a Date without a time zone is refused', 'Sun, 22 Nov 2026 06:11:53')
malformed('an offset of zero in place of GMT is refused', 'Sun, 22 Nov 2026 06:11:53 +0000')
malformed('an offset after GMT is refused', 'Sun, 22 Nov 2026 07:11:53 GMT+0100')
malformed('a Date in the form of ISO 8601 is refused', '2026-11-22T06:11:53Z')
malformed('a Date in seconds since 1970 is refused', String(NOW))
malformed('a year of two digits is refused', 'Sun, 22 Nov 26 06:11:53 GMT')
malformed('a day of one digit is refused', 'Sun, 8 Nov 2026 06:11:53 GMT')
malformed('an unknown month is refused', 'Sun, 22 Nvo 2026 06:11:53 GMT')
malformed('two spaces in a Date are refused', 'Sun, 22 Nov 2026  06:11:53 GMT')
malformed('a Date after a vertical tab is refused, not trimmed', '\u000bSun, 22 Nov 2026 06:11:53 GMT')
malformed('text after a Date is refused', 'Sun, 22 Nov 2026 06:11:53 GMT (noon)')
refused('date_malformed', 'two Date lines signed as one are refused', { headers: [['Date', httpDate(NOW)]] })

// (created) and (expires).
accepted('(created) of now is accepted', CREATED)
refused('created_in_future', '(created) of the next second is refused', { ...CREATED, now: NOW - 1 })
refused('created_in_future', '(created) an hour ahead is refused', { ...CREATED, now: NOW - 3600 })
refused('created_in_future', '(created) ahead is refused at any tolerance', {
  ...CREATED,
  config: { ...CREATED.config, tolerance: 86400 },
  now: NOW - 1,
})
refused('created_in_future', '(created) after the year 5000 is refused', { ...CREATED, created: 99999999999 })
refused('created_in_future', '(created) ahead is refused beside a Date that is fresh', {
  ...CREATED,
  list: ['(created)', 'date', 'digest'],
  date: httpDate(NOW),
  created: NOW + 1,
})
refused('created_in_future', '(created) ahead is refused without an algorithm', { ...CREATED, algorithm: null, now: NOW - 1 })
accepted('(created) exactly as old as the tolerance is accepted', { ...CREATED, now: NOW + 300 })
refused('signature_expired', '(created) one second older than the tolerance is refused', { ...CREATED, now: NOW + 301 })
refused('signature_expired', '(created) of a year ago is refused', { ...CREATED, now: NOW + 31536000 })
refused('signature_expired', '(created) of 0 is refused', { ...CREATED, created: 0 })
refused('signature_expired', '(created) of a second ago is refused at a tolerance of zero', {
  ...CREATED,
  config: { ...CREATED.config, tolerance: 0 },
  now: NOW + 1,
})
accepted('(expires) of now is accepted', { ...EXPIRES, now: NOW + 60 })
refused('signature_expired', '(expires) of a second ago is refused', { ...EXPIRES, now: NOW + 61 })
refused('signature_expired', '(expires) of a second ago is refused at any tolerance', {
  ...EXPIRES,
  config: { ...EXPIRES.config, tolerance: 86400 },
  now: NOW + 61,
})
refused('signature_expired', '(expires) of a year ago is refused beside a Date that is fresh', {
  algorithm: 'hs2019',
  expires: NOW - 31536000,
  list: ['date', 'digest', '(expires)'],
})
accepted('(expires) beside date is accepted', { algorithm: 'hs2019', expires: NOW + 1, list: ['date', 'digest', '(expires)'] })
accepted('a now within a second is rounded down for (expires)', { ...EXPIRES, hosts: ['js'], now: NOW + 60.5 })

// Values that are not signed decide nothing.
accepted('a created ahead that is not signed decides nothing', { created: NOW + 3600 })
accepted('a created long ago that is not signed decides nothing', { created: 1 })
accepted('an expires long ago that is not signed decides nothing', { expires: 1 })
accepted('an expires with a fraction that is not signed is accepted', { expires: `${NOW + 60}.25` })
accepted('an old Date that is not signed decides nothing', { ...CREATED, onTheWay: plus(['Date', httpDate(NOW - 86400)]) })
accepted('a Date that is none and not signed decides nothing', { ...CREATED, onTheWay: plus(['Date', 'demain \u00e0 midi']) })
refused('date_too_old', 'a signed Date that is old is refused although (created) is what is required', {
  ...CREATED,
  list: ['(created)', 'date', 'digest'],
  date: httpDate(NOW - 301),
})

// Before the body.
refused('date_too_old', 'a Date that is old is refused before a changed body', { now: NOW + 301, onTheWay: body('{}') })
refused('date_in_future', 'a Date that is ahead is refused before a changed body', { now: NOW - 301, onTheWay: body('{}') })
refused('date_malformed', 'a Date that is none is refused before a changed body', { date: 'never', onTheWay: body('{}') })
refused('created_in_future', '(created) ahead is refused before a changed body', { ...CREATED, now: NOW - 1, onTheWay: body('{}') })
refused('signature_expired', '(expires) in the past is refused before a malformed digest', {
  ...EXPIRES,
  now: NOW + 61,
  digest: () => 'SHA-256',
})
