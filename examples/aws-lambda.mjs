// A receiver in AWS Lambda, behind a function URL or API Gateway (HTTP API and REST API).
//
//   npm install drone-webhooks
//   Handler: aws-lambda.handler. Runtime: Node.js 20 or later. Environment: DRONE_WEBHOOK_SECRET.

import { Webhooks } from 'drone-webhooks'

const webhooks = new Webhooks({ secret: process.env.DRONE_WEBHOOK_SECRET, inbox: beforeTheAnswer() })

webhooks.on('build.completed', async ({ id, payload }) => {
  console.log(id, payload.repo?.slug, payload.build?.status)
})

webhooks.onRefused((error) => console.warn('refused:', error.code, error.message))

export async function handler({ headers, multiValueHeaders, body, isBase64Encoded }) {
  try {
    await webhooks.receive({
      headers: multiValueHeaders ?? headers,
      body: Buffer.from(body ?? '', isBase64Encoded ? 'base64' : 'utf8'),
    })
    return { statusCode: 202 }
  } catch (error) {
    if (error.status === undefined) throw error
    return { statusCode: error.status } // and nothing else: why it was refused would help a forger
  }
}

/**
 * An inbox for Lambda, which stops a function as soon as it has answered: handlers run before that, and Drone waits for them inside
 * the build. For more than a moment's work let `accept` send the delivery to a queue (SQS) under its id, and handle it from there.
 */
function beforeTheAnswer() {
  let handle
  return {
    consume(handler) {
      handle = handler
    },
    async accept(delivery) {
      await handle(delivery)
      return 'accepted'
    },
  }
}
