// The package from CommonJS: Node's require loads it, and the types say so.

import drone = require('drone-webhooks')
import explain = require('drone-webhooks/explain')
import slim = require('drone-webhooks/slim')

const delivery: drone.Delivery = drone.verify({ headers: {}, body: '' }, { secret: 'secret' })
const verifier: drone.Verifier = drone.createVerifier({ secret: 'secret' })
const same: drone.Verifier = slim.createVerifier({ secret: 'secret' })
const { keyId }: explain.SignatureParameters = explain.parseSignature('')

export = { delivery, verifier, same, keyId }
