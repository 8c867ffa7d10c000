/**
 * The part of an AWS account that `waybill redrive` and `waybill rescan` use, over HTTP: Lambda with arrival's function,
 * which is the real handler on a local S3, SQS with its dead-letter queue, GuardDuty. Each call must be signed.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ReceiveMessage.html
 * @module
 */

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { bodyOf, isSigned } from '@waybill/test-support/aws-service'
import { objectCreatedEvent } from '@waybill/test-support/lambda-events'
import { type Landing, SECRET, sendForm } from '@waybill/test-support/landing'
import { PNG } from '@waybill/test-support/samples'
import { arrivalHandler } from 'waybill-aws/lambda'

const QUEUE_ARN = 'arn:aws:sqs:us-east-1:123456789012:letters'

/** The fields of the three SQS calls. */
interface SqsRequest {
  readonly MaxNumberOfMessages: number
  readonly ReceiptHandle: string
  readonly VisibilityTimeout: number
}

export interface Letter {
  readonly id: string
  readonly body: string
  hidden: boolean
}

/** What a call is answered with, in place of what the account would do. */
export type Answer = { readonly status: number; readonly body: object } | undefined

export interface Account {
  readonly url: string
  /** What is in the queue, seen or hidden. */
  readonly letters: Letter[]
  /** Operations and what they were called with, in their order. */
  readonly calls: { readonly operation: string; readonly body: unknown }[]
  /** Decides otherwise about an operation; called before it. */
  intercept: (operation: string, body: unknown) => Answer | Promise<Answer>
  /** Puts an event into the queue, as EventBridge does. */
  send(event: object | string): void
  /** Puts an event into the queue, as Lambda does after three tries. */
  sendFailed(event: object): void
  /** For `startProgram`. */
  readonly env: Readonly<Record<string, string>>
  close(): Promise<void>
}

export async function startAccount(
  { s3 }: Landing,
  settings: Readonly<Record<string, string>> = {},
): Promise<Account> {
  const { secretAccessKey, accessKeyId } = s3.credentials
  const environment = {
    WAYBILL_BUCKET: 'uploads',
    WAYBILL_PREFIX: '',
    WAYBILL_ENDPOINT: s3.endpoint,
    ...settings,
  }
  const handler = arrivalHandler({
    environment: {
      ...environment,
      AWS_REGION: s3.region,
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
      WAYBILL_SECRET: SECRET,
    },
    log: () => {},
  })
  const letters: Letter[] = []
  const calls: Account['calls'] = []
  const server = createServer(async (request, response) => {
    const text = await bodyOf(request)
    if (!(await isSigned(request, text, secretAccessKey))) {
      return say(response, 403, { __type: 'InvalidSignatureException', message: 'not signed' })
    }
    const body: unknown = text === '' ? undefined : JSON.parse(text)
    const operation = operationOf(request)
    calls.push({ operation, body })
    const answer = await account.intercept(operation, body)
    if (answer) return say(response, answer.status, answer.body)
    const act = operations[operation]
    if (act) await act(response, Object(body))
    else say(response, 404, {})
  })
  const operations: Record<
    string,
    (response: ServerResponse, body: SqsRequest) => void | Promise<void>
  > = {
    'GET /2015-03-31/functions/arrival/configuration': (response) =>
      say(response, 200, { Timeout: 30, Environment: { Variables: environment } }),
    'GET /2015-03-31/functions/signer/configuration': (response) =>
      say(response, 200, { Environment: { Variables: { ...environment, WAYBILL_AUTH: 'jwt' } } }),
    'GET /2019-09-25/functions/arrival/event-invoke-config': (response) =>
      say(response, 200, { DestinationConfig: { OnFailure: { Destination: QUEUE_ARN } } }),
    'POST /2015-03-31/functions/arrival/invocations': async (response, event) => {
      try {
        say(response, 200, await handler(event))
      } catch (error) {
        response.setHeader('x-amz-function-error', 'Unhandled')
        say(response, 200, { errorType: 'Error', errorMessage: String(error) })
      }
    },
    'AmazonSQS.ReceiveMessage': (response, { MaxNumberOfMessages: most }) => {
      const received = letters.filter(({ hidden }) => !hidden).slice(0, most)
      for (const letter of received) letter.hidden = true
      const Messages = received.map(({ id, body }) => ({
        MessageId: id,
        ReceiptHandle: `receipt of ${id}`,
        Body: body,
      }))
      say(response, 200, received.length === 0 ? {} : { Messages })
    },
    'AmazonSQS.DeleteMessage': (response, { ReceiptHandle: receipt }) => {
      const index = letters.findIndex(({ id }) => receipt === `receipt of ${id}`)
      if (index >= 0) letters.splice(index, 1)
      say(response, 200, {})
    },
    'AmazonSQS.ChangeMessageVisibility': (response, { ReceiptHandle, VisibilityTimeout }) => {
      const letter = letters.find(({ id }) => ReceiptHandle === `receipt of ${id}`)
      if (letter) letter.hidden = VisibilityTimeout > 0
      say(response, 200, {})
    },
    'POST /object-malware-scan/send': (response) => say(response, 200, {}),
  }
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  let sent = 0
  const put = (body: string) => {
    sent += 1
    letters.push({ id: `m${sent}`, body, hidden: false })
  }
  const account: Account = {
    url,
    letters,
    calls,
    intercept: () => undefined,
    send: (event) => put(typeof event === 'string' ? event : JSON.stringify(event)),
    sendFailed: (event) =>
      put(
        JSON.stringify({
          version: '1.0',
          requestContext: { condition: 'RetriesExhausted', approximateInvokeCount: 3 },
          requestPayload: event,
          responsePayload: { errorMessage: 'S3 was away' },
        }),
      ),
    env: {
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
      AWS_REGION: s3.region,
      AWS_ENDPOINT_URL: url,
      AWS_ENDPOINT_URL_S3: s3.endpoint,
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
  return account
}

/** The target of SQS's calls, method and path of the others. */
function operationOf({ headers, method, url }: IncomingMessage): string {
  const target = headers['x-amz-target']
  // SQS speaks another version of the protocol than most.
  if (target !== undefined && headers['content-type'] !== 'application/x-amz-json-1.0') return ''
  return target === undefined ? `${method} ${url}` : String(target)
}

function say(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' })
  response.end(JSON.stringify(body))
}

/** Puts an object into the bucket that nobody judges. */
export async function storeUnjudged(landing: Landing, name: string, bytes: Uint8Array = PNG) {
  const form = await landing.sign(name, 'image/png', bytes.length)
  await sendForm(form, new Blob([bytes as BlobPart]))
  const { key = '' } = form.fields
  return { key, event: objectCreatedEvent('uploads', { key }) }
}
