// What the example needs to know and nobody else may.

export const SECRETS = {
  DRONE_WEBHOOK_SECRET: 'e0cc1b6e5b0f4bbd9a0b4f3c1cf5a5de',
  CHAT_URL: 'https://chat.test/drone',
  ADMIN_TOKEN: 'f7a9d8c1',
}
