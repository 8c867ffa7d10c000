/**
 * Holds the tables against any endpoint and prints where it differs:
 * `node --conditions=source test/local-s3/conformance/main.ts --endpoint http://localhost:9000 --region us-east-1
 * --access-key … --secret-key …`. Every case makes a bucket of its own and leaves it behind.
 *
 * @module
 */

import { parseArgs } from 'node:util'
import { judge } from './case.ts'
import { TABLES } from './tables.ts'
import { type Target, World } from './world.ts'

const { values } = parseArgs({
  options: {
    endpoint: { type: 'string', default: 'http://localhost:9000' },
    region: { type: 'string', default: 'us-east-1' },
    'access-key': { type: 'string', default: 'waybill-local' },
    'secret-key': { type: 'string', default: 'waybill-local-secret' },
  },
})

const target: Target = {
  endpoint: values.endpoint,
  region: values.region,
  credentials: { accessKeyId: values['access-key'], secretAccessKey: values['secret-key'] },
}

let passed = 0
let differing = 0
for (const [about, cases] of Object.entries(TABLES)) {
  console.log(about)
  for (const each of cases) {
    const wrong = await World.open(target)
      .then((world) => judge(each, world))
      .catch((error: unknown) => [error instanceof Error ? error.message : String(error)])
    if (wrong.length === 0) {
      passed += 1
    } else {
      differing += 1
      console.log(`  S3 ${each.title}\n    ${each.see}`)
      for (const line of wrong) console.log(`    - ${line}`)
    }
  }
}
console.log(`${passed} as AWS documents, ${differing} not`)
process.exitCode = differing === 0 ? 0 : 1
