// What is done about deliveries: the part to change.
//
// A delivery is handled at least once: again after a crash, and again where a handler throws. So a handler looks whether its work is done
// already, or hands `id` on as an idempotency key. All names: https://www.npmjs.com/package/drone-webhooks

/** Registers the handlers. `log` is for the tests. */
export function handle(webhooks, log = console.log) {
  // Once per build, although Drone repeats itself.
  webhooks.on('build.failed', ({ id, payload }) => {
    log(`${describe(payload)} failed`, id)
  })

  // The first success after a failure of the same branch.
  webhooks.on('build.fixed', ({ id, payload }) => {
    log(`${describe(payload)} is fixed`, id)
  })
}

function describe({ repo, build }) {
  return `${repo?.slug} #${build?.number} on ${build?.target}`
}
