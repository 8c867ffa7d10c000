import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { planParts, presignParts, storageOrigins } from 'waybill-s3'
import { bucketUrl, isBucketName } from '../src/bucket-url.ts'
import { location } from './presigned/arbitraries.ts'

const aws = { bucket: 'examplebucket', region: 'eu-west-1' }

describe('bucketUrl', () => {
  it.each([
    ['eu-west-1', 'examplebucket.s3.eu-west-1.amazonaws.com'],
    ['us-gov-west-1', 'examplebucket.s3.us-gov-west-1.amazonaws.com'],
    ['cn-north-1', 'examplebucket.s3.cn-north-1.amazonaws.com.cn'],
    ['eusc-de-east-1', 'examplebucket.s3.eusc-de-east-1.amazonaws.eu'],
    ['us-iso-east-1', 'examplebucket.s3.us-iso-east-1.c2s.ic.gov'],
    ['us-isob-east-1', 'examplebucket.s3.us-isob-east-1.sc2s.sgov.gov'],
    ['us-isof-south-1', 'examplebucket.s3.us-isof-south-1.csp.hci.ic.gov'],
    ['eu-isoe-west-1', 'examplebucket.s3.eu-isoe-west-1.cloud.adc-e.uk'],
  ])("uses AWS's regional host in %s", (region, host) => {
    const url = { origin: `https://${host}`, host, basePath: '' }
    expect(bucketUrl({ ...aws, region })).toEqual(url)
  })

  it('addresses a dotted bucket path-style, because no certificate covers its host', () => {
    expect(bucketUrl({ ...aws, bucket: 'my.bucket' })).toEqual({
      origin: 'https://s3.eu-west-1.amazonaws.com',
      host: 's3.eu-west-1.amazonaws.com',
      basePath: '/my.bucket',
    })
  })

  it.each([
    ['http://localhost:9000', 'http://localhost:9000', '/examplebucket'],
    ['http://localhost:9000/', 'http://localhost:9000', '/examplebucket'],
    ['https://S3.Example.com:443/base//', 'https://s3.example.com', '/base/examplebucket'],
    ['http://[::1]:9000', 'http://[::1]:9000', '/examplebucket'],
  ])('addresses the endpoint %s path-style', (endpoint, origin, basePath) => {
    const url = { origin, host: origin.replace(/^https?:\/\//, ''), basePath }
    expect(bucketUrl({ ...aws, endpoint })).toEqual(url)
  })

  it("puts the bucket into the endpoint's host when told to", () => {
    const endpoint = 'http://s3.example.com:9000/base'
    expect(bucketUrl({ ...aws, endpoint, addressing: 'virtual' })).toEqual({
      origin: 'http://examplebucket.s3.example.com:9000',
      host: 'examplebucket.s3.example.com:9000',
      basePath: '/base',
    })
  })

  it.each(['store1', '1st-store.example.com'])(
    'takes %s for a name rather than an IP address',
    (name) => {
      const endpoint = `http://${name}:9000`
      expect(bucketUrl({ ...aws, endpoint, addressing: 'virtual' }).host).toBe(
        `examplebucket.${name}:9000`,
      )
    },
  )

  it('returns a host that matches its origin and the Host header', () => {
    fc.assert(
      fc.property(location, (at) => {
        const { origin, host, basePath } = bucketUrl(at)
        const url = new URL(`${origin}${basePath}/key`)
        expect(url.host).toBe(host)
        expect(url.pathname).toBe(`${basePath}/key`)
      }),
    )
  })

  it.each([
    ['a', 'too short'],
    ['A-bucket', 'upper case'],
    ['a..b', 'two dots'],
    ['-ab', 'a leading hyphen'],
    ['192.168.5.4', 'an IP address'],
    ['10.20.30.40', 'an IP address of two digits each'],
    ['a'.repeat(64), 'too long'],
    ['a/b', 'a slash'],
    ['a@evil.example', 'another host'],
  ])('rejects the bucket %s: %s', (bucket) => {
    expect(isBucketName(bucket)).toBe(false)
    expect(() => bucketUrl({ ...aws, bucket })).toThrow(TypeError)
  })

  it.each(['a1.2.3.4', '1.2.3.4a'])(
    'accepts %s as a bucket, because it is not an IP address',
    (bucket) => {
      expect(isBucketName(bucket)).toBe(true)
    },
  )

  it('rejects a missing bucket, which JavaScript allows', () => {
    const bucket = undefined as unknown as string
    expect(() => bucketUrl({ ...aws, bucket })).toThrow("bucket is 'undefined', expected 3 to 63")
  })

  it.each(['', 'eu west', 'eu/west', 'eu-west-1.evil.example', 'EU-WEST-1'])(
    "rejects the region '%s' on AWS",
    (region) => {
      expect(() => bucketUrl({ ...aws, region })).toThrow(
        new TypeError(`region is '${region}', expected a name such as 'eu-west-1'`),
      )
    },
  )

  it('rejects a missing region, which JavaScript allows', () => {
    const region = undefined as unknown as string
    expect(() => bucketUrl({ ...aws, region })).toThrow(
      new TypeError("region is 'undefined', expected a name such as 'eu-west-1'"),
    )
  })

  it("accepts another store's region in its own spelling", () => {
    const location = { ...aws, region: 'RegionOne', endpoint: 'http://localhost:8080' }
    expect(bucketUrl(location).host).toBe('localhost:8080')
    expect(() => bucketUrl({ ...location, region: 'a/b' })).toThrow(TypeError)
  })

  it.each([
    'localhost:9000',
    'ftp://localhost',
    'shttp://localhost',
    'http://localhost?a=b',
    'http://localhost#a',
    'no',
  ])('rejects the endpoint %s', (endpoint) => {
    expect(() => bucketUrl({ ...aws, endpoint })).toThrow(
      new TypeError(
        `endpoint is '${endpoint}', expected an origin such as 'http://localhost:9000'`,
      ),
    )
  })

  it.each(['http://user:secret@localhost:9000', 'http://:secret@localhost:9000'])(
    'rejects an endpoint with a password without repeating it',
    (endpoint) => {
      expect(() => bucketUrl({ ...aws, endpoint })).toThrow(
        new TypeError('endpoint has a user name or password, expected none'),
      )
    },
  )

  it.each(['http://127.0.0.1:9000', 'http://[::1]:9000'])(
    'refuses to prefix the IP address of %s with the bucket',
    (endpoint) => {
      expect(() => bucketUrl({ ...aws, endpoint, addressing: 'virtual' })).toThrow(
        new TypeError(
          `addressing is 'virtual', but endpoint '${endpoint}' is an IP address: use 'path'`,
        ),
      )
    },
  )
})

describe('storageOrigins', () => {
  it.each([
    ['eu-west-1', 'https://s3.eu-west-1.amazonaws.com/examplebucket/'],
    ['cn-north-1', 'https://s3.cn-north-1.amazonaws.com.cn/examplebucket/'],
    ['us-iso-east-1', 'https://s3.us-iso-east-1.c2s.ic.gov/examplebucket/'],
  ])('names the bucket in the host and in the path in %s', (region, second) => {
    const first = second
      .replace('https://', 'https://examplebucket.')
      .replace('/examplebucket/', '')
    expect(storageOrigins({ ...aws, region })).toEqual([first, second])
  })

  it.each([
    ['http://localhost:9000', 'http://127.0.0.1:9000/examplebucket/'],
    ['http://127.0.0.1:9000', 'http://localhost:9000/examplebucket/'],
    ['https://localhost', 'https://127.0.0.1/examplebucket/'],
    ['http://127.0.0.1:9000/base/', 'http://localhost:9000/base/examplebucket/'],
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

  it('signs for the first host if there is no second, and sets no secondHost', async () => {
    const place = { ...aws, endpoint: 'https://s3.example.com' }
    const window = await presignParts({ ...upload, ...place, secondHost: true })
    expect(window).toEqual(await presignParts({ ...upload, ...place }))
  })
})
