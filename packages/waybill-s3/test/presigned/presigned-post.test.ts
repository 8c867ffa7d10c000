import { createPresignedPost } from '@aws-sdk/s3-presigned-post'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type Condition,
  createPresigner,
  credentialScope,
  parsePolicy,
  presignPost,
} from 'waybill-s3'
import { createFormTimes } from '../../src/presigned/presigned-post.ts'
import { webDigest } from '../../src/sigv4/digest.ts'
import { signingHmac } from '../../src/sigv4/sigv4.ts'
import { credentials, date, expiresInSeconds, key, location, text } from './arbitraries.ts'
import { sdkClient } from './sdk.ts'

const role = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret', sessionToken: 'token/+==' }
const bucket = { bucket: 'examplebucket', region: 'eu-west-1' }

const fieldName = fc.oneof(
  fc.constantFrom('Content-Type', 'acl', 'success_action_status', 'Cache-Control', '__proto__'),
  fc.stringMatching(/^x-amz-meta-[a-z0-9-]{1,10}$/),
)

const condition: fc.Arbitrary<Condition> = fc.oneof(
  fc
    .tuple(fc.nat(), fc.nat())
    .map(([a, b]) => ['content-length-range', Math.min(a, b), Math.max(a, b)]),
  fc.tuple(fc.constant('starts-with'), fc.constant('$x-amz-meta-name'), text),
  fc.tuple(fc.constant('eq'), fc.constant('$x-amz-meta-name'), text),
  text.map((value) => ({ acl: value })),
) as fc.Arbitrary<Condition>

const form = fc.record({
  location,
  credentials,
  key: fc.oneof(
    key,
    key.map((prefix) => `${prefix}\${filename}`),
  ),
  fields: fc.dictionary(fieldName, text, { maxKeys: 4 }),
  conditions: fc.array(condition, { maxLength: 3 }),
  expiresInSeconds,
})

