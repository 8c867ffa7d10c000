/**
 * Buckets of another region and of another account: how they are reached, and what their owner is
 * told to add. With that, the roles may do what they may in a bucket of the app; without, nothing.
 *
 * @module
 */

import { runSimulation } from '@cloud-copilot/iam-simulate'
import { Stack } from 'aws-cdk-lib'
import { Annotations, Match } from 'aws-cdk-lib/assertions'
import { AccountPrincipal, Role } from 'aws-cdk-lib/aws-iam'
import { type IKey, Key } from 'aws-cdk-lib/aws-kms'
import { Bucket } from 'aws-cdk-lib/aws-s3'
import { beforeAll, describe, expect, it } from 'vitest'
import type { WaybillUploadsProps } from 'waybill-aws/cdk'
import { may } from '../access/access.ts'
import { ARRIVAL, KEY, PENDING, SIGNER, VERIFIED } from '../access/questions.ts'
import { signedForm } from '../deployed-handler.ts'
import { nagFindings } from '../nag-findings.ts'
import { ACCOUNT, REGION, type Synthesised, synthesise, variablesOf } from '../synthesised.ts'

const THEIRS = '444455556666'
const BUCKET = 'their-uploads'

function over(
  place: { readonly region?: string; readonly account?: string },
  more: Partial<WaybillUploadsProps> = {},
) {
  return synthesise((scope) => ({
    bucket: Bucket.fromBucketAttributes(scope, 'Theirs', { bucketName: BUCKET, ...place }),
    ...more,
  }))
}

function warning({ stack }: Synthesised, id: string): string {
  const found = Annotations.fromStack(stack).findWarning('*', Match.stringLikeRegexp(id))
  return found.map(({ entry }) => String(entry.data)).join('\n')
}

describe('a bucket in another region', () => {
  it('is called and signed for there, and its key is used through S3 there', async () => {
    const arn = `arn:aws:kms:ap-south-1:${ACCOUNT}:key/0a1b2c3d-0000-4000-8000-000000000000`
    const stack = await synthesise((scope) => {
      const encryptionKey: IKey = Key.fromKeyArn(scope, 'Key', arn)
      const there = { bucketName: BUCKET, region: 'ap-south-1', encryptionKey }
      return { bucket: Bucket.fromBucketAttributes(scope, 'Theirs', there) }
    })
    for (const id of [/Signer/, /Arrival/]) {
      expect(variablesOf(stack, id).WAYBILL_REGION).toBe('ap-south-1')
    }
    const question = { who: SIGNER, action: 'kms:GenerateDataKey', resource: arn }
    const through = (region: string) => ({ 'kms:ViaService': `s3.${region}.amazonaws.com` })
    expect(await may(stack, { ...question, context: through('ap-south-1') })).toBe(true)
    expect(await may(stack, { ...question, context: through(REGION) })).toBe(false)
    const presignedPost = await signedForm(variablesOf(stack))
    expect(presignedPost.url).toBe(`https://${BUCKET}.s3.ap-south-1.amazonaws.com/`)
    expect(presignedPost.fields['X-Amz-Credential']).toContain('/ap-south-1/s3/')
  })

  it('forwards its events through a rule that its owner is told to add', async () => {
    expect(warning(await over({ region: 'ap-south-1' }), 'events-of-another-place')).toMatch(
      new RegExp(
        `in ap-south-1 of ${ACCOUNT}, .* event bus in ${REGION} of ${ACCOUNT}\\. .*aws\\.s3`,
      ),
    )
  })

  it('can only be scanned by GuardDuty there', async () => {
    await expect(over({ region: 'ap-south-1' }, { malwareScan: true })).rejects.toThrow(
      /the bucket is in ap-south-1 .* in its own account and region: omit malwareScan/,
    )
    await expect(over({ account: THEIRS }, { malwareScan: true })).rejects.toThrow(/omit malware/)
  })
})

describe('a bucket in the same region', () => {
  it('is named without its region, and nothing is said about events', async () => {
    for (const stack of [await synthesise(), await over({})]) {
      expect(variablesOf(stack)).not.toHaveProperty('WAYBILL_REGION')
      expect(warning(stack, 'events-of-another-place')).toBe('')
    }
  })
})

interface Statement {
  readonly Sid: string
  readonly Effect: string
}

/** What the owner is told to add, with the ARNs that the roles will have. */
function printedPolicy(stack: Synthesised): readonly Statement[] {
  const [, json = ''] = /:\n(\[[\s\S]*?\n\])/.exec(warning(stack, 'bucket-policy-not-added')) ?? []
  return JSON.parse(json.replaceAll(/<(\w+)\.Arn>/g, `arn:aws:iam::${ACCOUNT}:role/$1`))
}

