/**
 * The points of a deployed stack: on a deployment that answers as AWS is expected to, and on one that
 * answers otherwise. Then the program itself.
 *
 * Slow: a whole deployment, and uploads for each point.
 *
 * @module
 */

import { PutBucketEncryptionCommand } from '@aws-sdk/client-s3'
import { type Asked, refused } from '@waybill/test-support/stand-in'
import { startWaybill } from '@waybill/test-support/waybill-process'
import { beforeAll, describe, expect, it } from 'vitest'
import { callOnce } from 'waybill/internal/storage'
import { see } from '../../src/doctor/check.ts'
import { DOCTOR_FOLDER, keysBelow, removeRuns } from '../../src/doctor/clean-up.ts'
import { POINTS } from '../../src/doctor/doctor.ts'
import { credentialsOf, fetchAccelerated, openStage, type Spoil } from './stage.ts'

const stage = openStage()

type Options = Parameters<typeof stage.run>[0]

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

function withoutCors(status: number): Spoil {
  return async (_, right) => {
    const answer = await right()
    if (answer.status !== status) return answer
    const { 'access-control-allow-origin': _origin, ...headers } = answer.headers
    return { ...answer, headers }
  }
}

const isCreate = ({ method, query }: Asked) => method === 'POST' && query.has('uploads')
const isComplete = ({ method, query }: Asked) => method === 'POST' && query.has('uploadId')
const isForm = ({ method, query }: Asked) => method === 'POST' && query.size === 0
const isLink = ({ method, query }: Asked) => method === 'GET' && query.has('X-Amz-Signature')
const isList = ({ query }: Asked) => query.has('uploads')
const readsTags = ({ method, query }: Asked) => method === 'GET' && query.has('tagging')
const isOptions = ({ method }: Asked) => method === 'OPTIONS'
const isPost = ({ method }: Asked) => method === 'POST'
const isAccelerated = ({ headers }: Asked) => headers.host?.includes('s3-accelerate') ?? false
const all = () => true
const by = (user: string, also: (asked: Asked) => boolean) => (asked: Asked) =>
  asked.signedBy === user && also(asked)

const DENIED = refused(403, 'AccessDenied')
const tagged = (tags: string) => ({
  status: 200,
  body: `<Tagging><TagSet>${tags}</TagSet></Tagging>`,
})
const REJECTED = tagged('<Tag><Key>waybill</Key><Value>rejected</Value></Tag>')
const CREATED = {
  status: 200,
  body: '<InitiateMultipartUploadResult><UploadId>an-upload</UploadId></InitiateMultipartUploadResult>',
}
const ENABLED = {
  status: 200,
  body: '<AccelerateConfiguration><Status>Enabled</Status></AccelerateConfiguration>',
}
const TOKEN = 'the-token'

const s3 = (spoil: Spoil) => () => stage.spoil('s3', spoil)
const signer = (spoil: Spoil) => () => stage.spoil('signer', spoil)
const delivery = (spoil: Spoil) => () => stage.spoil('delivery', spoil)
const behindCloudFront = (more: object = {}) => ({ cloudFront: true, token: TOKEN, ...more })
const front = (state: object, spoil?: () => void) => () => {
  Object.assign(stage.front, state)
  spoil?.()
}
const accelerated = (what: (asked: Asked) => boolean) =>
  s3(async (asked) => {
    if (asked.query.has('accelerate')) return ENABLED
    return isAccelerated(asked) && what(asked) ? refused(400, 'InvalidRequest') : undefined
  })
const encrypt = (SSEAlgorithm: 'aws:kms' | 'AES256') => () =>
  stage.administrator.send(
    new PutBucketEncryptionCommand({
      Bucket: stage.bucket,
      ServerSideEncryptionConfiguration: {
        Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm } }],
      },
    }),
  )
function secondComplete(): Spoil {
  let completions = 0
  return async (asked) => {
    if (!isComplete(asked)) return undefined
    completions += 1
    return completions === 2 ? refused(400, 'InvalidRequest') : undefined
  }
}

const fast = () => ({ effects: { wait: async () => undefined } })
const withToken = () => ({ token: TOKEN })
const fetching = () => ({ fetch: fetchAccelerated(stage.s3Url) })
const impatient = () => ({ verdictMs: 0 })
const failed = (bucket: () => string) => () =>
  Object.assign(stage.state, { failed: [{ id: 'an-earlier-stack', buckets: [bucket()] }] })
