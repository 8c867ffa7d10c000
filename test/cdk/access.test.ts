/**
 * What each caller may and may not do in a deployed stack, asked of AWS's policy evaluation offline.
 *
 * @module
 */

import { AccountPrincipal, PolicyStatement, Role } from 'aws-cdk-lib/aws-iam'
import { type IKey, Key } from 'aws-cdk-lib/aws-kms'
import { beforeAll, describe, expect, it } from 'vitest'
import { may, type Question } from './access.ts'
import { ACCOUNT, REGION, type Synthesised, synthesise } from './synthesised.ts'

const SIGNER = { role: /SignerRole/ }
const ARRIVAL = { role: /ArrivalRole/ }
const READER = { role: /Reader/ }

const KEY = 'uploads/aVq3/film.mp4'
const VERIFIED = { waybill: 'verified' }
const REJECTED = { waybill: 'rejected' }
const PENDING = { waybill: 'pending' }
const BUS = `arn:aws:events:${REGION}:${ACCOUNT}:event-bus/default`

type Row = readonly [answer: 'may' | 'may not', what: string, question: Question]

const ROWS: readonly Row[] = [
  // The signer hands out exactly what it has itself
  ['may', 'let the signer put an object', { who: SIGNER, action: 's3:PutObject', key: KEY }],
  [
    'may not',
    'let the signer put outside the prefix',
    { who: SIGNER, action: 's3:PutObject', key: 'site/index.html' },
  ],
  [
    'may',
    'let the signer list parts',
    { who: SIGNER, action: 's3:ListMultipartUploadParts', key: KEY },
  ],
  [
    'may',
    'let the signer abort an upload',
    { who: SIGNER, action: 's3:AbortMultipartUpload', key: KEY },
  ],
  [
    'may',
    'let the signer look at what it completed',
    { who: SIGNER, action: 's3:GetObject', key: KEY },
  ],
  [
    'may',
    'let the signer remove what differs',
    { who: SIGNER, action: 's3:DeleteObject', key: KEY },
  ],
  [
    'may',
    'let the signer tell a missing key from a forbidden one',
    { who: SIGNER, action: 's3:ListBucket' },
  ],
  [
    'may not',
    'let the signer remove a version for good',
    { who: SIGNER, action: 's3:DeleteObjectVersion', key: KEY },
  ],
  [
    'may',
    'let the signer put an object as pending',
    { who: SIGNER, action: 's3:PutObjectTagging', key: KEY, requestTags: PENDING },
  ],
  [
    'may not',
    'let the signer tag as verified',
    { who: SIGNER, action: 's3:PutObjectTagging', key: KEY, requestTags: VERIFIED },
  ],
  [
    'may not',
    'let the signer tag as pending and as something else',
    {
      who: SIGNER,
      action: 's3:PutObjectTagging',
      key: KEY,
      requestTags: { ...PENDING, GuardDutyMalwareScanStatus: 'NO_THREATS_FOUND' },
    },
  ],
  [
    'may not',
    'let the signer take all tags away',
    { who: SIGNER, action: 's3:PutObjectTagging', key: KEY },
  ],
  [
    'may not',
    'let the signer tag a version, not even as pending',
    { who: SIGNER, action: 's3:PutObjectVersionTagging', key: KEY, requestTags: PENDING },
  ],
  [
    'may not',
    'let the signer tag outside the prefix',
    {
      who: SIGNER,
      action: 's3:PutObjectTagging',
      key: 'site/index.html',
      requestTags: PENDING,
    },
  ],
  ['may not', 'let the signer set an ACL', { who: SIGNER, action: 's3:PutObjectAcl', key: KEY }],
  [
    'may not',
    'let the signer lock an object',
    { who: SIGNER, action: 's3:PutObjectRetention', key: KEY },
  ],
  [
    'may not',
    'let the signer change the bucket policy',
    { who: SIGNER, action: 's3:PutBucketPolicy' },
  ],
  [
    'may not',
    'let the signer publish verdicts',
    { who: SIGNER, action: 'events:PutEvents', resource: BUS },
  ],

  // What the bucket refuses, whoever asks
  [
    'may not',
    'let the signer put over plain HTTP',
    { who: SIGNER, action: 's3:PutObject', key: KEY, context: { 'aws:SecureTransport': 'false' } },
  ],
  [
    'may not',
    'let the signer put over TLS 1.1',
    { who: SIGNER, action: 's3:PutObject', key: KEY, context: { 's3:TlsVersion': '1.1' } },
  ],
  [
    'may not',
    'accept Signature Version 2',
    { who: SIGNER, action: 's3:PutObject', key: KEY, context: { 's3:signatureversion': 'AWS' } },
  ],
  [
    'may not',
    'accept a signature of more than an hour',
    { who: SIGNER, action: 's3:PutObject', key: KEY, context: { 's3:signatureAge': '3600001' } },
  ],
  [
    'may',
    'accept a part signed 59 minutes ago',
    { who: SIGNER, action: 's3:PutObject', key: KEY, context: { 's3:signatureAge': '3540000' } },
  ],
  [
    'may',
    'accept a week-old link to a verified object',
    {
      who: READER,
      action: 's3:GetObject',
      key: KEY,
      tags: VERIFIED,
      context: { 's3:signatureAge': '604800000' },
    },
  ],

  // Arrival judges, and nothing else
  [
    'may',
    'let arrival read an object that has no verdict',
    { who: ARRIVAL, action: 's3:GetObject', key: KEY },
  ],
  [
    'may',
    'let arrival read a version that has no verdict',
    { who: ARRIVAL, action: 's3:GetObjectVersion', key: KEY },
  ],
  [
    'may',
    'let arrival tag a version',
    { who: ARRIVAL, action: 's3:PutObjectVersionTagging', key: KEY },
  ],
  [
    'may',
    'let arrival tag',
    { who: ARRIVAL, action: 's3:PutObjectTagging', key: KEY, requestTags: VERIFIED },
  ],
  [
    'may',
    'let arrival publish verdicts',
    {
      who: ARRIVAL,
      action: 'events:PutEvents',
      resource: BUS,
      context: { 'events:source': ['waybill'] },
    },
  ],
  [
    'may not',
    "let arrival publish in another's name",
    {
      who: ARRIVAL,
      action: 'events:PutEvents',
      resource: BUS,
      context: { 'events:source': ['waybill', 'billing'] },
    },
  ],
  ['may not', 'let arrival put', { who: ARRIVAL, action: 's3:PutObject', key: KEY }],
  [
    'may not',
    'let arrival delete when rejected objects are kept',
    { who: ARRIVAL, action: 's3:DeleteObjectVersion', key: KEY },
  ],
  [
    'may not',
    'let arrival tag outside the prefix',
    { who: ARRIVAL, action: 's3:PutObjectTagging', key: 'site/index.html' },
  ],

  // A reader sees what is verified
  [
    'may',
    'let a reader read a verified object',
    { who: READER, action: 's3:GetObject', key: KEY, tags: VERIFIED },
  ],
  [
    'may not',
    'let a reader read a rejected object',
    { who: READER, action: 's3:GetObject', key: KEY, tags: REJECTED },
  ],
  [
    'may not',
    'let a reader read an object that has no verdict',
    { who: READER, action: 's3:GetObject', key: KEY },
  ],
  [
    'may not',
    'let a reader read a pending object',
    { who: READER, action: 's3:GetObject', key: KEY, tags: PENDING },
  ],
  [
    'may not',
    'let a reader read an older version',
    { who: READER, action: 's3:GetObjectVersion', key: KEY, tags: VERIFIED },
  ],
  ['may not', 'let a reader list', { who: READER, action: 's3:ListBucket' }],
  ['may not', 'let a reader put', { who: READER, action: 's3:PutObject', key: KEY }],
  [
    'may not',
    'let a reader tag',
    { who: READER, action: 's3:PutObjectTagging', key: KEY, tags: REJECTED },
  ],

  // Nobody else, however mighty or unknown
  [
    'may not',
    'let an administrator read a rejected object',
    { who: 'administrator', action: 's3:GetObject', key: KEY, tags: REJECTED },
  ],
  [
    'may not',
    'let an administrator read a version that has no verdict',
    { who: 'administrator', action: 's3:GetObjectVersion', key: KEY },
  ],
  [
    'may not',
    'let an administrator forge a verdict',
    { who: 'administrator', action: 's3:PutObjectTagging', key: KEY, requestTags: VERIFIED },
  ],
  [
    'may not',
    'let an administrator undo a verdict',
    { who: 'administrator', action: 's3:PutObjectTagging', key: KEY, requestTags: PENDING },
  ],
  [
    'may not',
    'let an administrator take a verdict away',
    { who: 'administrator', action: 's3:DeleteObjectTagging', key: KEY },
  ],
  [
    'may',
    'let an administrator delete a rejected object',
    { who: 'administrator', action: 's3:DeleteObjectVersion', key: KEY, tags: REJECTED },
  ],
  [
    'may not',
    'let an anonymous caller read a verified object',
    { who: 'anonymous', action: 's3:GetObject', key: KEY, tags: VERIFIED },
  ],
  [
    'may not',
    'let an anonymous caller put',
    { who: 'anonymous', action: 's3:PutObject', key: KEY },
  ],
  ['may not', 'let an anonymous caller list', { who: 'anonymous', action: 's3:ListBucket' }],
]

