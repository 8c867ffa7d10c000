import { describe, expect, it } from 'vitest'
import { createS3Context } from '../../src/storage/s3-call-context.ts'
import { serverEffects } from '../../src/storage/server-effects.ts'

const credentials = { accessKeyId: 'A', secretAccessKey: 's' }
const BUCKET = { bucket: 'uploads', region: 'eu-west-1' }

describe('createS3Context', () => {
  it.each([
    ['bucket and region', BUCKET],
    ['an endpoint', { ...BUCKET, endpoint: 'http://127.0.0.1:9000' }],
    ['the way of addressing', { ...BUCKET, addressing: 'path' } as const],
  ])('keeps from the options as location only %s', (_what, location) => {
    const options = { ...location, credentials, more: 1 }
    expect(createS3Context(options).location).toStrictEqual(location)
  })

  it('rejects an invalid bucket at once', () => {
    expect(() => createS3Context({ ...BUCKET, bucket: 'Up', credentials })).toThrow(TypeError)
  })

  it('calls a credentials function each time', async () => {
    const { credentials: ask } = createS3Context({ ...BUCKET, credentials: () => credentials })
    expect(await ask()).toBe(credentials)
  })
})

describe('serverEffects', () => {
  it('waits for the given time', async () => {
    const started = performance.now()
    await serverEffects().wait(30)
    expect(performance.now() - started).toBeGreaterThan(25)
  })
})
