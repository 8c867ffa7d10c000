/**
 * What DynamoDB is asked, and what becomes of answers that are no yes. dynalite is asked elsewhere;
 * here a service that checks signatures answers what the test says.
 *
 * @module
 */

import { type Reply, startAwsService } from '@waybill/test-support/aws-service'
import { describe, expect, it, onTestFinished } from 'vitest'
import { dynamoQuotas, type QuotaWindow } from 'waybill/signer'

const CREDENTIALS = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'the-secret-key' }
const ID = 'a'.repeat(64)
const WINDOW: QuotaWindow = {
  id: ID,
  limits: { files: 10, size: 1000 },
  startsAt: new Date('2026-11-26T00:00:00Z'),
  endsAt: new Date('2026-11-27T00:00:00Z'),
}
const ONE = { files: 1, size: 400 }
const NAMES = { '#id': 'id', '#files': 'files', '#size': 'size' }
const TOKEN = 'token of this call'
const TAKEN: Reply = {
  status: 200,
  body: { Attributes: { id: { S: ID }, files: { N: '3' }, size: { N: '700' } } },
}
const refused = (Item?: object): Reply => ({
  status: 400,
  body: {
    __type: 'com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException',
    message: 'The conditional request failed',
    ...(Item ? { Item } : {}),
  },
})
const FAILED: Reply = { status: 500, body: { __type: 'InternalServerError' } }
const THROTTLED: Reply = {
  status: 400,
  body: { __type: 'com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException' },
}

async function storeOf(...script: readonly Reply[]) {
  const service = await startAwsService(
    CREDENTIALS.secretAccessKey,
    (_call, count) => script[count - 1] ?? { status: 418, body: {} },
  )
  onTestFinished(() => service.close())
  const { endpoint } = service
  const asked: string[] = []
  const store = dynamoQuotas({
    ...{ table: 'upload-quotas', region: 'eu-west-1', endpoint },
    credentials: async () => CREDENTIALS,
    newToken: () => TOKEN,
    send: async ({ url, headers, body }) => {
      asked.push(String(headers['content-type']))
      const response = await fetch(url, { method: 'POST', headers, body })
      return { status: response.status, body: await response.text() }
    },
  })
  return { store, calls: service.calls, asked }
}

