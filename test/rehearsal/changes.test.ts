/**
 * Changes of a deployment that has users, each of which might lose objects, verdicts or links in silence: a
 * notification of the application's own comes and goes, a secret is retired, a link key is replaced, the stack is
 * destroyed and made again over the same bucket.
 *
 * CDK's function for notifications runs here, with the code that the template holds.
 *
 * @module
 */

import { generateKeyPairSync } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { objectCreatedEvent } from '@waybill/test-support/lambda-events'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { callAwsJson } from '../../packages/waybill/src/storage/call-aws.ts'
import { buildLambdas } from '../../tools/build/lambdas.ts'
import { type Account, type Deed, missingPackages, startAccount } from './account.ts'
import { type Cdk, cdkFor, type Outcome } from './cdk.ts'
import { named } from './deployed.ts'
import { runFunction, storeByForm } from './running.ts'

const missing = await missingPackages()

const REGION = 'eu-west-1'
const APP = fileURLToPath(new URL('app.ts', import.meta.url))
const OWNER = 'arn:aws:iam::123456789012:user/ada'

let account: Account
let cdk: Cdk

/** @returns The file with a new public key. */
async function newKey(name: string): Promise<string> {
  const file = join(account.folder, `${name}.pem`)
  const { publicKey } = generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  })
  await writeFile(file, publicKey)
  return file
}

function deploy(context: Readonly<Record<string, string>> = {}): Promise<Outcome> {
  const given = Object.entries(context).map(([name, value]) => `--context=${name}=${value}`)
  return cdk(REGION, 'deploy', '--require-approval=never', ...given)
}

/** The last thing that was done to the one resource of a type whose id holds a piece. */
async function deedOf(type: string, id: string, stack = 'Uploads'): Promise<Deed> {
  const deeds = (await account.deeds()).filter(
    (deed) => deed.type === type && deed.stack === stack && deed.did !== 'delete',
  )
  return named(Object.fromEntries(deeds.map((deed) => [deed.id, deed])), id)[1]
}

const functionOf = (name: 'Signer' | 'Arrival', stack?: string) =>
  deedOf('AWS::Lambda::Function', `${name}Function`, stack)

