/**
 * The points about what becomes of objects, on a deployment that answers as AWS is expected to, and
 * on one that answers otherwise.
 *
 * Slow: an S3 and a signer of its own for each answer that must be noticed.
 * `deployment-points.test.ts` has the other points, each seen and not seen.
 *
 * @module
 */

import { PutBucketEncryptionCommand } from '@aws-sdk/client-s3'
import { type Asked, refused } from '@waybill/test-support/stand-in'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openStage } from './open-stage.ts'
import {
  answering,
  by,
  differs,
  expected,
  insteadOf,
  isComplete,
  isCreate,
  isForm,
  notSeen,
  readsTags,
  seeOn,
} from './seen-point.ts'

const stage = openStage()
const see = seeOn(stage)

const NO_TAGS = { status: 200, body: '<Tagging><TagSet></TagSet></Tagging>' }
const CREATED = {
  status: 200,
  body: '<InitiateMultipartUploadResult><UploadId>an-upload</UploadId></InitiateMultipartUploadResult>',
}

describe('point 1, tags of a multipart upload', () => {
  it.each([
    [
      "S3 refuses the signer's",
      by('signer', isCreate),
      refused(403, 'AccessDenied'),
      /signer answers STORAGE_REFUSED to a file/,
    ],
    ['S3 keeps no tag', readsTags, NO_TAGS, /3 parts stored; stored without its tag/],
    [
      'S3 takes a verdict of somebody else',
      by(
        'administrator',
        ({ headers, ...asked }) =>
          isCreate({ headers, ...asked }) && headers['x-amz-tagging'] !== undefined,
      ),
      CREATED,
      /yours: 200: anyone who may put objects gives verdicts/,
    ],
  ])('notices that %s', async (_, when, wrong, came) => {
    stage.spoil('s3', answering(when, wrong))
    expect(await see(1)).toEqual(differs(came))
  })
})

describe('point 2, the tagging field of a form', () => {
  it.each([
    [
      "S3 refuses the signer's form",
      by('signer', isForm),
      refused(403, 'AccessDenied'),
      /403 AccessDenied/,
    ],
    ['S3 keeps no tag', readsTags, NO_TAGS, /stored without its tag/],
    [
      'S3 takes a verdict of somebody else',
      by('administrator', (asked) => isForm(asked) && asked.body.includes('verified')),
      { status: 204 },
      /yours: 204: anyone/,
    ],
  ])('notices that %s', async (_, when, wrong, came) => {
    stage.spoil('s3', answering(when, wrong))
    expect(await see(2)).toEqual(differs(came))
  })
})

describe('point 3, CRC64NVME of a multipart upload', () => {
  it('notices that a wrong one is taken', async () => {
    stage.spoil(
      's3',
      insteadOf('BadDigest', { status: 200, body: '<CompleteMultipartUploadResult/>' }),
    )
    expect(await see(3)).toEqual(differs(/stored with a wrong one/))
  })

  it('notices another code, which the signer does not know', async () => {
    stage.spoil('s3', insteadOf('BadDigest', refused(400, 'InvalidRequest')))
    expect(await see(3)).toEqual(differs(/signer: 403 STORAGE_REFUSED, then verified by CRC64NVME/))
  })
})

describe('point 4, a form with a wrong SHA-256', () => {
  it.each([
    ['it is taken', { status: 204 }, /^204, stored$/],
    [
      'it is refused with another code',
      refused(400, 'InvalidDigest'),
      /400 InvalidDigest where 400 BadDigest/,
    ],
  ])('notices that %s', async (_, wrong, came) => {
    stage.spoil('s3', insteadOf('BadDigest', wrong))
    expect(await see(4)).toEqual(differs(came))
  })
})

describe('point 5, a second CompleteMultipartUpload during the first', () => {
  it('notices an answer that the signer does not know', async () => {
    let completions = 0
    stage.spoil('s3', async (asked) => {
      if (!isComplete(asked)) return undefined
      completions += 1
      return completions === 2 ? refused(400, 'InvalidRequest') : undefined
    })
    expect(await see(5)).toEqual(differs(/400 InvalidRequest/))
  })
})

