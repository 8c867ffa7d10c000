/**
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketNotificationConfiguration.html
 * @module
 */

import { S3Error } from 'waybill-s3'
import { childOf, childrenOf, textOf, type XmlElement } from 'waybill-s3/internal/xml'
import { readXml } from '../body/document.ts'
import { configurationId } from '../buckets/opaque-id.ts'
import { withReason } from '../message/refusal.ts'
import { emptyResponse, type S3Response, text, xmlResponse } from '../message/response.ts'
import type { BucketCall } from '../operations/call.ts'
import { testMessage } from './event-message.ts'
import {
  areAmbiguous,
  EVENT_TYPES,
  type NotificationConfiguration,
  type NotificationTarget,
  type TargetKind,
} from './notification-configuration.ts'
import type { Webhooks } from './webhooks.ts'

const KINDS: readonly TargetKind[] = ['Topic', 'Queue', 'CloudFunction']

export function getBucketNotification({ bucket }: BucketCall): S3Response {
  const { targets = [], eventBridge = false } = bucket.record.notifications ?? {}
  return xmlResponse('NotificationConfiguration', [
    ...KINDS.flatMap((kind) => targets.filter((each) => each.kind === kind).map(targetXml)),
    ...(eventBridge ? [{ name: 'EventBridgeConfiguration', children: [] }] : []),
  ])
}

export async function putBucketNotification(call: BucketCall): Promise<S3Response> {
  const notifications = parseConfiguration(await readXml(call))
  const { bucket, request, service } = call
  const { region, webhooks, now } = service
  const { targets } = notifications
  for (const target of targets) checkArn(target, region, webhooks)
  const isChecked = request.values['x-amz-skip-destination-validation']?.toLowerCase() !== 'true'
  if (isChecked) checkDestinations(targets, webhooks)
  await bucket.update((record) => ({ ...record, notifications }))
  if (isChecked) {
    const message = testMessage(bucket.name, request, now())
    // S3 tests functions by their permissions instead.
    const tested = targets.filter(({ kind }) => kind !== 'CloudFunction').map(({ arn }) => arn)
    for (const arn of new Set(tested)) webhooks.send(arn, message)
  }
  return emptyResponse(200)
}

const MAX_TARGETS = 100
const MAX_ID = 255

function parseConfiguration(root: XmlElement): NotificationConfiguration {
  const targets = KINDS.flatMap((kind) =>
    childrenOf(root, `${kind}Configuration`).map((element) => parseTarget(kind, element)),
  )
  const ids = new Set(targets.map(({ id }) => id))
  if (ids.size < targets.length) {
    throw new S3Error(
      'InvalidArgument',
      'Same ID used for multiple configurations. IDs must be unique',
    )
  }
  if (targets.length > MAX_TARGETS) {
    throw new S3Error(
      'InvalidArgument',
      `The number of notification configurations must not exceed ${MAX_TARGETS}.`,
    )
  }
  refuseAmbiguous(targets)
  return { targets, eventBridge: childOf(root, 'EventBridgeConfiguration') !== undefined }
}

function parseTarget(kind: TargetKind, element: XmlElement): NotificationTarget {
  const arn = textOf(element, kind)
  const events = [...new Set(childrenOf(element, 'Event').map((each) => each.text ?? ''))]
  if (!arn || events.length === 0) throw new S3Error('MalformedXML')
  const unknown = events.find((each) => !EVENT_TYPES.has(each))
  if (unknown !== undefined) {
    throw invalid('A specified event is not supported for notifications.', 'Event', unknown)
  }
  const id = textOf(element, 'Id') || configurationId()
  if (id.length > MAX_ID) {
    throw invalid(`ID length should not exceed allowed limit of ${MAX_ID}`, 'Id', id)
  }
  return { kind, id, arn, events, ...parseFilter(element) }
}

const MAX_VALUE = 1024

function parseFilter(element: XmlElement): Pick<NotificationTarget, 'prefix' | 'suffix'> {
  const filter = childOf(element, 'Filter')
  const key = filter && childOf(filter, 'S3Key')
  const found: { prefix?: string; suffix?: string } = {}
  for (const rule of key ? childrenOf(key, 'FilterRule') : []) {
    const given = textOf(rule, 'Name') ?? ''
    const value = textOf(rule, 'Value') ?? ''
    const name = given.toLowerCase()
    if (name !== 'prefix' && name !== 'suffix') {
      throw invalid('filter rule name must be either prefix or suffix', 'FilterRule.Name', given)
    }
    if (found[name] !== undefined) {
      throw invalid(
        `Cannot specify more than one ${name} rule in a filter.`,
        'FilterRule.Name',
        given,
      )
    }
    if (Buffer.byteLength(value) > MAX_VALUE) {
      throw invalid(
        'Size of filter rule value cannot exceed 1024 bytes in UTF-8 representation',
        'FilterRule.Value',
        value,
      )
    }
    found[name] = value
  }
  return found
}

