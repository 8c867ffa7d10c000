import { createHash, generateKeyPairSync } from 'node:crypto'
import { functionUrlEvent } from '@waybill/test-support/lambda-events'
import { sendForm } from '@waybill/test-support/landing'
import { type StrictS3, startStrictS3 } from 'strict-s3'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { lambdaHandler } from 'waybill-aws/lambda'
import { localSettings } from '../local-settings.ts'

const TEXT = 'the lease'
const CALLER = { iam: { userArn: 'arn:aws:iam::111122223333:user/ada' } }

let s3: StrictS3

beforeAll(async () => {
  s3 = await startStrictS3({ buckets: ['uploads'] })
})
afterAll(() => s3.close())

/** Uploads a file, and asks for a link to it. */
async function askForLink(settings: Readonly<Record<string, string>>) {
  const privateKey = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
  const SecretString = privateKey.export({ type: 'pkcs8', format: 'pem' })
  const handler = lambdaHandler({
    log: () => {},
    send: async () => ({ status: 200, body: JSON.stringify({ SecretString }) }),
    environment: {
      ...localSettings(s3),
      WAYBILL_AUTH: 'iam',
      WAYBILL_RULES: '{"leases":{"types":["text/plain"],"maxSize":1000,"read":true}}',
      ...settings,
    },
  })
  const call = async (path: string, body: object) => {
    const headers = { 'content-type': 'application/json' }
    const sent = { method: 'POST', path, headers, body: JSON.stringify(body) }
    const answer = await handler(functionUrlEvent(sent, CALLER))
    return { statusCode: answer.statusCode, ...JSON.parse(answer.body) }
  }
  const sha256 = createHash('sha256').update(TEXT).digest('base64')
  const file = { name: 'lease.txt', type: 'text/plain', size: TEXT.length, sha256 }
  const { uploads } = await call('', { rule: 'leases', files: [file] })
  const [{ presignedPost, waybill }] = uploads
  await sendForm(presignedPost, new Blob([TEXT]))
  const { receipt, key } = await call('/complete', { waybill })
  return { key, ...(await call('/link', { receipt })) }
}

describe('lambdaHandler', () => {
  it.each([
    ['', '', 200],
    ['off', 'default', 200],
    ['off', 'on', 409],
    ['on', '', 409],
    ['on', 'default', 409],
    ['on', 'off', 200],
    ['on', 'on', 409],
  ])(
    'with the pending tag %j and verified only %j answers %i for an unverified object',
    async (pending, verified, status) => {
      const settings = { WAYBILL_PENDING_TAG: pending, WAYBILL_VERIFIED_ONLY: verified }
      expect(await askForLink(settings)).toMatchObject({ statusCode: status })
    },
  )

  it('returns links to S3, or to the distribution whose key the function has', async () => {
    const ofS3 = await askForLink({})
    expect(ofS3.url).toContain(`${s3.endpoint}/uploads/${ofS3.key}?`)
    const distributed = await askForLink({
      WAYBILL_LINKS_URL: 'https://files.example.com/',
      WAYBILL_LINKS_KEY_ID: 'K2JCJMDEHXQW5F',
      WAYBILL_LINKS_KEY_ARN: 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:links-AbCdEf',
    })
    expect(distributed.url).toContain(`https://files.example.com/${distributed.key}?`)
    expect(distributed.url).toContain('Key-Pair-Id=K2JCJMDEHXQW5F')
  })

  it('names a setting with an invalid value', async () => {
    await expect(askForLink({ WAYBILL_VERIFIED_ONLY: 'yes' })).rejects.toThrow(
      "WAYBILL_VERIFIED_ONLY is 'yes', expected default or off or on",
    )
  })
})
