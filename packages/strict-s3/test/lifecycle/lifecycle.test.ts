import { type StrictS3, startStrictS3 } from 'strict-s3'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { SignOptions } from '../../../../test/conformance/request/signing.ts'
import { versioning } from '../../../../test/conformance/request/version-case.ts'
import { type Ask, System } from '../../../../test/conformance/system.ts'

const DAY_MS = 86_400_000

let server: StrictS3
let system: ClockSystem
let now: Date

/** Signs by the same clock as the server's. */
class ClockSystem extends System {
  override signed(ask: Ask<SignOptions>) {
    return super.signed({ now, ...ask })
  }
}

beforeEach(async () => {
  now = new Date('2026-03-01T10:00:00Z')
  server = await startStrictS3({ buckets: ['uploads'], now: () => now })
  system = new ClockSystem(server, 'uploads')
})

afterEach(() => server.close())

function pass(days: number): void {
  now = new Date(now.getTime() + days * DAY_MS)
}

async function putRules(...rules: string[]) {
  const list = rules.map((rule) => `<Rule><Status>Enabled</Status>${rule}</Rule>`)
  return system.send(await lifecycle(list.join('')))
}

function lifecycle(rules: string) {
  const body = `<LifecycleConfiguration>${rules}</LifecycleConfiguration>`
  return system.signed({ method: 'PUT', query: { lifecycle: '' }, body, md5: true })
}

async function uploads(): Promise<boolean> {
  const reply = await system.expectReply(200, { query: { uploads: '' } })
  return reply.body.includes('<Upload>')
}

const ABORT =
  '<Filter/><AbortIncompleteMultipartUpload><DaysAfterInitiation>1</DaysAfterInitiation></AbortIncompleteMultipartUpload>'
const EXPIRE = (filter: string) =>
  `<Filter>${filter}</Filter><Expiration><Days>2</Days></Expiration>`

describe('lifecycle rules', () => {
  it('abort incomplete uploads at the midnight after the configured days', async () => {
    await putRules(ABORT)
    const uploadId = await system.createUpload()
    await system.uploadPart(uploadId, 1, 'x')
    pass(1)
    expect(await uploads()).toBe(true)
    pass(0.6)
    expect(await uploads()).toBe(false)
  })

  it('delete objects that match their filter, and no others', async () => {
    await putRules(
      EXPIRE('<And><Prefix>tmp/</Prefix><Tag><Key>keep</Key><Value>no</Value></Tag></And>'),
    )
    await system.put('tmp/a', 'x', { 'x-amz-tagging': 'keep=no' })
    await system.put('tmp/b', 'x', { 'x-amz-tagging': 'keep=yes' })
    await system.put('c', 'x', { 'x-amz-tagging': 'keep=no' })
    pass(3)
    expect(await system.keys()).toEqual(['c', 'tmp/b'])
  })

  it('hide the object and delete old versions in a versioned bucket', async () => {
    await versioning(system, 'Enabled')
    await putRules(
      EXPIRE(''),
      '<Filter/><NoncurrentVersionExpiration><NoncurrentDays>2</NoncurrentDays></NoncurrentVersionExpiration>',
      '<Filter/><Expiration><ExpiredObjectDeleteMarker>true</ExpiredObjectDeleteMarker></Expiration>',
    )
    await system.put('a', 'x')
    pass(3)
    expect(await system.keys()).toEqual([])
    const versions = async () =>
      (await system.expectReply(200, { query: { versions: '' } })).body.toString()
    expect(await versions()).toMatch(/<DeleteMarker>.*<Version>/)
    pass(3)
    expect(await versions()).not.toMatch(/<DeleteMarker>|<Version>/)
  })

  it('do nothing while they are disabled', async () => {
    await system.expect(200, await lifecycle(`<Rule><Status>Disabled</Status>${EXPIRE('')}</Rule>`))
    await system.put('a', 'x')
    pass(30)
    expect(await system.keys()).toEqual(['a'])
  })

  it('are rejected with a transition', async () => {
    const transition = '<Filter/><Transition><Days>1</Days></Transition>'
    expect((await putRules(transition)).code).toBe('NotImplemented')
  })
})
