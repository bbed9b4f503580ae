// What wrangler.jsonc binds, and the secrets; as `wrangler types` would write it.

declare namespace Cloudflare {
  interface Env {
    DRONE_WEBHOOK_SECRET: string
    CHAT_URL: string
    ADMIN_TOKEN: string
    DELIVERIES: Queue
    DELIVERY_INBOX: DurableObjectNamespace<import('./index.js').DeliveryInbox>
  }
}