function addReader(...[stack, uploads]: Parameters<NonNullable<Parameters<typeof synthesise>[1]>>) {
  uploads.grantReadVerified(new Role(stack, 'Reader', { assumedBy: new AccountPrincipal(ACCOUNT) }))
}

describe('the deployed stack', () => {
  let stack: Synthesised

  beforeAll(async () => {
    stack = await synthesise({}, addReader)
  })

  it.each(ROWS)('%s %s', async (answer, _what, question) => {
    expect(await may(stack, question)).toBe(answer === 'may')
  })

  it('lets the signer and arrival read their own secret and no other', async () => {
    const other = `arn:aws:secretsmanager:${REGION}:${ACCOUNT}:secret:database-AbCdEf`
    const own = Object.entries(stack.resources).find(([, { Type }]) => Type.endsWith('::Secret'))
    const secret = `arn:aws:secretsmanager:${REGION}:${ACCOUNT}:secret:${own?.[0]}-AbCdEf`
    const action = 'secretsmanager:GetSecretValue'
    for (const who of [SIGNER, ARRIVAL]) {
      expect(await may(stack, { who, action, resource: secret })).toBe(true)
      expect(await may(stack, { who, action, resource: other })).toBe(false)
      expect(
        await may(stack, { who, action: 'secretsmanager:PutSecretValue', resource: secret }),
      ).toBe(false)
    }
    expect(await may(stack, { who: READER, action, resource: secret })).toBe(false)
  })
})