describe.skipIf(missing !== undefined)('a deployment with users', () => {
  let bucketName: string
  let secretArn: string
  /** Stored by the first deployment, and not judged by it. */
  let unjudged: { readonly key: string; readonly size: number }

  const bucket = async () => (await account.inventory(REGION)).buckets[bucketName]
  const judge = async (object: { readonly key: string; readonly size: number }, stack?: string) =>
    runFunction(account, await functionOf('Arrival', stack), objectCreatedEvent(bucketName, object))

  beforeAll(async () => {
    await buildLambdas()
    account = await startAccount()
    cdk = cdkFor(account, `--app=${process.execPath} --conditions=@waybill/source ${APP}`)
    expect((await cdk(REGION, 'bootstrap')).code).toBe(0)
    const { code, outputs } = await deploy()
    expect(code).toBe(0)
    bucketName = outputs.BucketName ?? ''
    secretArn = outputs.SecretArn ?? ''
    const caller = { iam: { userArn: OWNER } }
    unjudged = await storeByForm(account, await functionOf('Signer'), 'stored by ada', caller)
  })
  afterAll(() => account?.close())

  describe("that adds the application's own notification to the bucket", () => {
    it('still reports uploads to arrival', async () => {
      expect((await deploy({ notify: 'removed,tagged' })).code).toBe(0)
      const { notifications } = await bucket()
      expect(notifications.EventBridgeConfiguration).toEqual({})
      expect(notifications.QueueConfigurations).toHaveLength(2)
    })

    it('still does so after one of two is removed, and then the last', async () => {
      expect((await deploy({ notify: 'tagged' })).code).toBe(0)
      const { notifications } = await bucket()
      expect(notifications.EventBridgeConfiguration).toEqual({})
      expect(notifications.QueueConfigurations).toMatchObject([{ Events: ['s3:ObjectTagging:*'] }])
      expect((await deploy()).code).toBe(0)
      expect((await bucket()).notifications).toEqual({ EventBridgeConfiguration: {} })
    })
  })

  describe('that retires its secret', () => {
    const putSecret = (...secrets: readonly string[]) =>
      callAwsJson(
        {
          service: 'secretsmanager',
          target: 'secretsmanager.PutSecretValue',
          body: { SecretId: secretArn, SecretString: JSON.stringify(secrets) },
        },
        {
          region: REGION,
          credentials: { accessKeyId: 'rehearsal', secretAccessKey: 'rehearsal' },
          endpoint: account.url,
        },
      )

    it('keeps a verdict when the object is judged again, and judges with the restored secret', async () => {
      const [old, next] = [(await account.inventory(REGION)).secrets[secretArn], 'n'.repeat(64)]
      const caller = { iam: { userArn: OWNER } }
      const stored = await storeByForm(account, await functionOf('Signer'), 'judged', caller)
      expect(await judge(stored)).toMatchObject({ verdict: 'verified' })
      await putSecret(next)
      await expect(judge(stored)).rejects.toThrow(/secret that is not among those given/)
      await expect(judge(unjudged)).rejects.toThrow(/secret that is not among those given/)
      expect(await account.tags(bucketName, stored.key)).toMatchObject({ waybill: 'verified' })
      // moto does not keep the tag that comes with a form.
      expect(await account.tags(bucketName, unjudged.key)).toEqual({})
      await putSecret(next, old)
      expect(await judge(stored)).toMatchObject({ verdict: 'verified', owner: OWNER })
    })
  })

  describe("that replaces its links' key", () => {
    const keys = async () => {
      const group = await deedOf('AWS::CloudFront::KeyGroup', 'LinkKeys')
      const { properties } = await functionOf('Signer')
      const current: string = properties.Environment.Variables.WAYBILL_LINKS_KEY_ID
      return { accepted: group.properties.KeyGroupConfig.Items, current }
    }

    it('accepts the new key first, then signs with it, and then forgets the old one', async () => {
      const [oldKey, key] = [await newKey('old'), await newKey('new')]
      expect((await deploy({ key: oldKey })).code).toBe(0)
      const before = await keys()
      expect(before.accepted).toEqual([before.current])
      expect((await deploy({ key: oldKey, otherKey: key })).code).toBe(0)
      const added = await keys()
      expect(added).toEqual({ ...before, accepted: [before.current, expect.any(String)] })
      expect((await deploy({ key, otherKey: oldKey })).code).toBe(0)
      const during = await keys()
      // The very resource that CloudFront has accepted since, and the one that links of before name.
      expect(during.current).toBe(added.accepted[1])
      expect(during.accepted).toEqual([during.current, before.current])
      expect((await deploy({ key })).code).toBe(0)
      expect(await keys()).toEqual({ current: during.current, accepted: [during.current] })
    })
  })

  describe('that is destroyed and created again over its bucket', () => {
    it('keeps the bucket with its policy, and the secret', async () => {
      const before = await bucket()
      expect((await cdk(REGION, 'destroy', '--force')).code).toBe(0)
      const left = await account.inventory(REGION)
      expect(left.functions).toEqual({})
      expect(Object.keys(left.secrets)).toEqual([secretArn])
      expect(left.buckets[bucketName].policy).toEqual(before.policy)
    })

    it('judges objects that the first stack stored, and knows their owners', async () => {
      const again = { stack: 'Again', bucket: bucketName, secret: secretArn }
      expect((await deploy(again)).code).toBe(0)
      expect(await judge(unjudged, 'Again')).toMatchObject({
        verdict: 'verified',
        owner: OWNER,
        key: unjudged.key,
      })
    })

    it('leaves room for a second stack in the account', async () => {
      const { code, outputs } = await deploy({ stack: 'Second' })
      expect(code).toBe(0)
      expect(outputs.BucketName).not.toBe(bucketName)
    })
  })
})
