// Steps 4 and 5: the algorithm and the key.

import { accepted, refused } from '../case.mjs'
import { drone, OTHER_SECRET, replace, SECRET } from '../sign.mjs'

const keys = { 'hmac-key': SECRET, deploy: OTHER_SECRET }
const known = { config: { secret: { keys } } }

accepted('algorithm hs2019 means what the key says', { algorithm: 'hs2019' })
accepted('no algorithm means what the key says', { algorithm: null })
refused('algorithm_unsupported', 'rsa-sha256 is refused', { algorithm: 'rsa-sha256' })
refused('algorithm_unsupported', 'hmac-sha512 is refused', { algorithm: 'hmac-sha512' })
refused('algorithm_unsupported', 'hmac-sha1 is refused', { algorithm: 'hmac-sha1' })
refused('algorithm_unsupported', 'ed25519 is refused', { algorithm: 'ed25519' })
refused('algorithm_unsupported', 'none is refused', { algorithm: 'none' })
refused('algorithm_unsupported', 'an empty algorithm is refused', { algorithm: '' })
refused('algorithm_unsupported', 'an algorithm that only begins like hmac-sha256 is refused', { algorithm: 'hmac-sha256-128' })
refused('algorithm_unsupported', 'sha256 alone is refused', { algorithm: 'sha256' })

accepted('any keyId is tried against a secret that has no name', { keyId: 'https://ci.example.com/keys/1' })
accepted('the secret of the keyId is taken', known)
accepted('the secret of another keyId is taken', { ...known, keyId: 'deploy', secret: OTHER_SECRET })
accepted('a keyId may have several secrets', {
  config: { secret: { keys: { 'hmac-key': [OTHER_SECRET, SECRET], deploy: 'other' } } },
})
accepted('a keyId that is a name of an object is found like any other', {
  config: { secret: { keys: { constructor: SECRET } } },
  keyId: 'constructor',
})
accepted('a keyId is compared after its quoted-pairs are resolved', { ...known, format: (p) => drone({ ...p, keyId: 'hm\\ac\\-key' }) })
accepted('a keyId that is a token is compared like a quoted one', { ...known, format: (p) => drone(p).replace('"hmac-key"', 'hmac-key') })
refused('key_unknown', 'a keyId that has no secret is refused', { ...known, keyId: 'staging' })
refused('key_unknown', 'a keyId in another case is refused', { ...known, keyId: 'HMAC-KEY' })
refused('key_unknown', 'a keyId that is the beginning of a known one is refused', { ...known, keyId: 'hmac' })
refused('key_unknown', 'a keyId with a space after it is refused', { ...known, keyId: 'hmac-key ' })
refused('key_unknown', 'the keyId __proto__ is refused', { ...known, keyId: '__proto__' })
refused('key_unknown', 'the keyId constructor is refused', { ...known, keyId: 'constructor' })
refused('key_unknown', 'the keyId toString is refused', { ...known, keyId: 'toString' })
refused('key_unknown', 'a keyId changed on the way is refused', {
  ...known,
  onTheWay: replace('Signature', (value) => value.replace('hmac-key', 'hmac-keys')),
})

// Rotation.
accepted('the first of two secrets is accepted', { config: { secret: [SECRET, OTHER_SECRET] } })
accepted('the second of two secrets is accepted', { config: { secret: [OTHER_SECRET, SECRET] } })
accepted('the last of three secrets is accepted', { config: { secret: [OTHER_SECRET, 'another', SECRET] } })
accepted('one secret in a list is accepted', { config: { secret: [SECRET] } })

// Forms of a secret: the bytes as they stand.
const shaped = (secret) => ({ secret, config: { secret } })
accepted('a secret may be bytes that are no text', shaped({ hex: '00ff80c3280a0d' }))
accepted('a text secret and its bytes are the same', { config: { secret: { hex: Buffer.from(SECRET).toString('hex') } } })
accepted('text and bytes may stand in one list of secrets', { secret: { hex: 'fe00' }, config: { secret: [SECRET, { hex: 'fe00' }] } })
accepted('spaces around a secret are part of it', shaped('  two words \t'))
accepted('a newline after a secret is part of it', shaped(`${SECRET}\n`))
accepted('a secret that is not ASCII is its UTF-8', shaped('schl\u00fcssel-\u9375-\ud83d\udd11'))
accepted('a secret of one byte is accepted', shaped('s'))
accepted('a secret of 64 bytes is accepted', shaped(SECRET.repeat(2)))
accepted('a secret of 65 bytes is accepted', shaped(`${SECRET.repeat(2)}x`))
