import { describe, expect, it } from 'vitest'
import { planParts, presignParts, storageOrigins } from 'waybill-s3'

const aws = { bucket: 'my-uploads', region: 'eu-west-1' }

describe('storageOrigins', () => {
  it.each([
    ['eu-west-1', 'https://s3.eu-west-1.amazonaws.com/my-uploads/'],
    ['cn-north-1', 'https://s3.cn-north-1.amazonaws.com.cn/my-uploads/'],
    ['us-iso-east-1', 'https://s3.us-iso-east-1.c2s.ic.gov/my-uploads/'],
  ])('names the bucket in the host and in the path in %s', (region, second) => {
    const first = second.replace('https://', 'https://my-uploads.').replace('/my-uploads/', '')
    expect(storageOrigins({ ...aws, region })).toEqual([first, second])
  })

  it.each([
    ['http://localhost:9000', 'http://127.0.0.1:9000/my-uploads/'],
    ['http://127.0.0.1:9000', 'http://localhost:9000/my-uploads/'],
    ['https://localhost', 'https://127.0.0.1/my-uploads/'],
    ['http://127.0.0.1:9000/base/', 'http://localhost:9000/base/my-uploads/'],
  ])('returns both names of this machine for %s', (endpoint, second) => {
    expect(storageOrigins({ ...aws, endpoint })).toEqual([new URL(endpoint).origin, second])
  })

  it.each([
    ['a bucket with a dot', { bucket: 'my.uploads' }],
    ['Transfer Acceleration', virtual('https://s3-accelerate.amazonaws.com')],
    ['Transfer Acceleration, dual stack', virtual('https://s3-accelerate.dualstack.amazonaws.com')],
    ['dual stack', virtual('https://s3.dualstack.eu-west-1.amazonaws.com')],
    ['FIPS', virtual('https://s3-fips.us-east-1.amazonaws.com')],
    ['another store', virtual('https://s3.example.com')],
    ['another store, path-style', { endpoint: 'https://s3.example.com' }],
    ['another region than the endpoint', virtual('https://s3.eu-west-2.amazonaws.com')],
    ['a name that only begins alike', { endpoint: 'http://localhost.example.com' }],
    ['an address that only begins alike', { endpoint: 'http://127.0.0.11:9000' }],
    ['a network address', { endpoint: 'http://192.168.1.7:9000' }],
  ])('returns a single origin for %s', (_, location) => {
    expect(storageOrigins({ ...aws, ...location })).toHaveLength(1)
  })

  it('rejects anything that is not a bucket', () => {
    expect(() => storageOrigins({ ...aws, bucket: 'My Uploads' })).toThrow(TypeError)
  })
})

function virtual(endpoint: string) {
  return { endpoint, addressing: 'virtual' as const }
}

describe('presignParts for the second host name', () => {
  const upload = {
    ...{ key: 'a b.mp4', uploadId: 'VXBsb2FkIElE', from: 1, count: 2 },
    credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret', sessionToken: 'token' },
    plan: planParts(100 * 1024 ** 2, 8 * 1024 ** 2),
    now: () => new Date('2026-01-31T12:00:00Z'),
  }

  it.each([
    [aws, { ...aws, addressing: 'path' as const }],
    [
      { ...aws, endpoint: 'http://localhost:9000' },
      { ...aws, endpoint: 'http://127.0.0.1:9000' },
    ],
  ])('signs only for that host', async (place, second) => {
    const window = await presignParts({ ...upload, ...place, secondHost: true })
    const { secondHost, ...rest } = window
    expect(secondHost).toBe(true)
    expect(rest).toEqual(await presignParts({ ...upload, ...second }))
    expect(await presignParts({ ...upload, ...place })).not.toHaveProperty('secondHost')
  })

  it('signs for the first host if there is no second, and does not claim otherwise', async () => {
    const place = { ...aws, endpoint: 'https://s3.example.com' }
    const window = await presignParts({ ...upload, ...place, secondHost: true })
    expect(window).toEqual(await presignParts({ ...upload, ...place }))
  })
})
