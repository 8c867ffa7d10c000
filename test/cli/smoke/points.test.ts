/**
 * Each point of the smoke test on a deployment that answers as AWS is expected to, and on one that answers otherwise.
 *
 * @module
 */

import { PutBucketEncryptionCommand } from '@aws-sdk/client-s3'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { removeRuns, SMOKE_FOLDER } from '../../../src/cli/smoke/place.ts'
import type { Seen } from '../../../src/cli/smoke/point.ts'
import { SMOKE_POINTS, seePoint } from '../../../src/cli/smoke/smoke-points.ts'
import type { SmokeRun } from '../../../src/cli/smoke/smoke-run.ts'
import { type Asked, refused } from '../../support/stand-in.ts'
import { fetchAccelerated } from './accelerated.ts'
import { type Spoil, type Stage, startStage } from './stage.ts'

let stage: Stage

beforeAll(async () => {
  stage = await startStage()
}, 60_000)
afterEach(() => stage.right())
afterAll(() => stage?.close())

async function see(number: number, run: SmokeRun = stage.run()): Promise<Seen> {
  const point = SMOKE_POINTS.find((each) => each.number === number)
  if (!point) throw new Error(`there is no point ${number}`)
  const seen = await seePoint(point, run)
  await removeRuns(run.s3, SMOKE_FOLDER)
  return seen
}

const differs = (came: RegExp) => ({ verdict: 'differs', came: expect.stringMatching(came) })
const expected = (came: RegExp) => ({ verdict: 'as expected', came: expect.stringMatching(came) })
const notSeen = (came: RegExp) => ({ verdict: 'not seen', came: expect.stringMatching(came) })

/** Answers `wrong` where the condition holds. */
function answering(when: (asked: Asked) => boolean, wrong: ReturnType<typeof refused>): Spoil {
  return async (asked) => (when(asked) ? wrong : undefined)
}

/** Answers `wrong` in place of a refusal with a code. */
function insteadOf(code: string, wrong: ReturnType<typeof refused>): Spoil {
  return async (_, right) => {
    const answer = await right()
    return String(answer.body).includes(`<Code>${code}</Code>`) ? wrong : answer
  }
}

const isCreate = ({ method, query }: Asked) => method === 'POST' && query.has('uploads')
const isComplete = ({ method, query }: Asked) => method === 'POST' && query.has('uploadId')
const isForm = ({ method, query }: Asked) => method === 'POST' && query.size === 0
const readsTags = ({ method, query }: Asked) => method === 'GET' && query.has('tagging')
const by = (user: string, also: (asked: Asked) => boolean) => (asked: Asked) =>
  asked.signedBy === user && also(asked)

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
    expect(await see(3)).toEqual(differs(/signer: 403 STORAGE_REFUSED, then compared by CRC64NVME/))
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