describe('a bucket in another account', () => {
  let stack: Synthesised
  let policy: readonly Statement[]
  beforeAll(async () => {
    stack = await synthesise(
      (scope) => ({
        bucket: Bucket.fromBucketAttributes(scope, 'Theirs', {
          bucketName: BUCKET,
          account: THEIRS,
        }),
      }),
      (scope, uploads) => {
        const server = new Role(scope, 'Server', { assumedBy: new AccountPrincipal(ACCOUNT) })
        uploads.grantStoredObjectAccess(server, { claim: true })
      },
    )
    policy = printedPolicy(stack)
  })

  const roleOf = (id: RegExp) => {
    const found = Object.entries(stack.resources).find(
      ([name, { Type }]) => Type === 'AWS::IAM::Role' && id.test(name),
    )
    return found?.[0] ?? ''
  }

  async function ask(
    who: typeof SIGNER | 'their administrator',
    action: string,
    {
      key = KEY,
      tags = {},
      requestTags = {},
      statements = policy,
    }: {
      readonly key?: string
      readonly tags?: Record<string, string>
      readonly requestTags?: Record<string, string>
      readonly statements?: readonly Statement[]
    } = {},
  ): Promise<boolean> {
    const isTheirs = who === 'their administrator'
    const role = isTheirs ? 'Administrator' : roleOf(who.role)
    const principal = `arn:aws:iam::${isTheirs ? THEIRS : ACCOUNT}:role/${role}`
    const own = Object.values(stack.resources).filter(
      ({ Type, Properties }) => Type === 'AWS::IAM::Policy' && Properties.Roles.includes(role),
    )
    const everything = { Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] }
    const policies = isTheirs
      ? [everything]
      : own.map(({ Properties }) => Properties.PolicyDocument)
    const keys = (kind: string, all: Record<string, string>) =>
      Object.fromEntries(Object.entries(all).map(([name, value]) => [`s3:${kind}/${name}`, value]))
    const result = await runSimulation(
      {
        request: {
          principal,
          action,
          resource: { resource: `arn:aws:s3:::${BUCKET}/${key}`, accountId: THEIRS },
          contextVariables: {
            'aws:PrincipalArn': principal,
            's3:authType': 'REST-HEADER',
            ...keys('ExistingObjectTag', tags),
            ...keys('RequestObjectTag', requestTags),
            ...(Object.keys(requestTags).length > 0
              ? { 's3:RequestObjectTagKeys': Object.keys(requestTags) }
              : {}),
          },
        },
        identityPolicies: policies.map((each, at) => ({
          name: String(at),
          policy: { Version: '2012-10-17', ...each },
        })),
        serviceControlPolicies: [],
        resourceControlPolicies: [],
        resourcePolicy: { Version: '2012-10-17', Statement: statements },
      },
      {},
    )
    if (result.resultType === 'error') throw new Error(JSON.stringify(result.errors))
    return result.overallResult === 'Allowed'
  }

  it('can be used by signer and arrival once its owner adds the printed statements', async () => {
    expect(await ask(SIGNER, 's3:PutObject')).toBe(true)
    expect(await ask(SIGNER, 's3:PutObjectTagging', { requestTags: PENDING })).toBe(true)
    expect(await ask(SIGNER, 's3:GetObject')).toBe(true)
    expect(await ask(ARRIVAL, 's3:GetObjectVersion')).toBe(true)
    expect(await ask(ARRIVAL, 's3:PutObjectVersionTagging', { requestTags: VERIFIED })).toBe(true)
  })

  it("grants them no more than the app's own bucket would", async () => {
    expect(await ask(SIGNER, 's3:PutObject', { key: 'site/index.html' })).toBe(false)
    expect(await ask(SIGNER, 's3:PutObjectTagging', { requestTags: VERIFIED })).toBe(false)
    expect(await ask(SIGNER, 's3:DeleteObject')).toBe(false)
    expect(await ask(ARRIVAL, 's3:PutObject')).toBe(false)
  })

  it('lets nobody read unverified objects, not even its own administrators', async () => {
    expect(await ask('their administrator', 's3:GetObject', { tags: PENDING })).toBe(false)
    expect(await ask('their administrator', 's3:GetObject', { tags: VERIFIED })).toBe(true)
    const tagged = { requestTags: VERIFIED }
    expect(await ask('their administrator', 's3:PutObjectTagging', tagged)).toBe(false)
  })

  it('is closed to both without the statements', async () => {
    const statements = policy.filter(({ Effect }) => Effect === 'Deny')
    expect(await ask(SIGNER, 's3:PutObject', { statements })).toBe(false)
    expect(await ask(ARRIVAL, 's3:GetObject', { statements })).toBe(false)
  })

  it('includes roles in its denials that were added after the construct', () => {
    expect(JSON.stringify(policy)).toContain(`:role/${roleOf(/Server/)}`)
  })

  it('forwards its events, and the bus accepts them from the other account', () => {
    expect(warning(stack, 'events-of-another-place')).toMatch(
      new RegExp(`of ${THEIRS}, .*allow the events of the other account in the bus's policy`),
    )
  })

  it('leaves no cdk-nag findings', async () => {
    const found = nagFindings((await over({ account: THEIRS, region: 'ap-south-1' })).stack)
    expect(found).toEqual([])
    expect(Stack.isStack(stack.stack)).toBe(true)
  })
})
