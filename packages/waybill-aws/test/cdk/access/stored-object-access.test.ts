/**
 * What rules allow with stored objects, as permissions: a signer has exactly that, and the role of the application's server
 * what it was granted.
 *
 * @module
 */

import { Duration, Size } from 'aws-cdk-lib'
import { AccountPrincipal, PolicyStatement, Role } from 'aws-cdk-lib/aws-iam'
import { Code } from 'aws-cdk-lib/aws-lambda'
import { beforeAll, describe, expect, it } from 'vitest'
import type { CodeFeatures, DeclaredRule, StoredObjectAccess } from 'waybill-aws/cdk'
import { ACCOUNT, only, type Synthesised, synthesise } from '../synthesised.ts'
import { may, type Question } from './access.ts'
import {
  asking,
  KEY,
  OUTSIDE,
  PENDING,
  READER,
  REJECTED,
  type Row,
  SIGNER,
  VERIFIED,
} from './questions.ts'

const SERVER = { role: /Server/ }
const signer = asking(SIGNER)
const server = asking(SERVER)
const LINKED = { 's3:authType': 'REST-QUERY-STRING' }
/** What an unclaimed object comes with, under rules of two days. */
const UNCLAIMED = { ...PENDING, 'waybill-claim': '2' }
const CLAIMED_LATE = { ...PENDING, 'waybill-claim': '9' }

function rule(more: Partial<DeclaredRule>): Readonly<Record<string, DeclaredRule>> {
  return {
    photos: { types: ['image/png'], maxSize: Size.mebibytes(1), public: true, ...more },
    other: { types: ['image/png'], maxSize: Size.mebibytes(1), public: true },
  }
}

function granting(
  allowed: StoredObjectAccess,
  more: Partial<DeclaredRule> = {},
): Promise<Synthesised> {
  return synthesise({ rules: rule(more) }, (stack, uploads) => {
    const role = new Role(stack, 'Server', { assumedBy: new AccountPrincipal(ACCOUNT) })
    uploads.grantStoredObjectAccess(role, allowed)
    uploads.grantReadVerified(
      new Role(stack, 'Reader', { assumedBy: new AccountPrincipal(ACCOUNT) }),
    )
  })
}

const link = (who: Question['who'], tags: Question['tags'], key = KEY): Question => ({
  who,
  action: 's3:GetObjectVersion',
  key,
  context: LINKED,
  ...(tags ? { tags } : {}),
})

const tag = (
  who: Question['who'],
  tags: Question['tags'],
  requestTags: Question['requestTags'],
  action = 's3:PutObjectVersionTagging',
): Question => ({
  who,
  action,
  key: KEY,
  ...(tags ? { tags } : {}),
  ...(requestTags ? { requestTags } : {}),
})

const READ: readonly Row[] = [
  ['may', 'sign a link to a verified version', link(SIGNER, VERIFIED)],
  [
    'may',
    'sign a link to a verified object of a bucket without versions',
    { ...link(SIGNER, VERIFIED), action: 's3:GetObject' },
  ],
  ['may not', 'sign a link to a pending version', link(SIGNER, PENDING)],
  ['may not', 'sign a link to a rejected version', link(SIGNER, REJECTED)],
  ['may not', 'sign a link to a version without tags', link(SIGNER, undefined)],
  [
    'may not',
    'sign a link to a pending object',
    { ...link(SIGNER, PENDING), action: 's3:GetObject' },
  ],
  ['may not', 'sign a link outside the prefix', link(SIGNER, VERIFIED, OUTSIDE)],
  signer.may('look at a version that has no verdict yet', 'GetObjectVersion', { tags: PENDING }),
  signer.may('read the verdict of a version', 'GetObjectVersionTagging', { tags: PENDING }),
  signer.mayNot('remove', 'DeleteObject'),
  signer.mayNot('remove a version', 'DeleteObjectVersion'),
  signer.mayNot('list versions', 'ListBucketVersions'),
  ['may not', 'claim', tag(SIGNER, VERIFIED, VERIFIED)],
]

const listVersions = (prefix: string): Question => ({
  who: SIGNER,
  action: 's3:ListBucketVersions',
  context: { 's3:prefix': prefix },
})

