// Makes pkg-template/src/cli/samples.ts from recorded requests. With --check it only compares, and exits 1 when it differs.
//
// Of every build status only what sets it apart from the others is kept: the whole requests are 35 KB, most of it the same.

import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const local = (path) => fileURLToPath(new URL(path, import.meta.url))
const target = local('../../../../pkg-template/src/cli/samples.ts')
const recorded = JSON.parse(readFileSync(local('../../../vectors/recorded/drone-2.25.0.json'), 'utf8'))

const body = (name) => {
  const found = recorded.find((request) => request.name === name)
  if (!found) throw new Error(`there is no recorded request of the name ${name}`)
  return JSON.parse(found.body)
}

const CREATED = 'A-033-build-created-pending-build-created-push-msg-html'
const BUILDS = {
  'created error': 'A-078-build-created-error-build-created-error-bad-yaml',
  'updated running': 'A-016-build-updated-running-build-success-run',
  'updated success': 'A-020-build-updated-success-build-success-run',
  'updated failure': 'A-090-build-updated-failure-build-multi-stage-failure-run',
  'updated error': 'A-032-build-updated-error-build-error-run-truncated-multibyte',
  'updated killed': 'A-077-build-updated-killed-build-killed-while-running',
  'updated skipped': 'A-108-build-updated-skipped-build-autocancel-pending-skipped',
  'updated declined': 'A-115-build-updated-declined-build-declined',
}
// Which build it is, and not how it went.
const IDENTITY =
  'id repo_id trigger number event action link timestamp message before after ref source target author_login author_name author_email author_avatar sender params created updated'

const created = body(CREATED)
const builds = Object.fromEntries(
  Object.entries(BUILDS).map(([name, request]) => {
    const { repo, build } = body(request)
    const fields = Object.entries(build).filter(([field, value]) => !IDENTITY.split(' ').includes(field) && created.build[field] !== value)
    return [name, { changes: Object.fromEntries(fields), twice: repo.build !== undefined }]
  }),
)
const order = [...Object.keys(body(BUILDS['created error']).build), 'stages']

const constants = {
  RECORDED_AT: ['The second in which these were recorded, or nearly: other times in them are near it.', created.build.created],
  USER: ['', created.user],
  NEW_USER: ['', body('A-003-user-created-user-created-human-api-unicode-email').user],
  REPO: ['', created.repo],
  SYSTEM: ['', created.system],
  BUILD: ['A build that was just created by a push.', created.build],
  BUILD_FIELDS: ['The order in which Drone writes the fields of a build.', order],
  BUILDS: ['What becomes of it, by action and status. `twice`: the build is in `repo` as well.', builds],
}

// The compiler would make hundreds of lines of them.
const TYPES = { BUILDS: ': Readonly<Record<string, { readonly changes: Readonly<Record<string, unknown>>; readonly twice: boolean }>>' }

const text = [
  '// Made from tests/vectors/recorded by tests/js/cli/support/make-samples.mjs. Do not edit.',
  '// biome-ignore-all format: it is data',
  ...Object.entries(constants).map(
    ([name, [doc, value]]) => `${doc && `\n/** ${doc} */`}\nexport const ${name}${TYPES[name] ?? ''} = ${JSON.stringify(value)}`,
  ),
  '',
].join('\n')

if (!process.argv.includes('--check')) writeFileSync(target, text)
else if (readFileSync(target, 'utf8') !== text) {
  console.error(`${target} is not what the recorded requests give: run node tests/js/cli/support/make-samples.mjs`)
  process.exitCode = 1
}
