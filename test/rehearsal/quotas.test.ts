/**
 * Quotas in an account that moto plays: the table as the construct makes it, by CloudFormation, and what the signer asks
 * of it. moto is another's DynamoDB than dynalite, and it tells what an item was when a condition does not hold.
 *
 * @module
 */

import { BootstraplessSynthesizer, type IStackSynthesizer, Stack } from 'aws-cdk-lib'
import { Template } from 'aws-cdk-lib/assertions'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { dynamoQuotas, type QuotaStore, type QuotaWindow } from 'waybill/signer'
import { callAwsJson } from '../../packages/waybill/src/storage/call-aws.ts'
import { makeQuotaTable } from '../../packages/waybill-aws/src/cdk/signer-function/signer-function.ts'
import { type Account, missingPackages, startAccount } from './account.ts'

const missing = await missingPackages()

const REGION = 'eu-west-1'
const CREDENTIALS = { accessKeyId: 'rehearsal', secretAccessKey: 'rehearsal' }
const WINDOW: QuotaWindow = {
  id: 'a'.repeat(64),
  limits: { files: 3, size: 1000 },
  startsAt: new Date('2026-11-26T00:00:00Z'),
  endsAt: new Date('2026-11-27T00:00:00Z'),
}

let account: Account
let table: string
/** The operations that the store has asked for. */
const asked: string[] = []

/** The template of a stack that has the table alone. */
function templateOfTable(): string {
  const synthesizer = new BootstraplessSynthesizer() as IStackSynthesizer
  const stack = new Stack(undefined, 'Quotas', { synthesizer, analyticsReporting: false })
  makeQuotaTable(stack)
  return JSON.stringify(Template.fromStack(stack).toJSON())
}

/** CloudFormation speaks another protocol than all that Waybill calls. */
async function createStack(url: string, TemplateBody: string): Promise<string> {
  const scope = `rehearsal/20261126/${REGION}/cloudformation/aws4_request`
  const authorization = `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=0`
  const form = { Action: 'CreateStack', Version: '2010-05-15', StackName: 'Quotas', TemplateBody }
  const body = new URLSearchParams(form)
  const response = await fetch(url, { method: 'POST', headers: { authorization }, body })
  return response.text()
}

function dynamo(operation: string, body: object): Promise<unknown> {
  return callAwsJson(
    { service: 'dynamodb', target: `DynamoDB_20120810.${operation}`, version: '1.0', body },
    { region: REGION, credentials: CREDENTIALS, endpoint: account.url },
  )
}

function storeOf(): QuotaStore {
  const place = { table, region: REGION, endpoint: account.url, credentials: CREDENTIALS }
  return dynamoQuotas({
    ...place,
    send: async ({ url, headers, body }) => {
      asked.push(String(headers['x-amz-target']).replace(/.*\./, ''))
      const response = await fetch(url, { method: 'POST', headers, body })
      return { status: response.status, body: await response.text() }
    },
  })
}

describe.skipIf(missing !== undefined)('quotas in an AWS account', () => {
  beforeAll(async () => {
    account = await startAccount()
    expect(await createStack(account.url, templateOfTable())).toContain('StackId')
    const { TableNames: names } = (await dynamo('ListTables', {})) as { TableNames: string[] }
    expect(names).toHaveLength(1)
    table = names[0] ?? ''
  })
  afterAll(() => account?.close())

  it('have the table that the construct creates', async () => {
    expect(await dynamo('DescribeTable', { TableName: table })).toMatchObject({
      Table: {
        KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
        BillingModeSummary: { BillingMode: 'PAY_PER_REQUEST' },
      },
    })
  })

  it('are counted with one request per file, rejected or not', async () => {
    const store = storeOf()
    asked.length = 0
    const one = { files: 1, size: 300 }
    const taken = [
      await store.take(WINDOW, one),
      await store.take(WINDOW, one),
      await store.take(WINDOW, { files: 1, size: 401 }),
      await store.take(WINDOW, { files: 1, size: 400 }),
      await store.take(WINDOW, { files: 1, size: 0 }),
    ]
    expect(taken).toEqual([
      { isTaken: true, remaining: { files: 2, size: 700 } },
      { isTaken: true, remaining: { files: 1, size: 400 } },
      { isTaken: false, remaining: { files: 1, size: 400 } },
      { isTaken: true, remaining: { files: 0, size: 0 } },
      { isTaken: false, remaining: { files: 0, size: 0 } },
    ])
    expect(asked).toEqual(taken.map(() => 'UpdateItem'))
  })

  it('write an item that expires an hour after its window', async () => {
    const Key = { id: { S: WINDOW.id } }
    const end = String(Date.parse('2026-11-27T01:00:00Z') / 1000)
    expect(await dynamo('GetItem', { TableName: table, Key })).toMatchObject({
      Item: { ...Key, files: { N: '3' }, size: { N: '1000' }, expiresAt: { N: end } },
    })
  })

  it('are given back, and no more than was counted', async () => {
    const store = storeOf()
    await store.giveBack(WINDOW, { files: 1, size: 400 })
    expect(await store.remaining(WINDOW)).toEqual({ files: 1, size: 400 })
    await store.giveBack(WINDOW, { files: 1, size: 601 })
    expect(await store.remaining(WINDOW)).toEqual({ files: 1, size: 400 })
    const other = { ...WINDOW, id: 'b'.repeat(64) }
    await store.giveBack(other, { files: 1, size: 1 })
    expect(await store.remaining(other)).toEqual(WINDOW.limits)
  })
})
