/**
 * A DynamoDB that is not ours: dynalite, a table in it, and the store over that table.
 *
 * @module
 */

import { Agent, createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import dynalite from 'dynalite'
import { onTestFinished } from 'vitest'
import { dynamoQuotas, type QuotaStore } from 'waybill/signer'
import { callAwsJson, type SendRequest } from '../../packages/waybill/src/storage/call-aws.ts'
import { CREDENTIALS } from './signing.ts'

const TABLE = 'upload-quotas'
const REGION = 'eu-west-1'

/** What a store needs to reach a table. */
export interface TablePlace {
  readonly table: string
  readonly region: string
  readonly endpoint: string
  readonly credentials: typeof CREDENTIALS
  readonly send: SendRequest
}

/** Calls DynamoDB as whoever makes tables does. */
function callDynamo(endpoint: string, operation: string, body: object): Promise<unknown> {
  return callAwsJson(
    { service: 'dynamodb', target: `DynamoDB_20120810.${operation}`, version: '1.0', body },
    { region: REGION, credentials: CREDENTIALS, endpoint },
  )
}

/**
 * Sends over few connections and waits as long as it takes: hundreds of calls at once to one process are slower than
 * AWS, and a call that is made again counts again.
 */
function patiently(): SendRequest {
  const agent = new Agent({ keepAlive: true, maxSockets: 32 })
  onTestFinished(() => agent.destroy())
  return ({ url, headers, body }) => {
    const { promise, resolve, reject } = Promise.withResolvers<{ status: number; body: string }>()
    const length = { 'content-length': Buffer.byteLength(body) }
    const options = { method: 'POST', agent, headers: { ...headers, ...length } }
    const outgoing = request(url, options, (response) => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (chunk: string) => {
        text += chunk
      })
      response.on('error', reject)
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body: text }))
    })
    outgoing.on('error', reject)
    outgoing.end(body)
    return promise
  }
}

async function isActive(endpoint: string): Promise<boolean> {
  const answer = await callDynamo(endpoint, 'DescribeTable', { TableName: TABLE })
  return JSON.stringify(answer).includes('"TableStatus":"ACTIVE"')
}

/** Makes the table that the construct makes. */
async function makeTable(endpoint: string): Promise<TablePlace> {
  await callDynamo(endpoint, 'CreateTable', {
    TableName: TABLE,
    AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    BillingMode: 'PAY_PER_REQUEST',
  })
  while (!(await isActive(endpoint))) {
    // Until then it is not found.
  }
  return { table: TABLE, region: REGION, endpoint, credentials: CREDENTIALS, send: patiently() }
}

/** Starts a DynamoDB with the table. */
export async function startDynamo(): Promise<TablePlace> {
  const server = dynalite({ createTableMs: 0 })
  const listening = Promise.withResolvers<void>()
  server.listen(0, '127.0.0.1', listening.resolve)
  await listening.promise
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  return makeTable(`http://127.0.0.1:${port}`)
}

export async function dynamoStore(): Promise<QuotaStore> {
  return dynamoQuotas(await startDynamo())
}

/** An address where nothing listens. */
export async function nowhere(): Promise<string> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return `http://127.0.0.1:${port}`
}
