/**
 * A secret under a customer's KMS key that the functions may not use, until somebody lets them: what Secrets Manager
 * says of it reaches the log, callers are told to ask again, and the same functions go on.
 *
 * @module
 */

import { type Reply, startAwsService } from '@waybill/test-support/aws-service'
import { eventually } from '@waybill/test-support/eventually'
import { objectCreatedEvent } from '@waybill/test-support/lambda-events'
import { PNG } from '@waybill/test-support/samples'
import { postForm } from '@waybill/test-support/upload-form'
import { startStrictS3 } from 'strict-s3'
import { describe, expect, it, onTestFinished } from 'vitest'
import { ask, BUCKET, REGION, SECRET, signForm, useBundles } from './bundles.ts'

const start = useBundles()

const ARN = `arn:aws:secretsmanager:${REGION}:111122223333:secret:seal-AbCdEf`
const CREDENTIALS = { accessKeyId: 'functions', secretAccessKey: 'of-the-functions' }

/** Secrets Manager's words where KMS refuses the role, and where it has no use for the key. */
const REFUSALS: readonly (readonly [what: string, code: string, message: string])[] = [
  ['the role may not use the key', 'AccessDeniedException', 'Access to KMS is not allowed'],
  [
    'the key is disabled',
    'DecryptionFailure',
    "Secrets Manager can't decrypt the protected secret text using the provided KMS key.",
  ],
]

async function setUp(code: string, message: string) {
  const s3 = await startStrictS3({ region: REGION, buckets: [BUCKET], credentials: [CREDENTIALS] })
  let isAllowed = false
  const refused: Reply = { status: 400, body: { __type: code, Message: message } }
  const secrets = await startAwsService(CREDENTIALS.secretAccessKey, () =>
    isAllowed ? { status: 200, body: { SecretString: SECRET } } : refused,
  )
  onTestFinished(async () => {
    await s3.close()
    await secrets.close()
  })
  const fromService = {
    WAYBILL_SECRET: '',
    WAYBILL_SECRET_ARN: ARN,
    WAYBILL_SECRETS_ENDPOINT: secrets.endpoint,
  }
  const place = { endpoint: s3.endpoint, credentials: CREDENTIALS }
  return {
    startSigner: (more: Readonly<Record<string, string>> = fromService) =>
      start({ ...place, name: 'signer', more }),
    startArrival: () => start({ ...place, name: 'arrival', more: fromService }),
    allow: () => {
      isAllowed = true
    },
  }
}

/** What the log says of it, and the error that Lambda reports. */
function sentence(code: string, message: string): string {
  return `secret '${ARN}' could not be read: secretsmanager.GetSecretValue failed: ${code}: ${message}`
}

describe('an unusable KMS key for the secret', () => {
  it.each(REFUSALS)(
    'is logged by the signer, which recovers once it is fixed: %s',
    async (...row) => {
      const [, code, message] = row
      const { startSigner, allow } = await setUp(code, message)
      const signer = await startSigner()
      const refused = await ask(signer, { query: 'name=a.png&type=image/png&size=5' })
      expect(refused.statusCode).toBe(503)
      expect(JSON.parse(refused.body).error.code).toBe('SIGNER_UNAVAILABLE')
      expect(refused.body).not.toContain(ARN)
      await eventually(signer.log).toContain(sentence(code, message))
      allow()
      const form = await signForm(signer, 'a.png', 'image/png', PNG.length)
      expect((await postForm(form, PNG)).status).toBe(204)
    },
  )

  it.each(REFUSALS)('makes arrival fail, so that the event is retried: %s', async (...row) => {
    const [, code, message] = row
    const { startSigner, startArrival, allow } = await setUp(code, message)
    const signer = await startSigner({ WAYBILL_SECRET: SECRET })
    const form = await signForm(signer, 'a.png', 'image/png', PNG.length)
    expect((await postForm(form, PNG)).status).toBe(204)
    const event = objectCreatedEvent(BUCKET, { key: form.fields.key ?? '' })
    const arrival = await startArrival()
    await expect(arrival.invoke(event)).rejects.toThrow(sentence(code, message))
    allow()
    expect(await arrival.invoke(event)).toMatchObject({ verdict: 'verified' })
  })
})
