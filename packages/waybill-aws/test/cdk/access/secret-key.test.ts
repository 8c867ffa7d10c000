/**
 * A secret under a customer's KMS key: who reads the secret may decrypt with that key, through Secrets Manager alone.
 *
 * @module
 */

import type { Stack } from 'aws-cdk-lib'
import { AccountPrincipal, Role } from 'aws-cdk-lib/aws-iam'
import { type IKey, Key } from 'aws-cdk-lib/aws-kms'
import { type ISecret, Secret } from 'aws-cdk-lib/aws-secretsmanager'
import { beforeAll, describe, expect, it } from 'vitest'
import { ACCOUNT, REGION, type Synthesised, synthesise } from '../synthesised.ts'
import { may, type Question } from './access.ts'
import { ARRIVAL, READER, SIGNER } from './questions.ts'

const SERVER = { role: /Server/ }
/** Those who read the secret. */
const READERS_OF_SECRET = [
  ['the signer', SIGNER],
  ['arrival', ARRIVAL],
  ["the application's server", SERVER],
] as const

const ELSEWHERE = `arn:aws:kms:${REGION}:${ACCOUNT}:key/0a1b2c3d-0000-4000-8000-000000000000`

function through(service: string, region = REGION) {
  return { 'kms:ViaService': `${service}.${region}.amazonaws.com` }
}

/** A stack with a secret of the application's, its server, and a reader of objects. */
function withSecret(secretIn: (stack: Stack) => ISecret): Promise<Synthesised> {
  return synthesise(
    (stack) => ({ secret: secretIn(stack) }),
    (stack, uploads) => {
      const roleOf = (id: string) =>
        new Role(stack, id, { assumedBy: new AccountPrincipal(ACCOUNT) })
      uploads.grantStoredObjectAccess(roleOf('Server'), { read: true })
      uploads.grantReadVerified(roleOf('Reader'))
    },
  )
}

describe("a secret under a customer's key", () => {
  let stack: Synthesised
  let key: string

  beforeAll(async () => {
    stack = await withSecret((scope) => {
      const encryptionKey: IKey = new Key(scope, 'Key')
      return new Secret(scope, 'Given', { encryptionKey }) as ISecret
    })
    const id = Object.keys(stack.resources).find(
      (name) => stack.resources[name]?.Type === 'AWS::KMS::Key',
    )
    key = `arn:aws:kms:${REGION}:${ACCOUNT}:key/${id}`
  })

  const ask = (who: Question['who'], action: string, more: Partial<Question> = {}) =>
    may(stack, { who, action, resource: key, context: through('secretsmanager'), ...more })

  it.each(READERS_OF_SECRET)(
    'can be decrypted by %s through Secrets Manager',
    async (_name, who) => {
      expect(await ask(who, 'kms:Decrypt')).toBe(true)
    },
  )

  it.each(READERS_OF_SECRET)('gives %s no other use of its key', async (_name, who) => {
    for (const context of [
      through('s3'),
      through('lambda'),
      through('secretsmanager', 'eu-central-1'),
      {},
    ]) {
      expect(await ask(who, 'kms:Decrypt', { context })).toBe(false)
    }
    for (const action of ['Encrypt', 'GenerateDataKey', 'ReEncryptFrom', 'CreateGrant']) {
      expect(await ask(who, `kms:${action}`)).toBe(false)
    }
    for (const action of ['PutKeyPolicy', 'DisableKey', 'ScheduleKeyDeletion', 'DescribeKey']) {
      expect(await ask(who, `kms:${action}`, { context: {} })).toBe(false)
    }
    expect(await ask(who, 'kms:Decrypt', { resource: ELSEWHERE })).toBe(false)
  })

  it('cannot be decrypted by a role that only reads objects', async () => {
    expect(await ask(READER, 'kms:Decrypt')).toBe(false)
    const { Ref: secret } = stack.stack.resolve(stack.uploads.secret.secretArn)
    const resource = `arn:aws:secretsmanager:${REGION}:${ACCOUNT}:secret:${secret}-AbCdEf`
    const action = 'secretsmanager:GetSecretValue'
    expect(await may(stack, { who: READER, action, resource })).toBe(false)
    expect(await may(stack, { who: SIGNER, action, resource })).toBe(true)
  })
})

describe('an imported secret', () => {
  const secretIn = (region: string) =>
    `arn:aws:secretsmanager:${region}:${ACCOUNT}:secret:seal-AbCdEf`
  const mayDecrypt = (stack: Synthesised, region: string) =>
    may(stack, {
      who: SIGNER,
      action: 'kms:Decrypt',
      resource: ELSEWHERE,
      context: through('secretsmanager', region),
    })

  it.each([REGION, 'us-east-1'])(
    "with its key is decrypted through its region's Secrets Manager: %s",
    async (region) => {
      const stack = await withSecret((scope) => {
        const encryptionKey = Key.fromKeyArn(scope, 'Key', ELSEWHERE)
        const secretCompleteArn = secretIn(region)
        return Secret.fromSecretAttributes(scope, 'Given', { secretCompleteArn, encryptionKey })
      })
      expect(await mayDecrypt(stack, region)).toBe(true)
      expect(await mayDecrypt(stack, region === REGION ? 'us-east-1' : REGION)).toBe(false)
    },
  )

  it('without its key grants access to no key', async () => {
    const stack = await withSecret((scope) =>
      Secret.fromSecretCompleteArn(scope, 'Given', secretIn(REGION)),
    )
    expect(await mayDecrypt(stack, REGION)).toBe(false)
    expect(JSON.stringify(stack.resources)).not.toContain('kms:')
  })
})