describe('presignPost', () => {
  it("equals the AWS SDK's presigned POST, except for the order of its conditions", async () => {
    await fc.assert(
      fc.asyncProperty(form, async ({ location, credentials, ...options }) => {
        const theirs = await createPresignedPost(sdkClient(location, credentials), {
          Bucket: location.bucket,
          Key: options.key,
          Fields: options.fields,
          // The SDK writes a condition once however often it is given.
          Conditions: options.conditions as never,
          Expires: options.expiresInSeconds,
        })
        // The SDK reads the clock itself and drops its milliseconds; ours is told the second that it then wrote.
        const { expiration } = parsePolicy(theirs.fields.Policy ?? '')
        const now = new Date(expiration.getTime() - options.expiresInSeconds * 1000)
        const ours = await presignPost({ ...location, ...options, credentials, now: () => now })
        expect(ours.url).toBe(theirs.url)
        expect(comparable(ours.fields)).toEqual(comparable(theirs.fields))
        expect(policyOf(ours.fields)).toEqual(policyOf(theirs.fields))
        expect(ours.expiration).toEqual(expiration)
      }),
    )
  })

  it("puts the SDK's signature under the SDK's policy", async () => {
    const { fields } = await createPresignedPost(sdkClient(bucket, role), {
      Bucket: bucket.bucket,
      Key: 'ключ/😀.png',
    })
    const scope = credentialScope(fields['X-Amz-Date'] ?? '', bucket.region)
    const hmac = await signingHmac(role, scope)
    expect(await hmac.hex(fields.Policy ?? '')).toBe(fields['X-Amz-Signature'])
  })

  it("signs its own form's policy", async () => {
    const { fields } = await presignPost({ ...bucket, key: 'a', credentials: role })
    const scope = credentialScope(fields['X-Amz-Date'] ?? '', bucket.region)
    const hmac = await signingHmac(role, scope)
    expect(await hmac.hex(fields.Policy ?? '')).toBe(fields['X-Amz-Signature'])
  })

  it('returns the same form with Web Crypto', async () => {
    const options = { ...bucket, key: 'ключ/😀.png', credentials: role, now: () => new Date(0) }
    const web = await presignPost({ ...options, digest: webDigest() })
    expect(web).toEqual(await presignPost(options))
  })

  it('signs each form for its own bucket, credentials and time, whatever it has just signed', async () => {
    const occasion = fc.record({ credentials, date, expiresInSeconds })
    const turns = fc
      .array(occasion, { minLength: 2, maxLength: 4 })
      .chain((few) =>
        fc.array(fc.tuple(fc.constantFrom(...few), fc.integer({ min: 0, max: 1999 }))),
      )
    await fc.assert(
      fc.asyncProperty(location, turns, async (location, turns) => {
        let time = new Date()
        const now = () => time
        const presigner = createPresigner({ ...location, now })
        for (const [{ date, ...rest }, ms] of turns) {
          time = new Date(date.getTime() + ms)
          const options = { ...rest, key: 'a' }
          const fresh = await presignPost({ ...location, ...options, now })
          expect(await presigner.presignPost(options)).toEqual(fresh)
        }
      }),
    )
  })

  it('pins every form field, and the key, with a condition', async () => {
    const { fields } = await presignPost({
      ...bucket,
      key: 'a.png',
      credentials: role,
      fields: { 'Content-Type': 'image/png' },
    })
    const covered = parsePolicy(fields.Policy ?? '').conditions.flatMap((line) => Object.keys(line))
    expect(covered.sort()).toEqual(
      Object.keys(fields)
        .filter((name) => name !== 'Policy' && name !== 'X-Amz-Signature')
        .sort(),
    )
  })

  it('never outlives the credentials', async () => {
    const now = new Date('2026-01-31T12:00:00.250Z')
    const expiration = new Date('2026-01-31T12:10:00.000Z')
    const post = await presignPost({
      ...bucket,
      key: 'a',
      credentials: { ...role, expiration },
      now: () => now,
    })
    expect(post.expiration).toEqual(expiration)
    expect(parsePolicy(post.fields.Policy ?? '').expiration).toEqual(expiration)
  })

  it.each([[0], [-1], [1.5], [Number.NaN], [604_801]])(
    'refuses to sign for %s seconds',
    async (seconds) => {
      await expect(
        presignPost({ ...bucket, key: 'a', credentials: role, expiresInSeconds: seconds }),
      ).rejects.toThrow(
        new RangeError(`expiresInSeconds is ${seconds}, expected a whole number from 1 to 604800`),
      )
    },
  )

  it('refuses to sign with credentials that have expired', async () => {
    const expiration = new Date('2026-01-31T12:00:00Z')
    await expect(
      presignPost({
        ...bucket,
        key: 'a',
        credentials: { ...role, expiration },
        now: () => expiration,
      }),
    ).rejects.toThrow(new RangeError('credentials expired at 2026-01-31T12:00:00.000Z'))
  })
})

/** Policy and signature depend on the order of the conditions, which is ours to choose. */
function comparable(fields: Readonly<Record<string, string>>): [string, string][] {
  return Object.entries(fields)
    .filter(([name]) => name !== 'Policy' && name !== 'X-Amz-Signature')
    .sort()
}

function policyOf(fields: Readonly<Record<string, string>>) {
  const { expiration, conditions } = parsePolicy(fields.Policy ?? '')
  return {
    expiration,
    conditions: [...new Set(conditions.map((line) => JSON.stringify(line)))].sort(),
  }
}

const at = (time: string) => new Date(`2026-01-31T${time}Z`)

describe('createFormTimes', () => {
  const ending = { ...role, expiration: at('18:00:00') }

  it('gives all forms in one second the same times, and those in the next second new ones', () => {
    const timesAt = createFormTimes()
    const times = timesAt(at('12:00:00.100'), 300, ending)
    expect(times).toMatchObject({
      amzDate: '20260131T120000Z',
      expiration: at('12:05:00'),
      expirationText: '2026-01-31T12:05:00.000Z',
    })
    expect(timesAt(at('12:00:00.900'), 300, { ...ending })).toBe(times)
    expect(timesAt(at('12:00:01.000'), 300, ending).expiration).toEqual(at('12:05:01'))
  })

  it('distinguishes forms in one second by lifetime and by the end of their credentials', () => {
    const timesAt = createFormTimes()
    const endOf = (seconds: number, of = {}) =>
      timesAt(at('12:00:00'), seconds, { ...ending, ...of }).expiration
    expect(endOf(43_200)).toEqual(at('18:00:00'))
    expect(endOf(300)).toEqual(at('12:05:00'))
    expect(endOf(43_200)).toEqual(at('18:00:00'))
    expect(endOf(43_200, { expiration: at('17:00:00') })).toEqual(at('17:00:00'))
  })
})
