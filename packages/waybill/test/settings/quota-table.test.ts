/**
 * Quotas of a deployed signer: the rule stands in its environment, the counts in the table that is named there.
 *
 * @module
 */

import { functionUrlEvent } from '@waybill/test-support/lambda-events'
import { startDynamo } from '@waybill/test-support/quota-tables'
import { describe, expect, it } from 'vitest'
import { lambdaHandler } from 'waybill-aws/lambda'
import { quotaTable } from '../../src/settings/signer-settings.ts'

const RULES = {
  photos: {
    ...{ types: ['image/png'], maxSize: 1000, public: true, form: true },
    quota: { files: 2, size: 5000, every: 'month' },
  },
}
const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'k' }
const ENVIRONMENT = {
  AWS_REGION: 'eu-west-1',
  AWS_ACCESS_KEY_ID: credentials.accessKeyId,
  AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
  WAYBILL_BUCKET: 'uploads',
  WAYBILL_SECRET: 'a secret of more than thirty-two characters',
  WAYBILL_ALLOWED_ORIGINS: '',
  WAYBILL_AUTH: 'none',
  WAYBILL_RULES: JSON.stringify(RULES),
}

describe('lambdaHandler', () => {
  it('counts in the table from its environment, whichever instance answers', async () => {
    const { table, endpoint } = await startDynamo()
    const environment = {
      ...ENVIRONMENT,
      WAYBILL_QUOTA_TABLE: table,
      WAYBILL_QUOTAS_ENDPOINT: endpoint,
    }
    const instances = [1, 2, 3].map(() => lambdaHandler({ environment, log: () => {} }))
    const [first, ...others] = instances.map((handler) => () => handler(functionUrlEvent({})))
    expect(await first?.()).toMatchObject({ statusCode: 200 })
    const answers = await Promise.all(others.map((ask) => ask()))
    const refused = answers.find(({ statusCode }) => statusCode === 429)
    expect(answers.filter(({ statusCode }) => statusCode === 200)).toHaveLength(1)
    expect(refused?.headers).toHaveProperty('retry-after')
    const { body } = await lambdaHandler({ environment })(functionUrlEvent({ path: '/rules' }))
    expect(JSON.parse(body).rules.photos.quota).toMatchObject({
      ...RULES.photos.quota,
      remaining: { files: 0, size: 3000 },
    })
  })

  it('does not start if a rule has a quota but no table is named', () => {
    expect(() => lambdaHandler({ environment: ENVIRONMENT })).toThrow(
      'rules.photos has a quota, but the signer has no store to count it in',
    )
  })

  it('answers 503 if the table is unreachable', async () => {
    const { endpoint } = await startDynamo()
    const environment = {
      ...ENVIRONMENT,
      WAYBILL_QUOTA_TABLE: 'another',
      WAYBILL_QUOTAS_ENDPOINT: endpoint,
    }
    const errors: unknown[] = []
    const onError = (error: unknown) => errors.push(error)
    const handler = lambdaHandler({ environment, onError, log: () => {} })
    expect(await handler(functionUrlEvent({}))).toMatchObject({ statusCode: 503 })
    expect(String(errors)).toContain('ResourceNotFoundException')
  })
})

describe('quotaTable', () => {
  it("uses the function's region, and can return what was counted", async () => {
    const sent: string[] = []
    const store = quotaTable({
      environment: { ...ENVIRONMENT, WAYBILL_REGION: 'us-east-1', WAYBILL_QUOTA_TABLE: 'counts' },
      credentials: () => credentials,
      send: async ({ url, body }) => {
        sent.push(url, JSON.parse(body).TableName)
        return { status: 200, body: '{}' }
      },
    })
    const window = {
      ...{ id: 'a', limits: { files: 1, size: 1 } },
      ...{ startsAt: new Date(0), endsAt: new Date(1) },
    }
    await store?.giveBack(window, { files: 1, size: 1 })
    expect(sent).toEqual(['https://dynamodb.eu-west-1.amazonaws.com/', 'counts'])
  })

  it('is undefined if no table is named', () => {
    expect(quotaTable({ environment: ENVIRONMENT, credentials: () => credentials })).toBeUndefined()
  })
})
