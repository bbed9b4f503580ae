// The package from CommonJS: Node's require loads it, and the types say so.

import drone = require('drone-webhooks')

const delivery: drone.Delivery = drone.verify({ headers: {}, body: '' }, { secret: 'secret' })
const verifier: drone.Verifier = drone.createVerifier({ secret: 'secret' })

export = { delivery, verifier }