describe('point 11, a form below 20 KB', () => {
  it('notices that S3 takes less', async () => {
    const isLong = (asked: Asked) => isForm(asked) && asked.body.length > 15_000
    stage.spoil('s3', answering(isLong, refused(400, 'MaxPostPreDataLengthExceeded')))
    expect(await see(11)).toEqual(differs(/400 MaxPostPreDataLengthExceeded where AWS takes it/))
  })

  it('notices that a longer token would not fit', async () => {
    stage.spoil('signer', async (asked, right) => {
      const answer = await right()
      if (asked.method !== 'POST' || asked.path !== '/') return answer
      const body = JSON.parse(String(answer.body))
      body.uploads[0].presignedPost.fields['x-ignore-token'] = 'x'.repeat(15_500)
      return { ...answer, body: JSON.stringify(body) }
    })
    expect(await see(11)).toEqual(
      differs(/form has 19\d{3} bytes, 0 of them a token that may grow by \d{3};/),
    )
  })
})

describe("point 12, CORS headers on S3's refusals", () => {
  it.each([403, 412])('notices that %d has none', async (status) => {
    stage.spoil('s3', async (_, right) => {
      const answer = await right()
      if (answer.status !== status) return answer
      const { 'access-control-allow-origin': _origin, ...headers } = answer.headers
      return { ...answer, headers }
    })
    expect(await see(12)).toEqual(differs(new RegExp(`${status} \\w+ without CORS headers`)))
  })

  it("finds an origin in the bucket's rules where none is given", async () => {
    const { deployment } = stage.run()
    const { origin: _, ...without } = deployment
    expect(await see(12, stage.run({ deployment: without }))).toEqual(expected(/412/))
  })
})

describe('point 14, delivery from 403 to 200', () => {
  it('notices that there is no verdict', async () => {
    stage.front.judges = false
    expect(await see(14, stage.run({ verdictMs: 0 }))).toEqual(differs(/^no verdict after 0 s$/))
  })

  it('notices that an object is rejected which is what it says', async () => {
    const rejected =
      '<Tagging><TagSet><Tag><Key>waybill</Key><Value>rejected</Value></Tag></TagSet></Tagging>'
    stage.spoil('s3', answering(by('administrator', readsTags), { status: 200, body: rejected }))
    expect(await see(14)).toEqual(differs(/^the verdict is rejected$/))
  })

  it('notices a link that leads to an object before its verdict', async () => {
    const isLink = ({ method, query }: Asked) => method === 'GET' && query.has('X-Amz-Signature')
    stage.spoil('s3', answering(isLink, { status: 200 }))
    expect(await see(14)).toEqual(differs(/link 200, then 200/))
  })

  it('notices that CloudFront delivers before the verdict', async () => {
    stage.spoil(
      'delivery',
      answering(() => true, { status: 200 }),
    )
    expect(await see(14)).toEqual(differs(/CloudFront 200, then 200/))
  })

  it('notices that CloudFront delivers nothing after it', async () => {
    stage.spoil(
      'delivery',
      answering(() => true, refused(403, 'AccessDenied')),
    )
    expect(await see(14, stage.run({ effects: { wait: async () => undefined } }))).toEqual(
      differs(/CloudFront 403 AccessDenied, then 403 AccessDenied/),
    )
  })

  it('is not seen where viewers need signed addresses', async () => {
    stage.spoil(
      'delivery',
      answering(() => true, refused(403, 'MissingKey')),
    )
    expect(await see(14)).toEqual(notSeen(/link 403.*it wants signed addresses/))
  })
})

describe('point 15, a bucket under a KMS key', () => {
  const encrypt = (SSEAlgorithm: 'aws:kms' | 'AES256') =>
    stage.administrator.send(
      new PutBucketEncryptionCommand({
        Bucket: stage.bucket,
        ServerSideEncryptionConfiguration: {
          Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm } }],
        },
      }),
    )
  beforeAll(() => encrypt('aws:kms'))
  afterAll(() => encrypt('AES256'))

  it('sees that its objects are encrypted by it, and delivered', async () => {
    expect(await see(15)).toEqual(expected(/^200, encrypted by aws:kms; verified after/))
  })

  it('notices that the key was not used', async () => {
    stage.spoil('s3', async ({ method }, right) => {
      if (method !== 'HEAD') return undefined
      const answer = await right()
      return { ...answer, headers: { ...answer.headers, 'x-amz-server-side-encryption': 'AES256' } }
    })
    expect(await see(15)).toEqual(differs(/encrypted by AES256/))
  })
})
