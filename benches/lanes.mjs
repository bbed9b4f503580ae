// Who takes part. A lane is a contestant in one form of the headers; the first is the one that the others are compared with.

const lane = (name, title, module = name, form = 'object') => ({ name, title, module, form })

/** Ours, and all the others. */
export const all = [
  lane('drone-webhooks', 'drone-webhooks'),
  lane('ours-headers', 'drone-webhooks, given a `Headers`', 'drone-webhooks', 'Headers'),
  lane('node-hash', 'node:crypto by hand, `crypto.hash`'),
  lane('node-create-hash', 'node:crypto by hand, `createHash`'),
  lane('node-tuned', 'node:crypto by hand, tuned'),
  lane('http-signature', 'http-signature and a digest check'),
  lane('octokit', '@octokit/webhooks-methods (its own scheme)'),
  lane('standardwebhooks', 'standardwebhooks (its own scheme)'),
  lane('web-crypto', 'WebCrypto by hand'),
]

/** Those with these names, in the order above. */
export const named = (...names) => all.filter(({ name }) => names.includes(name))

/** What a person reads. */
export const titleOf = (name) => all.find((each) => each.name === name).title
