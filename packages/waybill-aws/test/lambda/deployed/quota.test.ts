import { startAwsService } from '@waybill/test-support/aws-service'
import { eventually } from '@waybill/test-support/eventually'
import { startDynamo } from '@waybill/test-support/quota-tables'
import { describe, expect, it, onTestFinished } from 'vitest'
import { type Answer, ask, useBundles } from './bundles.ts'

const start = useBundles()

const CREDENTIALS = { accessKeyId: 'functions', secretAccessKey: 'of-the-functions' }
const RULE = { types: ['image/png'], maxSize: 1000, form: true, public: true }
const RULES = { photos: { ...RULE, quota: { files: 3, every: 'month' } } }
const FORM = { query: 'name=a.png&type=image/png&size=5' }

function startSigner(table: string, endpoint: string) {
  return start({
    name: 'signer',
    endpoint: 'http://127.0.0.1:9',
    credentials: CREDENTIALS,
    more: {
      WAYBILL_RULES: JSON.stringify(RULES),
      WAYBILL_QUOTA_TABLE: table,
      WAYBILL_QUOTAS_ENDPOINT: endpoint,
    },
  })
}

const codeOf = ({ body }: Answer) => JSON.parse(body).error?.code

describe("the deployed signer's quota", () => {
  it('is not exceeded by concurrent calls to several instances', async () => {
    const { table, endpoint } = await startDynamo()
    const instances = [await startSigner(table, endpoint), await startSigner(table, endpoint)]
    const answers = await Promise.all(
      Array.from({ length: 4 }, () => instances.map((signer) => ask(signer, FORM))).flat(),
    )
    const refused = answers.filter(({ statusCode }) => statusCode === 429)
    expect(answers.filter(({ statusCode }) => statusCode === 200)).toHaveLength(3)
    expect(refused).toHaveLength(5)
    for (const answer of refused) {
      expect(codeOf(answer)).toBe('QUOTA_EXCEEDED')
      expect(Number(answer.headers?.['retry-after'])).toBeGreaterThan(0)
    }
  })

  it("grants nothing while the function role's session has expired", async () => {
    let hasEnded = true
    const table = await startAwsService(CREDENTIALS.secretAccessKey, () =>
      hasEnded
        ? { status: 400, body: { __type: 'com.amazon.coral.service#ExpiredTokenException' } }
        : { status: 200, body: { Attributes: { files: { N: '1' }, size: { N: '5' } } } },
    )
    onTestFinished(() => table.close())
    const signer = await startSigner('counts', table.endpoint)
    const refused = await ask(signer, FORM)
    expect([refused.statusCode, codeOf(refused)]).toEqual([503, 'SIGNER_UNAVAILABLE'])
    await eventually(signer.log).toContain('ExpiredTokenException')
    hasEnded = false
    expect((await ask(signer, FORM)).statusCode).toBe(200)
  })
})
