/**
 * Reads the arrival function's dead-letter queue, which contains events that the function could not
 * judge.
 *
 * A message is removed only after its event has been judged. Until then, it is hidden from other
 * receivers. It becomes visible again when it is released, or when its visibility timeout ends.
 *
 * @see
 *   https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ReceiveMessage.html
 *
 * @module
 */

import { usageFailure } from '@waybill/command-line/command-failure'
import type { SendRequest } from 'waybill/arrival'
import { callAwsJson, regionOfArn } from 'waybill/internal/storage'
import { serviceHost } from 'waybill-s3/internal/bucket-url'
import type { AwsAccess } from '../account/aws-access.ts'
import { inParallel } from './in-parallel.ts'

export interface FailedEvent {
  /** Stays the same when the message is received again. */
  readonly id: string
  readonly receipt: string
  /** `undefined` if the message's body cannot be parsed. */
  readonly event: unknown
}

export interface FailedEvents {
  /**
   * Receives up to ten messages and hides them from other receivers. Returns an empty array if the
   * queue is empty.
   */
  receive(): Promise<readonly FailedEvent[]>
  remove(message: FailedEvent): Promise<void>
  /**
   * Makes messages visible again. Errors are ignored, because the visibility timeout has the same
   * effect later.
   */
  letGo(messages: readonly FailedEvent[]): Promise<void>
}

/** SQS returns no more than ten messages per call. */
const AT_ONCE = 10
/** With a wait time, SQS queries all its servers, so an empty response means an empty queue. */
const WAIT_SECONDS = 2
/**
 * Messages stay hidden for as long as Lambda's maximum timeout, so that judging never takes longer.
 */
const HIDDEN_SECONDS = 15 * 60
const TIMEOUT_MS = 20_000

export function queueUrl(access: AwsAccess, text: string): string {
  if (/^https?:/.test(text) && URL.canParse(text)) return text
  const [, , service, , account, name] = text.split(':')
  const region = regionOfArn(text)
  if (region === undefined || service !== 'sqs' || !account || !name) {
    throw usageFailure(`--queue is '${text}', expected the URL or the ARN of a queue`)
  }
  const origin = access.endpointOf('sqs') ?? `https://${serviceHost('sqs', region)}`
  return new URL(`/${account}/${name}`, origin).href
}

export function failedEvents(access: AwsAccess, url: string): FailedEvents {
  const call = async (operation: string, more: object) => {
    const body = { QueueUrl: url, ...more }
    const target = `AmazonSQS.${operation}`
    return callAwsJson(
      { service: 'sqs', target, version: '1.0', body, mayBeEmpty: true },
      {
        region: access.region,
        credentials: await access.credentials(),
        endpoint: access.endpointOf('sqs') ?? new URL(url).origin,
        send: sendPatiently,
      },
    )
  }
  return {
    receive: async () => {
      const said = await call('ReceiveMessage', {
        MaxNumberOfMessages: AT_ONCE,
        WaitTimeSeconds: WAIT_SECONDS,
        VisibilityTimeout: HIDDEN_SECONDS,
      })
      const { Messages: messages } = Object(said)
      return Array.isArray(messages) ? messages.map(readMessage) : []
    },
    remove: async ({ receipt }) => {
      await call('DeleteMessage', { ReceiptHandle: receipt })
    },
    letGo: async (messages) => {
      await inParallel(messages, AT_ONCE, async ({ receipt }) => {
        const shown = { ReceiptHandle: receipt, VisibilityTimeout: 0 }
        await call('ChangeMessageVisibility', shown).catch(() => {})
      })
    },
  }
}

function readMessage(message: unknown): FailedEvent {
  const { MessageId: id, ReceiptHandle: receipt, Body: body } = Object(message)
  return { id: String(id), receipt: String(receipt), event: readEvent(String(body)) }
}

/**
 * EventBridge sends the event itself to the queue. Lambda sends a record that contains the event as
 * `requestPayload`.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
 */
function readEvent(body: string): unknown {
  try {
    const said: unknown = JSON.parse(body)
    const { requestPayload } = Object(said)
    return requestPayload ?? said
  } catch {
    return undefined
  }
}

/** Waits longer than the default sender, because SQS itself waits before it responds. */
const sendPatiently: SendRequest = async ({ url, headers, body }) => {
  const signal = AbortSignal.timeout(TIMEOUT_MS)
  // A redirect could lead to another host, which must not receive the session token.
  const redirect = 'manual'
  const response = await fetch(url, { method: 'POST', headers, body, redirect, signal })
  return { status: response.status, body: await response.text() }
}