describe('take', () => {
  it('is one conditional UpdateItem', async () => {
    const { store, calls, asked } = await storeOf(TAKEN)
    expect(await store.take(WINDOW, ONE)).toEqual({
      isTaken: true,
      remaining: { files: 7, size: 300 },
    })
    expect(asked).toEqual(['application/x-amz-json-1.0'])
    expect(calls).toEqual([
      {
        target: 'DynamoDB_20120810.UpdateItem',
        body: {
          TableName: 'upload-quotas',
          Key: { id: { S: ID } },
          UpdateExpression:
            'SET #expiresAt = :expiresAt, #last = :last ADD #files :files, #size :size',
          ConditionExpression:
            'attribute_not_exists(#id) OR (#last <> :last AND #files <= :mostFiles AND #size <= :mostSize)',
          ExpressionAttributeNames: { ...NAMES, '#last': 'last', '#expiresAt': 'expiresAt' },
          ExpressionAttributeValues: {
            ':files': { N: '1' },
            ':size': { N: '400' },
            ':mostFiles': { N: '9' },
            ':mostSize': { N: '600' },
            ':last': { S: TOKEN },
            // An hour after the window's end, in seconds.
            ':expiresAt': { N: String(Date.parse('2026-11-27T01:00:00Z') / 1000) },
          },
          ReturnValues: 'ALL_NEW',
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        },
      },
    ])
  })

  it("is sent to AWS's endpoint in the region, signed for DynamoDB", async () => {
    const sent: { url: string; headers: Readonly<Record<string, string>> }[] = []
    const store = dynamoQuotas({
      ...{ table: 'upload-quotas', region: 'eu-west-1', credentials: CREDENTIALS },
      send: async (request) => {
        sent.push(request)
        return { status: 200, body: JSON.stringify(TAKEN.body) }
      },
    })
    await store.take(WINDOW, ONE)
    expect(sent).toEqual([
      expect.objectContaining({
        url: 'https://dynamodb.eu-west-1.amazonaws.com/',
        headers: expect.objectContaining({
          authorization: expect.stringContaining('/eu-west-1/dynamodb/aws4_request,'),
        }),
      }),
    ])
  })

  it('returns what is left if the condition fails, from the same response', async () => {
    const { store, calls } = await storeOf(refused({ files: { N: '10' }, size: { N: '20' } }))
    expect(await store.take(WINDOW, ONE)).toEqual({
      isTaken: false,
      remaining: { files: 0, size: 980 },
    })
    expect(calls).toHaveLength(1)
  })

  it('succeeds if an earlier attempt, whose response was lost, has counted it', async () => {
    const item = { files: { N: '10' }, size: { N: '20' }, last: { S: TOKEN } }
    const { store, calls } = await storeOf(FAILED, refused(item))
    expect(await store.take(WINDOW, ONE)).toEqual({
      isTaken: true,
      remaining: { files: 0, size: 980 },
    })
    expect(calls).toHaveLength(2)
    const other = { ...item, last: { S: 'token of another call' } }
    const { store: another } = await storeOf(FAILED, refused(other))
    expect(await another.take(WINDOW, ONE)).toMatchObject({ isTaken: false })
  })

  it('requests what is left if the response does not include it', async () => {
    const item = { status: 200, body: { Item: { files: { N: '10' }, size: { N: '20' } } } }
    const { store, calls } = await storeOf(refused(), item)
    expect(await store.take(WINDOW, ONE)).toMatchObject({ remaining: { files: 0, size: 980 } })
    expect(calls[1]).toEqual({
      target: 'DynamoDB_20120810.GetItem',
      body: {
        TableName: 'upload-quotas',
        Key: { id: { S: ID } },
        ConsistentRead: true,
        ProjectionExpression: '#files, #size, #last',
        ExpressionAttributeNames: { '#files': 'files', '#size': 'size', '#last': 'last' },
      },
    })
  })

  it.each([
    ['throttled', THROTTLED],
    ['failed', FAILED],
  ])('is retried if it was %s', async (_what, reply) => {
    const { store, calls } = await storeOf(reply, reply, TAKEN)
    expect(await store.take(WINDOW, ONE)).toMatchObject({ isTaken: true })
    expect(calls).toHaveLength(3)
  })

  it.each([
    ['three times throttled', [THROTTLED, THROTTLED, THROTTLED], 'Throughput'],
    [
      'without a table',
      [{ status: 400, body: { __type: 'ResourceNotFoundException' } }],
      'ResourceNotFound',
    ],
    ['not permitted', [{ status: 400, body: { __type: 'AccessDeniedException' } }], 'AccessDenied'],
    ['no count', [{ status: 200, body: {} }], 'no number files'],
    ['a list', Array(3).fill({ status: 200, body: [] }), 'HTTP 200'],
    [
      'no number',
      [{ status: 200, body: { Attributes: { files: { N: 'NaN' }, size: { N: '1' } } } }],
      'no number files',
    ],
    [
      'a number that is not a string',
      [{ status: 200, body: { Attributes: { files: { N: 3 }, size: { N: '1' } } } }],
      'no number files',
    ],
    [
      'null for a number',
      [{ status: 200, body: { Attributes: { files: null, size: { N: '1' } } } }],
      'no number files',
    ],
    [
      'no size',
      [{ status: 200, body: { Attributes: { files: { N: '1' }, size: { S: '1' } } } }],
      'no number size',
    ],
  ] as const)('counts nothing after a response that is %s', async (_what, script, message) => {
    const { store } = await storeOf(...script)
    await expect(store.take(WINDOW, ONE)).rejects.toThrow(message)
  })
})

describe('giveBack', () => {
  it('is one UpdateItem, for an item with a sufficient count', async () => {
    const { store, calls } = await storeOf({ status: 200, body: {} })
    await store.giveBack(WINDOW, ONE)
    expect(calls).toEqual([
      {
        target: 'DynamoDB_20120810.UpdateItem',
        body: {
          TableName: 'upload-quotas',
          Key: { id: { S: ID } },
          UpdateExpression: 'ADD #files :minusFiles, #size :minusSize',
          ConditionExpression: 'attribute_exists(#id) AND #files >= :files AND #size >= :size',
          ExpressionAttributeNames: NAMES,
          ExpressionAttributeValues: {
            ':files': { N: '1' },
            ':size': { N: '400' },
            ':minusFiles': { N: '-1' },
            ':minusSize': { N: '-400' },
          },
        },
      },
    ])
  })

  it('leaves an expired item alone', async () => {
    const { store } = await storeOf(refused())
    await expect(store.giveBack(WINDOW, ONE)).resolves.toBeUndefined()
  })

  it('is not retried if it may have been done', async () => {
    const { store, calls } = await storeOf(FAILED, { status: 200, body: {} })
    await expect(store.giveBack(WINDOW, ONE)).rejects.toThrow('InternalServerError')
    expect(calls).toHaveLength(1)
  })
})