const failedUpdate = () => Object.assign(stage.state.stack, { status: 'UPDATE_ROLLBACK_COMPLETE' })
const FORBIDDEN = { status: 403, body: '{"Message":"Forbidden"}' }
const MISSING_KEY = refused(403, 'MissingKey')

type Expected = readonly ['ok' | 'differs' | 'not seen', RegExp]
type Row = readonly [title: string, spoil: () => unknown, Expected, options?: () => Options]

const ok = (got: RegExp): Expected => ['ok', got]
const differs = (got: RegExp): Expected => ['differs', got]
const unseen = (got: RegExp): Expected => ['not seen', got]
const right = () => undefined
const s3Answers = (when: (asked: Asked) => boolean, wrong: ReturnType<typeof refused>) =>
  s3(answering(when, wrong))
const cloudFront = (when: (asked: Asked) => boolean, status: number) =>
  front(behindCloudFront(), signer(answering(when, { status })))
const foreign = (isUpload: (asked: Asked) => boolean) =>
  by('administrator', (asked) => isUpload(asked) && isTagged(asked))
const isTagged = ({ headers, body }: Asked) =>
  headers['x-amz-tagging'] !== undefined || body.includes('verified')
const isLong = (asked: Asked) => isForm(asked) && asked.body.length > 15_000
const state = (changed: object) => () => Object.assign(stage.state, changed)
const longerToken: Spoil = async (asked, answer) => {
  const given = await answer()
  if (asked.method !== 'POST' || asked.path !== '/') return given
  const body = JSON.parse(String(given.body))
  body.uploads[0].presignedPost.fields['x-ignore-token'] = 'x'.repeat(15_500)
  return { ...given, body: JSON.stringify(body) }
}
const otherKey: Spoil = async ({ method }, answer) => {
  if (method !== 'HEAD') return undefined
  const given = await answer()
  return { ...given, headers: { ...given.headers, 'x-amz-server-side-encryption': 'AES256' } }
}
const rule = (name: string) => () => ({ rule: name })
const COMPLETED = { status: 200, body: '<CompleteMultipartUploadResult/>' }
const TOO_LONG = refused(400, 'MaxPostPreDataLengthExceeded')

