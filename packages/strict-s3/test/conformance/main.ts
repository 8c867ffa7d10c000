/**
 * Holds the tables against any endpoint and prints where it differs:
 * `npm run conformance -- --endpoint http://localhost:9000 --region us-east-1 --access-key … --secret-key …`, or
 * against a judge that it starts itself: `npm run conformance -- --judge radosgw`. Every case makes a bucket of its own
 * and leaves it behind.
 *
 * @module
 */

import { parseArgs } from 'node:util'
import { appliesTo, type Case, judge } from './case.ts'
import { givenPlace, judgePlace, type Place } from './place.ts'
import { System } from './system.ts'
import { TABLES } from './tables.ts'

const { values } = parseArgs({
  options: {
    endpoint: { type: 'string', default: 'http://localhost:9000' },
    region: { type: 'string', default: 'us-east-1' },
    'access-key': { type: 'string', default: 'waybill-local' },
    'secret-key': { type: 'string', default: 'waybill-local-secret' },
    judge: { type: 'string' },
  },
})

const place =
  values.judge === undefined
    ? givenPlace({
        endpoint: values.endpoint,
        region: values.region,
        credentials: { accessKeyId: values['access-key'], secretAccessKey: values['secret-key'] },
      })
    : await judgePlace(values.judge)

try {
  process.exitCode = (await holdAgainst(place)) === 0 ? 0 : 1
} finally {
  await place.stop()
}

/** @returns How many cases differ. */
async function holdAgainst(place: Place): Promise<number> {
  let passed = 0
  let differing = 0
  for (const [about, cases] of Object.entries(TABLES)) {
    const before = { passed, differing }
    console.log(about)
    for (const each of cases) {
      if (!appliesTo(each, (await place.target()).endpoint)) continue
      const wrong = await differencesOf(each, place)
      if (wrong.length === 0) passed += 1
      else differing += 1
      if (wrong.length > 0) console.log(`  S3 ${each.title}\n    ${each.see}`)
      for (const line of wrong) console.log(`    - ${line}`)
    }
    console.log(`  ${passed - before.passed} as AWS documents, ${differing - before.differing} not`)
  }
  console.log(`${passed} as AWS documents, ${differing} not`)
  return differing
}

async function differencesOf(each: Case, place: Place): Promise<string[]> {
  const target = await place.target()
  try {
    return await judge(each, await System.open(target))
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)]
  }
}
