/**
 * What each caller may and may not do in a deployed stack, asked of AWS's policy evaluation offline.
 *
 * @module
 */

import type { Stack } from 'aws-cdk-lib'
import { AccountPrincipal, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import { type IKey, Key } from 'aws-cdk-lib/aws-kms'
import { beforeAll, describe, expect, it } from 'vitest'
import { ACCOUNT, REGION, type Synthesised, synthesise } from '../synthesised.ts'
import { may, type Question } from './access.ts'
import {
  ARRIVAL,
  KEY,
  PENDING,
  QUESTIONS,
  READER,
  REJECTED,
  SIGNER,
  VERIFIED,
} from './questions.ts'

function addReader(...[stack, uploads]: Parameters<NonNullable<Parameters<typeof synthesise>[1]>>) {
  uploads.grantReadVerified(new Role(stack, 'Reader', { assumedBy: new AccountPrincipal(ACCOUNT) }))
}

function keyArnOf({ resources }: Synthesised): string {
  const key = Object.keys(resources).find((id) => resources[id]?.Type.endsWith('::Key'))
  return `arn:aws:kms:${REGION}:${ACCOUNT}:key/${key}`
}

function through(service: string) {
  return { 'kms:ViaService': `${service}.${REGION}.amazonaws.com` }
}

describe('the deployed stack', () => {
  let stack: Synthesised

  beforeAll(async () => {
    stack = await synthesise({}, addReader)
  })

  it.each(QUESTIONS)('%s %s', async (answer, _what, question) => {
    expect(await may(stack, question)).toBe(answer === 'may')
  })

  it('lets the signer and arrival each read their own secret and no other', async () => {
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

describe('replication', () => {
  it('copies unverified objects if its role is named, and reads nothing else', async () => {
    const replication = { role: /Replication/ }
    const replicating = (scope: Stack) =>
      new Role(scope, 'Replication', { assumedBy: new ServicePrincipal('s3.amazonaws.com') })
    const statement = new PolicyStatement({ actions: ['s3:Get*'], resources: ['*'] })
    const ask = async (named: boolean) => {
      const stack = await synthesise((scope) => {
        const role = replicating(scope)
        role.addToPolicy(statement)
        return named ? { unverifiedReaders: [role] } : {}
      })
      const action = 's3:GetObjectVersionForReplication'
      return may(stack, { who: replication, action, key: KEY, tags: PENDING })
    }
    expect(await ask(false)).toBe(false)
    expect(await ask(true)).toBe(true)
  })
})

describe('a signer with broad permissions', () => {
  // The role's own policy is the first lock; this asks for the second, the bucket's.
  it('still cannot set a verdict, because the bucket denies it', async () => {
    const stack = await synthesise({}, (_scope, { signer }) => {
      signer.role.addToPrincipalPolicy(new PolicyStatement({ actions: ['s3:*'], resources: ['*'] }))
    })
    const ask = (requestTags: Question['requestTags'], tags: Question['tags'] = {}) =>
      may(stack, {
        who: SIGNER,
        action: 's3:PutObjectTagging',
        key: KEY,
        tags,
        ...(requestTags ? { requestTags } : {}),
      })
    for (const there of [{}, PENDING, REJECTED]) expect(await ask(VERIFIED, there)).toBe(false)
    for (const there of [PENDING, REJECTED, VERIFIED]) {
      expect(await ask(undefined, there)).toBe(false)
      expect(await ask({ case: '7' }, there)).toBe(false)
    }
    expect(await ask(PENDING)).toBe(true)
    expect(await ask(undefined)).toBe(true)
  })
})

describe('a stack that deletes rejected objects', () => {
  it('lets arrival delete only under the prefix', async () => {
    const stack = await synthesise({ rejected: 'delete' }, addReader)
    const action = 's3:DeleteObjectVersion'
    expect(await may(stack, { who: ARRIVAL, action, key: KEY })).toBe(true)
    expect(await may(stack, { who: ARRIVAL, action, key: 'site/index.html' })).toBe(false)
  })
})

describe('a stack with a KMS key', () => {
  it('lets its roles use the key only through S3', async () => {
    const stack = await synthesise((scope) => ({ encryptionKey: new Key(scope, 'Key') as IKey }))
    const resource = keyArnOf(stack)
    const ask = (who: Question['who'], action: string, service: string) =>
      may(stack, { who, action, resource, context: through(service) })
    expect(await ask(SIGNER, 'kms:GenerateDataKey', 's3')).toBe(true)
    expect(await ask(SIGNER, 'kms:GenerateDataKey', 'lambda')).toBe(false)
    expect(await ask(ARRIVAL, 'kms:Decrypt', 's3')).toBe(true)
    expect(await ask(ARRIVAL, 'kms:GenerateDataKey', 's3')).toBe(false)
  })
})