const REMOVE: readonly Row[] = [
  signer.may('hide an object', 'DeleteObject'),
  signer.may('remove a version', 'DeleteObjectVersion'),
  signer.may('look whose a version is', 'GetObjectVersion', { tags: REJECTED }),
  ['may', 'list the versions of an object', listVersions(KEY)],
  signer.may('ask for a hold', 'GetObjectLegalHold'),
  ['may not', 'list versions of others', listVersions('site/')],
  signer.mayNot('list all versions', 'ListBucketVersions'),
  signer.mayNot('lift a hold', 'PutObjectLegalHold'),
  signer.mayNot('get around a retention', 'BypassGovernanceRetention'),
  signer.mayNot('remove outside the prefix', 'DeleteObject', { key: OUTSIDE }),
  ['may not', 'sign a link to an object that is pending', link(SIGNER, PENDING)],
]

const CLAIM: readonly Row[] = [
  [
    'may',
    'let the signer store an unclaimed object',
    tag(SIGNER, undefined, UNCLAIMED, 's3:PutObjectTagging'),
  ],
  ['may', 'let it store one in parts', tag(SIGNER, undefined, CLAIMED_LATE, 's3:PutObjectTagging')],
  ['may', 'let it store one without', tag(SIGNER, undefined, PENDING, 's3:PutObjectTagging')],
  [
    'may not',
    'let it store one that never expires',
    tag(SIGNER, undefined, { ...PENDING, 'waybill-claim': '3650' }, 's3:PutObjectTagging'),
  ],
  [
    'may not',
    'let it tag as unclaimed alone',
    tag(SIGNER, undefined, { 'waybill-claim': '2' }, 's3:PutObjectTagging'),
  ],
  ['may not', 'let the signer claim', tag(SIGNER, VERIFIED, VERIFIED)],
  ['may', 'let the server claim a verified version', tag(SERVER, VERIFIED, VERIFIED)],
  [
    'may',
    'let it keep the tags of the application',
    tag(SERVER, VERIFIED, { ...VERIFIED, case: '7' }),
  ],
  ['may', 'let it claim a verified object', tag(SERVER, VERIFIED, VERIFIED, 's3:PutObjectTagging')],
  server.may('let it read tags', 'GetObjectVersionTagging'),
  ['may not', 'let it verify a pending version', tag(SERVER, PENDING, VERIFIED)],
  ['may not', 'let it verify a rejected version', tag(SERVER, REJECTED, VERIFIED)],
  ['may not', 'let it verify what has no tags', tag(SERVER, undefined, VERIFIED)],
  ['may not', 'let it take a verdict back', tag(SERVER, VERIFIED, PENDING)],
  ['may not', 'let it reject', tag(SERVER, VERIFIED, REJECTED)],
  ['may not', 'let it write no verdict', tag(SERVER, VERIFIED, { case: '7' })],
  ['may not', 'let it write no tags', tag(SERVER, VERIFIED, undefined)],
  server.mayNot('let it take tags away', 'DeleteObjectVersionTagging', { tags: VERIFIED }),
  server.mayNot('let it remove', 'DeleteObjectVersion'),
  ['may not', 'let a reader claim', tag(READER, VERIFIED, VERIFIED)],
  ['may not', 'let an administrator claim', tag('administrator', VERIFIED, VERIFIED)],
]

const SERVED: readonly Row[] = [
  ['may', 'sign a link to a verified version', link(SERVER, VERIFIED)],
  ['may not', 'sign a link to a pending version', link(SERVER, PENDING)],
  server.may('look at what has no verdict yet', 'GetObject', { tags: PENDING }),
  ['may not', 'claim', tag(SERVER, VERIFIED, VERIFIED)],
  server.mayNot('store', 'PutObject'),
  server.mayNot('read outside the prefix', 'GetObject', { key: OUTSIDE }),
  server.may('tell what is gone from what is forbidden', 'ListBucket', {
    context: { 's3:prefix': KEY },
  }),
  server.mayNot('list the bucket', 'ListBucket'),
]

describe.each<[string, readonly Row[], () => Promise<Synthesised>]>([
  ['a signer whose rules have read', READ, () => granting({}, { read: 'receipt' })],
  ['a signer whose rules have remove', REMOVE, () => granting({}, { remove: 'receipt' })],
  [
    'a stack whose rules have claim',
    CLAIM,
    () => granting({ claim: true }, { claim: Duration.days(2) }),
  ],
  ['a server that was granted read', SERVED, () => granting({ read: true })],
])('%s', (_what, questions, synthesised) => {
  let stack: Synthesised

  beforeAll(async () => {
    stack = await synthesised()
  })

  it.each(questions)('%s %s', async (answer, _question, question) => {
    expect(await may(stack, question)).toBe(answer === 'may')
  })
})

