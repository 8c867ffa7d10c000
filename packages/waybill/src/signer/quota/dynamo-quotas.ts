/**
 * Counts quotas in a DynamoDB table that several signer instances share.
 *
 * The table has one item per owner, rule and window. Each file is counted with a conditional
 * UpdateItem request. DynamoDB applies updates to an item one at a time, so concurrent calls cannot
 * exceed the quota.
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateItem.html
 * @module
 */

import type { CredentialsProvider } from 'waybill-s3'
import { memberOf } from '../../protocol/json-value.ts'
import { callAwsJson, type SendRequest } from '../../storage/call-aws.ts'
import { keptCredentials } from '../../storage/kept-credentials.ts'
import {
  fitsInto,
  type QuotaAmount,
  type QuotaStore,
  type QuotaWindow,
  remainingOf,
} from './quota-store.ts'

/** Options for `dynamoQuotas`. */
export interface DynamoQuotasOptions {
  /**
   * Name of the table. Its partition key must be the string `id`, and its time-to-live attribute
   * `expiresAt`.
   */
  readonly table: string
  readonly region: string
  /** Credentials that allow `dynamodb:UpdateItem` and `dynamodb:GetItem` on the table. */
  readonly credentials: CredentialsProvider
  /** @default AWS's regional endpoint */
  readonly endpoint?: string | undefined
  /**
   * Sends an HTTP request.
   * @default - uses `fetch`
   */
  readonly send?: SendRequest | undefined
  /** @default () => new Date() */
  readonly now?: (() => Date) | undefined
  /**
   * Creates the random token that identifies one call of `take`.
   * @default crypto.randomUUID
   */
  readonly newToken?: () => string
}

/** Aliases for attribute names, because DynamoDB reserves words such as `size`. */
const COUNTS = { '#files': 'files', '#size': 'size' }
const NAMES = { '#id': 'id', ...COUNTS }
/** The token of the call that was counted last. */
const LAST = { '#last': 'last' }
const REFUSED = 'ConditionalCheckFailedException'
/** Items are kept this long after their window ends, in case a server's clock is slow. */
const KEPT_SECONDS = 3_600

/**
 * Creates a quota store that all instances of a signer share.
 *
 * If a response is lost, the request is retried. The upload is then counted once, unless another
 * call from the same owner was counted in between; in that case, it may be counted twice. An upload
 * is never granted without being counted.
 *
 * @example
 * ```ts
 * const quotas = dynamoQuotas({ table: 'upload-quotas', region: 'eu-west-1', credentials })
 * ```
 */
export function dynamoQuotas({
  table,
  credentials,
  newToken = () => crypto.randomUUID(),
  ...place
}: DynamoQuotasOptions): QuotaStore {
  const current = keptCredentials(credentials, { now: place.now ?? (() => new Date()) })
  const ask = async (operation: 'GetItem' | 'UpdateItem', body: object, maxAttempts = 3) => {
    return callAwsJson(
      {
        service: 'dynamodb',
        target: `DynamoDB_20120810.${operation}`,
        version: '1.0',
        body: { TableName: table, ...body },
        expectedErrors: [REFUSED],
      },
      { ...place, credentials: await current(), maxAttempts },
    )
  }

  const read = async (window: QuotaWindow) => {
    const response = await ask('GetItem', {
      Key: keyOf(window),
      ConsistentRead: true,
      ProjectionExpression: '#files, #size, #last',
      ExpressionAttributeNames: { ...COUNTS, ...LAST },
    })
    return memberOf(response, 'Item')
  }

  return {
    remaining: async (window) => leftIn(window, await read(window)),
    take: async (window, amount) => {
      // The condition accepts anything while there is no item yet, so check the limits here.
      if (!fitsInto(amount, window.limits)) {
        return { isTaken: false, remaining: leftIn(window, await read(window)) }
      }
      const token = newToken()
      const response = await ask('UpdateItem', takeUpdate(window, amount, token))
      if (!isRefused(response)) {
        const item = memberOf(response, 'Attributes') ?? 'none'
        return { isTaken: true, remaining: leftIn(window, item) }
      }
      // Some compatible stores do not return the item.
      const item = memberOf(response, 'Item') ?? (await read(window))
      // An earlier attempt was counted, but its response was lost.
      const isTaken = textIn(item, 'last', 'S') === token
      return { isTaken, remaining: leftIn(window, item) }
    },
    giveBack: async (window, amount) => {
      // Do not retry. If the response was lost, the update may have been applied, and a second one
      // would allow more than the quota.
      await ask('UpdateItem', giveBackUpdate(window, amount), 1)
    },
  }
}

function keyOf({ id }: QuotaWindow) {
  return { id: { S: id } }
}

/** The token prevents a retry from being counted again. */
function takeUpdate(window: QuotaWindow, { files, size }: QuotaAmount, token: string) {
  const { limits, endsAt } = window
  return {
    Key: keyOf(window),
    UpdateExpression: 'SET #expiresAt = :expiresAt, #last = :last ADD #files :files, #size :size',
    ConditionExpression:
      'attribute_not_exists(#id) OR (#last <> :last AND #files <= :mostFiles AND #size <= :mostSize)',
    ExpressionAttributeNames: { ...NAMES, ...LAST, '#expiresAt': 'expiresAt' },
    ExpressionAttributeValues: {
      ':files': number(files),
      ':size': number(size),
      ':mostFiles': number(limits.files - files),
      ':mostSize': number(limits.size - size),
      ':last': { S: token },
      ':expiresAt': number(Math.ceil(endsAt.getTime() / 1000) + KEPT_SECONDS),
    },
    ReturnValues: 'ALL_NEW',
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
  }
}

/** The condition fails if the item no longer exists or contains a lower count. */
function giveBackUpdate(window: QuotaWindow, { files, size }: QuotaAmount) {
  return {
    Key: keyOf(window),
    UpdateExpression: 'ADD #files :minusFiles, #size :minusSize',
    ConditionExpression: 'attribute_exists(#id) AND #files >= :files AND #size >= :size',
    ExpressionAttributeNames: NAMES,
    ExpressionAttributeValues: {
      ':files': number(files),
      ':size': number(size),
      ':minusFiles': number(-files),
      ':minusSize': number(-size),
    },
  }
}

function number(value: number) {
  return { N: String(value) }
}

/** The code may have a prefix, such as `com.amazonaws.dynamodb.v20120810#`. */
function isRefused(response: unknown): boolean {
  return String(memberOf(response, '__type')).endsWith(REFUSED)
}

/**
 * Returns what is left of the quota. Without an item, that is the full quota.
 *
 * @throws {TypeError} If an attribute is not a number, because it must not count as 0.
 */
function leftIn({ limits }: QuotaWindow, item: unknown): QuotaAmount {
  if (item === undefined) return limits
  return remainingOf(limits, { files: numberIn(item, 'files'), size: numberIn(item, 'size') })
}

function numberIn(item: unknown, name: string): number {
  const text = textIn(item, name, 'N')
  const value = text ? Number(text) : Number.NaN
  if (Number.isSafeInteger(value)) return value
  throw new TypeError(`the quota's item has no number ${name}`)
}

function textIn(item: unknown, name: string, type: 'N' | 'S'): string | undefined {
  const text = memberOf(memberOf(item, name), type)
  return typeof text === 'string' ? text : undefined
}