describe('a mightier signer', () => {
  // The role's own policy is the first lock; this asks for the second, the bucket's.
  it('still may not give a verdict, since the bucket denies it', async () => {
    const stack = await synthesise({}, (_scope, { signer }) => {
      signer.role.addToPrincipalPolicy(new PolicyStatement({ actions: ['s3:*'], resources: ['*'] }))
    })
    const ask = (requestTags: Question['requestTags']) =>
      may(stack, {
        who: SIGNER,
        action: 's3:PutObjectTagging',
        key: KEY,
        ...(requestTags ? { requestTags } : {}),
      })
    expect(await ask(VERIFIED)).toBe(false)
    expect(await ask(undefined)).toBe(false)
    expect(await ask(PENDING)).toBe(true)
  })
})

describe('a stack that deletes what it rejects', () => {
  it('lets arrival delete under the prefix alone', async () => {
    const stack = await synthesise({ rejected: 'delete' }, addReader)
    const action = 's3:DeleteObjectVersion'
    expect(await may(stack, { who: ARRIVAL, action, key: KEY })).toBe(true)
    expect(await may(stack, { who: ARRIVAL, action, key: 'site/index.html' })).toBe(false)
  })
})

describe('a stack with a KMS key', () => {
  it('lets its roles use the key through S3 alone', async () => {
    const stack = await synthesise((scope) => ({ encryptionKey: new Key(scope, 'Key') as IKey }))
    const key = Object.keys(stack.resources).find((id) =>
      stack.resources[id]?.Type.endsWith('::Key'),
    )
    const resource = `arn:aws:kms:${REGION}:${ACCOUNT}:key/${key}`
    const through = (service: string) => ({
      'kms:ViaService': `${service}.${REGION}.amazonaws.com`,
    })
    const ask = (who: Question['who'], action: string, service: string) =>
      may(stack, { who, action, resource, context: through(service) })
    expect(await ask(SIGNER, 'kms:GenerateDataKey', 's3')).toBe(true)
    expect(await ask(SIGNER, 'kms:GenerateDataKey', 'lambda')).toBe(false)
    expect(await ask(ARRIVAL, 'kms:Decrypt', 's3')).toBe(true)
    expect(await ask(ARRIVAL, 'kms:GenerateDataKey', 's3')).toBe(false)
  })
})