describe('a link to an unverified object', () => {
  it('is refused by the bucket, however many permissions the signer and its server have', async () => {
    const stack = await synthesise({}, (scope, uploads) => {
      const server = new Role(scope, 'Server', { assumedBy: new AccountPrincipal(ACCOUNT) })
      uploads.grantStoredObjectAccess(server, { read: true })
      const everything = new PolicyStatement({ actions: ['s3:*'], resources: ['*'] })
      for (const role of [uploads.signer.role, server]) {
        role.addToPrincipalPolicy(everything)
        // The denial of their own is the first lock.
        expect(role.node.tryFindChild('DefaultPolicy')).toBeDefined()
      }
    })
    const policies = Object.values(stack.resources).filter(
      ({ Type }) => Type === 'AWS::IAM::Policy',
    )
    for (const { Properties } of policies) {
      const { Statement } = Properties.PolicyDocument
      Properties.PolicyDocument.Statement = Statement.filter(
        ({ Effect }: { Effect: string }) => Effect === 'Allow',
      )
    }
    for (const who of [SIGNER, SERVER, 'administrator'] as const) {
      expect(await may(stack, link(who, VERIFIED))).toBe(true)
      for (const tags of [PENDING, REJECTED, undefined]) {
        expect(await may(stack, link(who, tags))).toBe(false)
      }
    }
  })
})

describe('rules in code', () => {
  const allowing = (codeAllows: CodeFeatures) =>
    synthesise(() => ({
      signerCode: Code.fromAsset('packages/waybill-aws/dist/lambda-assets/signer'),
      codeAllows,
    }))

  it('allow nothing with stored objects by default', async () => {
    const stack = await allowing({})
    const remove = { who: SIGNER, action: 's3:DeleteObject', key: KEY }
    expect(await may(stack, remove)).toBe(false)
    expect(await may(stack, link(SIGNER, VERIFIED))).toBe(false)
  })

  it('allow what codeAllows lists', async () => {
    const stack = await allowing({ read: true, remove: true, claims: [Duration.days(30)] })
    expect(await may(stack, { who: SIGNER, action: 's3:DeleteObject', key: KEY })).toBe(true)
    expect(await may(stack, link(SIGNER, VERIFIED))).toBe(true)
    const unclaimed = { ...PENDING, 'waybill-claim': '30' }
    expect(await may(stack, tag(SIGNER, undefined, unclaimed, 's3:PutObjectTagging'))).toBe(true)
  })
})

describe('unclaimed objects', () => {
  const expiring = async (resumableFor?: Duration) => {
    const stack = await synthesise({
      rules: rule({ claim: Duration.days(2) }),
      ...(resumableFor ? { resumableFor } : {}),
    })
    const { Rules } = only(stack, 'AWS::S3::Bucket').Properties.LifecycleConfiguration
    return Rules.filter(({ Id }: { Id: string }) => Id.startsWith('expire-unclaimed'))
  }

  it('expire after the configured days, but multipart ones no sooner than they can be resumed', async () => {
    const rest = { NoncurrentVersionExpiration: { NoncurrentDays: 1 }, Status: 'Enabled' }
    expect(await expiring()).toEqual(
      [2, 9].map((days) => ({
        Id: `expire-unclaimed-${days}`,
        TagFilters: [{ Key: 'waybill-claim', Value: String(days) }],
        ExpirationInDays: days,
        ...rest,
      })),
    )
    const shorter = await expiring(Duration.hours(30))
    expect(shorter).toMatchObject([{ ExpirationInDays: 2 }, { ExpirationInDays: 4 }])
  })

  it.each([Duration.hours(36), Duration.days(400)])('reject %s', async (claim) => {
    await expect(synthesise({ rules: rule({ claim }) })).rejects.toThrow(/'1 day' to '365 days'/)
  })

  it('need the pending tag', async () => {
    const rules = rule({ claim: Duration.days(2) })
    await expect(synthesise({ rules, pendingTag: false })).rejects.toThrow(/claim, which needs/)
  })
})