const ROWS: readonly Row[] = [
  [
    "1 S3 refuses the signer's parts",
    s3Answers(by('signer', isCreate), DENIED),
    differs(/REFUSED/),
  ],
  ['1 S3 keeps no tag', s3Answers(readsTags, tagged('')), differs(/stored without its tag/)],
  [
    "1 S3 takes another's verdict",
    s3Answers(foreign(isCreate), CREATED),
    differs(/yours: 200: any/),
  ],
  ['1 a rule for pictures', right, ok(/3 parts stored; tag waybill=/), rule('photos')],
  ['1 a rule for JPEG', right, ok(/3 parts stored; tag waybill=/), rule('jpegs')],
  [
    "2 S3 refuses the signer's form",
    s3Answers(by('signer', isForm), DENIED),
    differs(/403 Access/),
  ],
  ['2 S3 keeps no tag', s3Answers(readsTags, tagged('')), differs(/stored without its tag/)],
  [
    "2 S3 takes another's verdict",
    s3Answers(foreign(isForm), { status: 204 }),
    differs(/yours: 204: any/),
  ],
  [
    '3 a wrong one is taken',
    s3(insteadOf('BadDigest', COMPLETED)),
    differs(/stored with a wrong one/),
  ],
  [
    '3 another code',
    s3(insteadOf('BadDigest', refused(400, 'Odd'))),
    differs(/403 STORAGE_REFUSED, then/),
  ],
  ['4 it is taken', s3(insteadOf('BadDigest', { status: 204 })), differs(/^204, stored$/)],
  [
    '4 another code',
    s3(insteadOf('BadDigest', refused(400, 'Odd'))),
    differs(/400 Odd where 400 BadD/),
  ],
  ['5 another code', s3(secondComplete()), differs(/400 InvalidRequest/)],
  [
    '6 as expected',
    front(behindCloudFront()),
    ok(/^OPTIONS 204, .*; POST 4.*; x-viewer.* 401/),
    withToken,
  ],
  ['6 no token', front({ cloudFront: true }), unseen(/OPTIONS 204.*no token was given/)],
  ['6 no CloudFront', right, unseen(/no CloudFront/)],
  ['6 no CORS', cloudFront(isOptions, 204), differs(/origin not allowed/), withToken],
  ['6 OPTIONS is refused', cloudFront(isOptions, 403), differs(/OPTIONS 403/), withToken],
  ['6 a POST does not arrive', cloudFront(isPost, 403), differs(/POST 403, not by the/), withToken],
  [
    '6 a header is believed',
    front(behindCloudFront({ edgeForgets: true })),
    differs(/believed/),
    withToken,
  ],
  ['7 as expected', front({ iam: true }), ok(/^OPTIONS 200, origin https/)],
  [
    '7 preflights are refused',
    front({ iam: true }, signer(answering(isOptions, FORBIDDEN))),
    differs(/403/),
  ],
  ['8 as expected', accelerated(() => false), ok(/^form 204; list 200$/), fetching],
  ['8 forms are refused', accelerated(isForm), differs(/form 400 InvalidRequest/), fetching],
  ['8 lists are refused', accelerated(isList), differs(/list 400 InvalidRequest/), fetching],
  ['9 an error', state({ planStatus: 'ERROR' }), differs(/^ERROR: INSUFFICIENT_PERMISSIONS$/)],
  [
    '10 calls are throttled',
    signer(answering(all, { status: 429 })),
    differs(/10 of 10 calls: 429/),
  ],
  ['10 an update has failed', failedUpdate, differs(/^UPDATE_ROLLBACK_COMPLETE$/)],
  ['10 an old account', state({ concurrency: 1000 }), unseen(/limit 1000: not a new account/)],
  ['11 S3 takes less', s3Answers(isLong, TOO_LONG), differs(/400 MaxPost.* where AWS takes it/)],
  ['11 no room for a token', signer(longerToken), differs(/form has 19\d{3} bytes, .* by \d{3};/)],
  ['12 403 has none', s3(withoutCors(403)), differs(/403 \w+ without CORS headers/)],
  ['12 412 has none', s3(withoutCors(412)), differs(/412 \w+ without CORS headers/)],
  ["12 an origin in the bucket's rules", right, ok(/412/), () => ({ origin: undefined })],
  ['13 nothing is left', failed(() => 'gone'), ok(/^1 failed, nothing left, and CREATE_COMPLETE/)],
  ['13 a bucket is left', failed(() => stage.bucket), differs(/^left: uploads/)],
  ['14 Delivery by: none', front({ judges: false }), differs(/^no verdict after 0 s$/), impatient],
  [
    '14 Delivery by: as rejected',
    s3Answers(by('administrator', readsTags), REJECTED),
    differs(/rejected$/),
  ],
  ['14 Delivery by: too early', s3Answers(isLink, { status: 200 }), differs(/link 200, then 200/)],
  ['14 Delivery by: a picture', right, ok(/^verified after/), rule('photos')],
  ['14 Delivery by: a JPEG', right, ok(/^verified after/), rule('jpegs')],
  [
    '14 Delivery through: too early',
    delivery(answering(all, { status: 200 })),
    differs(/ 200, then 200/),
  ],
  [
    '14 Delivery through: never',
    delivery(answering(all, DENIED)),
    differs(/403 .*, then 403/),
    fast,
  ],
  [
    '14 Delivery through: signed',
    delivery(answering(all, MISSING_KEY)),
    unseen(/wants signed addresses/),
  ],
  ['15 as expected', encrypt('aws:kms'), ok(/^200, encrypted by aws:kms; verified after/)],
  ['15 the key is not used', s3(otherKey), differs(/encrypted by AES256/)],
]

describe('a check of the stack', () => {
  it.each(ROWS.map((row) => [row[0], row] as const))('%s', async (title, row) => {
    const [, spoil, [verdict, got], options] = row
    await spoil()
    const run = stage.run(options?.())
    const point = /^\d+(?: Delivery \w+)?/.exec(title)?.[0]
    const check = POINTS.find((each) => each.title.startsWith(`${point} `))
    if (!check) throw new Error(`there is no point ${point}`)
    expect(await see(check, run)).toMatchObject({ verdict, got: expect.stringMatching(got) })
    await removeRuns(run.s3, DOCTOR_FOLDER)
  })
})

