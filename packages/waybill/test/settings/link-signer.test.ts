/**
 * Links of a deployed signer: by S3's signature or, where the environment names a distribution, by that one's key, which
 * lies in Secrets Manager.
 *
 * @module
 */

import { createVerify, generateKeyPairSync } from 'node:crypto'
import { type AwsService, startAwsService } from '@waybill/test-support/aws-service'
import { describe, expect, it, onTestFinished } from 'vitest'
import { linkSigner } from '../../src/settings/signer-settings.ts'

const ARN = 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:links-AbCdEf'
const LINK = {
  key: 'uploads/a/b.png',
  query: { versionId: 'v1' },
  expiration: new Date('2026-11-26T12:00:00Z'),
}
const pair = () => generateKeyPairSync('ec', { namedCurve: 'P-256' })
const pemOf = ({ privateKey }: ReturnType<typeof pair>) =>
  String(privateKey.export({ type: 'pkcs8', format: 'pem' }))

const credentials = () => ({ accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'k' })

function environment(service: AwsService) {
  return {
    AWS_REGION: 'eu-west-1',
    WAYBILL_SECRETS_ENDPOINT: service.endpoint,
    WAYBILL_LINKS_URL: 'https://files.example.com/',
    WAYBILL_LINKS_KEY_ID: 'K2JCJMDEHXQW5F',
    WAYBILL_LINKS_KEY_ARN: ARN,
  }
}

async function serviceWith(secret: () => string): Promise<AwsService> {
  const service = await startAwsService('k', () => ({
    status: 200,
    body: { SecretString: secret() },
  }))
  onTestFinished(() => service.close())
  return service
}

function isSignedBy(url: string, { publicKey }: ReturnType<typeof pair>): boolean {
  const { searchParams } = new URL(url)
  const resource = url.slice(0, url.indexOf('&Expires='))
  const condition = { DateLessThan: { 'AWS:EpochTime': Number(searchParams.get('Expires')) } }
  const policy = JSON.stringify({ Statement: [{ Resource: resource, Condition: condition }] })
  const [, signature = ''] = /Signature=([^&]+)/.exec(url) ?? []
  const base64 = signature.replaceAll('-', '+').replaceAll('_', '=').replaceAll('~', '/')
  return createVerify('SHA256').update(policy).verify(publicKey, base64, 'base64')
}

describe('linkSigner', () => {
  it('leaves links to S3 if no distribution is named', () => {
    expect(linkSigner({ credentials, environment: {} })).toBeUndefined()
  })

  it('fetches the key with the first link, and then not again', async () => {
    const keys = pair()
    const service = await serviceWith(() => pemOf(keys))
    const sign = linkSigner({ credentials, environment: environment(service) })
    expect(service.calls).toEqual([])
    for (const _ of [1, 2]) expect(isSignedBy(String(await sign?.(LINK)), keys)).toBe(true)
    expect(service.calls).toEqual([
      { target: 'secretsmanager.GetSecretValue', body: { SecretId: ARN } },
    ])
  })

  it('switches to a replaced key after a quarter of an hour', async () => {
    const [old, replacing] = [pair(), pair()]
    let current = old
    let now = new Date()
    const service = await serviceWith(() => pemOf(current))
    const sign = linkSigner({ credentials, environment: environment(service), now: () => now })
    expect(isSignedBy(String(await sign?.(LINK)), old)).toBe(true)
    current = replacing
    expect(isSignedBy(String(await sign?.(LINK)), old)).toBe(true)
    now = new Date(now.getTime() + 15 * 60_000)
    expect(isSignedBy(String(await sign?.(LINK)), replacing)).toBe(true)
  })

  it('fetches again after an invalid key', async () => {
    const keys = pair()
    const values = ['not a key', pemOf(keys)]
    const service = await serviceWith(() => values.shift() ?? '')
    let now = new Date()
    const sign = linkSigner({ credentials, environment: environment(service), now: () => now })
    await expect(Promise.resolve(sign?.(LINK))).rejects.toThrow(/private key is not PEM/)
    now = new Date(now.getTime() + 15 * 60_000)
    expect(isSignedBy(String(await sign?.(LINK)), keys)).toBe(true)
  })

  it.each(['WAYBILL_LINKS_KEY_ID', 'WAYBILL_LINKS_KEY_ARN'])('needs %s', async (name) => {
    const service = await serviceWith(() => '')
    const given = { ...environment(service), [name]: '' }
    expect(() => linkSigner({ credentials, environment: given })).toThrow(`${name} is not set`)
  })
})
