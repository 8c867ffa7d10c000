/**
 * Arrival's dead-letter queue: events that could not be judged.
 *
 * A message is received, judged, and only then removed. If anything fails in between, the message
 * becomes visible again: immediately if it is released, otherwise after its visibility timeout.
 *
 * @see
 *   https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ReceiveMessage.html
 *
 * @module
 */

import { usageFailure } from '@waybill/command-line/command-failure'
import type { SendRequest } from 'waybill/arrival'
import { regionOfArn } from 'waybill/internal/arn'
import type { AwsAccess } from 'waybill/internal/aws-access'
import { callAwsJson } from 'waybill/internal/call-json'
import { serviceHost } from 'waybill-s3/internal/partition'
import { inParallel } from './in-parallel.ts'

/** A message with an event that could not be judged. */
export interface FailedEvent {
  /** The message's id, which stays the same when the message is received again. */
  readonly id: string
  readonly receipt: string
  /** The event that the function was called with; `undefined` if it cannot be parsed. */
  readonly event: unknown
}

export interface FailedEvents {
  /**
   * Receives up to ten messages and hides them from other receivers. Returns none if the queue is
   * empty.
   */
  receive(): Promise<readonly FailedEvent[]>
  remove(message: FailedEvent): Promise<void>
  /**
   * Makes messages visible again. If that fails, they become visible after their visibility
   * timeout.
   */
  letGo(messages: readonly FailedEvent[]): Promise<void>
}

/** Maximum number of messages that SQS returns at once; also the number of parallel calls. */
const AT_ONCE = 10
/** With a wait time, SQS queries all its servers, so an empty response means an empty queue. */
const WAIT_SECONDS = 2
/** How long a message is hidden while it is judged: Lambda's maximum timeout. */
const HIDDEN_SECONDS = 15 * 60
const TIMEOUT_MS = 20_000

/** Returns the URL of a queue from its URL or ARN. */
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

/**
 * Creates access to a queue's messages.
 *
 * @param url - The queue's URL, from `queueUrl`.
 */
export function failedEvents(access: AwsAccess, url: string): FailedEvents {
  const call = async (operation: string, more: object) => {
    const body = { QueueUrl: url, ...more }
    const target = `AmazonSQS.${operation}`
    return callAwsJson(
      { service: 'sqs', target, version: '1.0', body },
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
 * Reads the event from a message. EventBridge puts the event itself in the queue; Lambda puts a
 * record with the event and its result.
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

/** Sends a request with a longer time limit than usual, because SQS waits before it responds. */
const sendPatiently: SendRequest = async ({ url, headers, body }) => {
  const signal = AbortSignal.timeout(TIMEOUT_MS)
  // A redirect could lead to another host, which must not receive the session token.
  const redirect = 'manual'
  const response = await fetch(url, { method: 'POST', headers, body, redirect, signal })
  return { status: response.status, body: await response.text() }
}