describe('point 5, a second Complete during the first', () => {
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

describe('point 6, CloudFront before the signer', () => {
  const token = 'the-token'
  const behind = (more: object = {}) =>
    Object.assign(stage.front, { cloudFront: true, token, ...more })

  it('sees preflights, hashes and the token of the viewer', async () => {
    behind()
    expect(await see(6, stage.run({ token }))).toEqual(
      expected(
        /^OPTIONS 204, origin https:\/\/app.example.com; POST 4\d\d \w+; x-viewer-authorization 401/,
      ),
    )
  })

  it('says that without a token one of them cannot be seen', async () => {
    Object.assign(stage.front, { cloudFront: true })
    expect(await see(6)).toEqual(notSeen(/OPTIONS 204.*no token was given/))
  })

  it('is not seen without CloudFront', async () => {
    expect(await see(6)).toEqual(notSeen(/no CloudFront/))
  })

  it.each([
    [
      'CORS is missing',
      ({ method }: Asked) => method === 'OPTIONS',
      { status: 204 },
      /origin not allowed/,
    ],
    [
      'OPTIONS is refused',
      ({ method }: Asked) => method === 'OPTIONS',
      { status: 403 },
      /OPTIONS 403/,
    ],
    [
      'a POST does not arrive',
      ({ method }: Asked) => method === 'POST',
      { status: 403 },
      /POST 403, not by the signer/,
    ],
  ])('notices that %s', async (_, when, wrong, came) => {
    behind()
    stage.spoil('signer', answering(when, wrong))
    expect(await see(6, stage.run({ token }))).toEqual(differs(came))
  })

  it('notices that a header of the viewer is believed', async () => {
    behind({ edgeForgets: true })
    expect(await see(6, stage.run({ token }))).toEqual(
      differs(/x-viewer-authorization 200: believed/),
    )
  })
})

describe('point 7, IAM before the signer', () => {
  it('sees that the address answers preflights itself, and signs its own calls', async () => {
    stage.front.iam = true
    expect(await see(7)).toEqual(expected(/^OPTIONS 200, origin https/))
    expect((await stage.run().signer.call({ method: 'GET', path: '/rules' })).status).toBe(200)
  })

  it('notices that preflights are refused', async () => {
    stage.front.iam = true
    stage.spoil(
      'signer',
      answering(({ method }) => method === 'OPTIONS', {
        status: 403,
        body: '{"Message":"Forbidden"}',
      }),
    )
    expect(await see(7)).toEqual(differs(/OPTIONS 403, origin not allowed/))
  })
})

describe('point 8, Transfer Acceleration', () => {
  const ENABLED = {
    status: 200,
    body: '<AccelerateConfiguration><Status>Enabled</Status></AccelerateConfiguration>',
  }
  const accelerated = () => stage.run({ fetch: fetchAccelerated(stage.s3Url) })
  const isAccelerated = ({ headers }: Asked) => headers.host?.includes('s3-accelerate') ?? false

  it('sees a form and a list at the accelerated address', async () => {
    stage.spoil(
      's3',
      answering(({ query }) => query.has('accelerate'), ENABLED),
    )
    expect(await see(8, accelerated())).toEqual(expected(/^form 204; list 200$/))
  })

  it.each([
    ['forms', isForm, /form 400 InvalidRequest/],
    ['lists', ({ query }: Asked) => query.has('uploads'), /list 400 InvalidRequest/],
  ])('notices that it takes no %s', async (_, what, came) => {
    stage.spoil('s3', async (asked) => {
      if (asked.query.has('accelerate')) return ENABLED
      return isAccelerated(asked) && what(asked) ? refused(400, 'InvalidRequest') : undefined
    })
    expect(await see(8, accelerated())).toEqual(differs(came))
  })
})

describe("point 9, GuardDuty's plan", () => {
  it('notices that it does not work, and why', async () => {
    stage.state.planStatus = 'ERROR'
    expect(await see(9)).toEqual(differs(/^ERROR: INSUFFICIENT_PERMISSIONS$/))
  })
})

describe('point 10, a new account', () => {
  it('notices that calls are throttled', async () => {
    stage.spoil(
      'signer',
      answering(() => true, { status: 429 }),
    )
    expect(await see(10)).toEqual(differs(/10 of 10 calls: 429/))
  })

  it('notices a stack whose update has failed', async () => {
    const { deployment } = stage.run()
    const stack = { ...stage.state.stack, status: 'UPDATE_ROLLBACK_COMPLETE' }
    expect(await see(10, stage.run({ deployment: { ...deployment, stack } }))).toEqual(
      differs(/^UPDATE_ROLLBACK_COMPLETE$/),
    )
  })

  it('is not seen in an account that may run many functions', async () => {
    stage.state.concurrency = 1000
    expect(await see(10)).toEqual(notSeen(/account limit 1000: not a new account/))
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

describe('point 13, what a failed create leaves', () => {
  const failed = (...buckets: readonly string[]) => [{ id: 'an-earlier-stack', buckets }]

  it('sees that nothing is left', async () => {
    stage.state.failed = failed('a-bucket-that-is-gone')
    expect(await see(13)).toEqual(expected(/^1 failed, nothing left, and CREATE_COMPLETE since$/))
  })

  it('notices a bucket that was left', async () => {
    stage.state.failed = failed(stage.bucket)
    expect(await see(13)).toEqual(differs(new RegExp(`^left: ${stage.bucket}$`)))
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