const DIGITS = 'a'.repeat(32)
const note = (key: string) =>
  `${DOCTOR_FOLDER}${DIGITS}/keys/${Buffer.from(key).toString('base64url')}`
const FOREIGN = 'uploads/somebody/else'
/** What an earlier run has left, and the object of somebody else, whose key somebody has noted. */
const LEFT = [
  `uploads/id/waybill-doctor-${DIGITS}.txt`,
  `${DOCTOR_FOLDER}${DIGITS}/form`,
  note(`uploads/id/waybill-doctor-${DIGITS}.txt`),
  note(FOREIGN),
  FOREIGN,
]

describe('waybill doctor --stack', () => {
  async function doctor(...args: readonly string[]) {
    const { accessKeyId, secretAccessKey } = credentialsOf('administrator')
    const started = startWaybill(['doctor', '--stack', 'WaybillDemo', ...args], {
      env: {
        AWS_ACCESS_KEY_ID: accessKeyId,
        AWS_SECRET_ACCESS_KEY: secretAccessKey,
        AWS_REGION: 'eu-west-1',
        AWS_ENDPOINT_URL: stage.account.url,
        AWS_ENDPOINT_URL_S3: stage.s3Url,
      },
    })
    const code = await started.exit
    return { code, stdout: started.stdout(), stderr: started.stderr() }
  }
  beforeAll(async () => {
    await encrypt('AES256')()
    for (const key of LEFT) await callOnce(stage.run().s3, { method: 'PUT', key, body: 'x' })
  })

  it('finds the stack, checks the essentials, and leaves nothing behind', async () => {
    const { code, stdout, stderr } = await doctor()
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toContain('Stack     WaybillDemo, CREATE_COMPLETE')
    const unseen = [...stdout.matchAll(/^not seen {2}(\d+) /gm)].map(([, point]) => point)
    expect(unseen).toEqual(['6', '7', '8', '13', '15'])
    expect((await keysBelow(stage.run().s3, '')).sort()).toEqual([...LEFT].sort())
    // `callOnce` has no retries, so a kept connection that the server has closed gives no document.
    const list = () => callOnce(stage.run().s3, { method: 'GET', query: { uploads: '' } })
    await expect
      .poll(async () => (await list()).document?.children?.some(({ name }) => name === 'Upload'))
      .toBe(false)
  })

  it('prints as JSON what to change; --clean deletes only the remains of earlier runs', async () => {
    stage.state.planStatus = 'ERROR'
    stage.spoil('s3', async ({ method, path }) =>
      method === 'DELETE' && path.includes('/form-checksum') ? DENIED : undefined,
    )
    const { code, stdout } = await doctor('--json', '--clean')
    expect(code).toBe(1)
    const { checks, removed, kept } = JSON.parse(stdout)
    expect(checks.filter(({ verdict }: { verdict: string }) => verdict === 'differs')).toEqual([
      {
        group: 'points of the stack',
        title: "9 GuardDuty's plan",
        essential: false,
        verdict: 'differs',
        sent: 'GetMalwareProtectionPlan',
        got: 'ERROR: INSUFFICIENT_PERMISSIONS',
        fix: expect.stringContaining('malwareScan'),
      },
    ])
    expect(removed).toBeGreaterThan(10)
    const locked = expect.stringMatching(/^waybill-doctor\/[0-9a-f]{32}\/form-checksum$/)
    expect(kept).toEqual([
      { key: locked, versionId: expect.any(String), answer: '403 AccessDenied' },
    ])
    expect((await keysBelow(stage.run().s3, '')).sort()).toEqual([FOREIGN, locked])
    for (const secret of ['secret-of', 'X-Amz-Signature', 'Signature=', 'AWS4-HMAC']) {
      expect(stdout).not.toContain(secret)
    }
  })

  it('exits with 3 if the signer wants a token that is missing', async () => {
    stage.front.token = TOKEN
    const { code, stdout } = await doctor()
    expect(code).toBe(3)
    expect(stdout).toMatch(/not seen {2}The signer's address: 401 UNAUTHENTICATED\n.*WAYBILL_TOKEN/)
  })

  it('reports that there is no such stack', async () => {
    const { code, stderr } = await doctor('--stack', 'Nothing')
    expect(code).toBe(1)
    expect(stderr).toMatch(/CloudFormation ValidationError: no Nothing/)
  })
})