function refuseAmbiguous(targets: readonly NotificationTarget[]): void {
  for (const [index, target] of targets.entries()) {
    const other = targets.slice(index + 1).find((each) => areAmbiguous(target, each))
    if (!other) continue
    throw new S3Error(
      'InvalidArgument',
      hasFilter(target) || hasFilter(other)
        ? 'Configuration is ambiguously defined. Cannot have overlapping suffixes in two rules if the prefixes are overlapping for the same event type.'
        : 'Configurations overlap. Configurations on the same bucket cannot share a common event type.',
    )
  }
}

function hasFilter({ prefix, suffix }: NotificationTarget): boolean {
  return prefix !== undefined || suffix !== undefined
}

const ARN: Readonly<Record<TargetKind, RegExp>> = {
  CloudFunction: /^arn:aws[\w-]*:lambda:([\w-]+):\d{12}:function:[\w-]+(?::[\w$-]+)?$/,
  Queue: /^arn:aws[\w-]*:sqs:([\w-]+):\d{12}:[\w-]{1,80}(?:\.fifo)?$/,
  Topic: /^arn:aws[\w-]*:sns:([\w-]+):\d{12}:[\w-]{1,256}(?:\.fifo)?$/,
}

/** An ARN to which the option `webhook` gives a URL can have any form, as those of MinIO do. */
function checkArn({ kind, arn }: NotificationTarget, region: string, webhooks: Webhooks): void {
  if (webhooks.names(arn)) return
  const match = ARN[kind].exec(arn)
  if (!match) throw invalid('The ARN could not be parsed', kind, arn)
  if (match[1] === region) return
  throw invalid(
    'The notification destination service region is not valid for the bucket location constraint',
    arn,
    'null',
  )
}

const NAMES: Readonly<Record<TargetKind, string>> = {
  CloudFunction: 'Lambda',
  Queue: 'queue',
  Topic: 'topic',
}

function checkDestinations(targets: readonly NotificationTarget[], webhooks: Webhooks): void {
  const absent = targets.filter(({ arn }) => !webhooks.has(arn))
  if (absent.length === 0) return
  const detail = absent.flatMap(({ kind, arn }, index) => [
    [`ArgumentName${index + 1}`, arn],
    [`ArgumentValue${index + 1}`, `The destination ${NAMES[kind]} does not exist`],
  ])
  throw withReason(
    new S3Error(
      'InvalidArgument',
      'Unable to validate the following destination configurations',
      Object.fromEntries(detail),
    ),
    `the option webhook has no URL for ${absent.map(({ arn }) => arn).join(', ')}`,
  )
}

function invalid(message: string, name: string, value: string): S3Error {
  return new S3Error('InvalidArgument', message, { ArgumentName: name, ArgumentValue: value })
}

function targetXml({ kind, id, arn, events, prefix, suffix }: NotificationTarget): XmlElement {
  const rules = [...ruleXml('Prefix', prefix), ...ruleXml('Suffix', suffix)]
  return {
    name: `${kind}Configuration`,
    children: [
      text('Id', id),
      text(kind, arn),
      ...events.map((each) => text('Event', each)),
      ...(rules.length === 0
        ? []
        : [{ name: 'Filter', children: [{ name: 'S3Key', children: rules }] }]),
    ],
  }
}

function ruleXml(name: string, value: string | undefined): XmlElement[] {
  if (value === undefined) return []
  return [{ name: 'FilterRule', children: [text('Name', name), text('Value', value)] }]
}

/**
 * If there is no event for this long, an empty line is sent to find out whether the client is still
 * connected.
 */
const KEEP_ALIVE_MS = 5_000

/**
 * ListenBucketEvents: `GET /bucket?events`, an operation that only this server has. It notifies
 * other processes of new objects. The response never ends. For each new object, it contains one
 * line of JSON: the event that S3 sends to EventBridge.
 */
export function listenBucketEvents(call: BucketCall): S3Response {
  return {
    status: 200,
    headers: { 'content-type': 'application/x-ndjson' },
    body: eventLines(call),
    endless: true,
  }
}

async function* eventLines({ service, bucket: { name } }: BucketCall): AsyncGenerator<Uint8Array> {
  let waiting = ''
  let wake = () => {}
  const stop = service.announcer.onObjectCreated((event) => {
    if (event.detail.bucket.name !== name) return
    waiting += `${JSON.stringify(event)}\n`
    wake()
  })
  try {
    for (;;) {
      const lines = waiting === '' ? '\n' : waiting
      waiting = ''
      yield Buffer.from(lines)
      if (waiting !== '') continue
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, KEEP_ALIVE_MS).unref()
        wake = () => {
          clearTimeout(timer)
          resolve()
        }
      })
    }
  } finally {
    stop()
  }
}
