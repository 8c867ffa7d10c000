/**
 * Counts quotas in a DynamoDB table, for signers with several instances: one item for each owner,
 * rule and window, and one conditional UpdateItem for each file. DynamoDB applies updates of an item
 * one at a time, so concurrent calls never count more than there is room for.
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateItem.html
 * @module
 */

import type { CredentialsProvider } from 'waybill-s3'
import { memberOf } from '../../protocol/json-value.ts'
import { callAwsJson, type SendRequest } from '../../storage/call-json.ts'
import { keptCredentials } from '../../storage/kept-credentials.ts'
import {
  fitsInto,
  type QuotaAmount,
  type QuotaStore,
  type QuotaWindow,
  remainingOf,
} from './quota-store.ts'

/** Options of `dynamoQuotas`. */
export interface DynamoQuotasOptions {
  /**
   * Name of the table. Its partition key is the string `id`, its time-to-live attribute
   * `expiresAt`, in seconds.
   */
  readonly table: string
  readonly region: string
  /** They need `dynamodb:UpdateItem` and `dynamodb:GetItem` on the table. */
  readonly credentials: CredentialsProvider
  /** @default AWS's regional endpoint */
  readonly endpoint?: string | undefined
  /**
   * Sends a request.
   * @default by `fetch`
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

/** Aliases: both are reserved words of DynamoDB. */
const COUNTS = { '#files': 'files', '#size': 'size' }
const NAMES = { '#id': 'id', ...COUNTS }
/** Token of the call that was counted last. */
const LAST = { '#last': 'last' }
const REFUSED = 'ConditionalCheckFailedException'
/** Items outlive their window by this much, for clocks that are slow. */
const KEPT_SECONDS = 3_600

/**
 * Creates a store that all instances of a signer share.
 *
 * If a response is lost, the call is repeated. It counts once, unless another call of the same owner
 * was counted in between; then it may count twice. It is never granted without being counted.
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
    const answer = await ask('GetItem', {
      Key: keyOf(window),
      ConsistentRead: true,
      ProjectionExpression: '#files, #size, #last',
      ExpressionAttributeNames: { ...COUNTS, ...LAST },
    })
    return memberOf(answer, 'Item')
  }

  return {
    remaining: async (window) => leftIn(window, await read(window)),
    take: async (window, amount) => {
      // There is no item before the first file, so the condition alone would not refuse it.
      if (!fitsInto(amount, window.limits)) {
        return { isTaken: false, remaining: leftIn(window, await read(window)) }
      }
      const token = newToken()
      const answer = await ask('UpdateItem', takeUpdate(window, amount, token))
      if (!isRefused(answer)) {
        const item = memberOf(answer, 'Attributes') ?? 'none'
        return { isTaken: true, remaining: leftIn(window, item) }
      }
      // Not every compatible store returns the item.
      const item = memberOf(answer, 'Item') ?? (await read(window))
      // An earlier attempt, whose response was lost, has counted it.
      const isTaken = textIn(item, 'last', 'S') === token
      return { isTaken, remaining: leftIn(window, item) }
    },
    giveBack: async (window, amount) => {
      // One attempt only: if the response was lost, the update may have been made, and a second one
      // would allow more grants than the quota.
      await ask('UpdateItem', giveBackUpdate(window, amount), 1)
    },
  }
}

function keyOf({ id }: QuotaWindow) {
  return { id: { S: id } }
}

/** The token prevents a repeated attempt from counting again. */
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

/** Leaves an item alone that is gone or has counted less. */
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

/** DynamoDB sends numbers as strings. */
function number(value: number) {
  return { N: String(value) }
}

/** The code may have a prefix: `com.amazonaws.dynamodb.v20120810#`. */
function isRefused(answer: unknown): boolean {
  return String(memberOf(answer, '__type')).endsWith(REFUSED)
}

/**
 * Returns what is left in a window according to its item; everything if there is no item.
 *
 * @throws {TypeError} When an attribute is not a number: it must not count as 0.
 */
function leftIn({ limits }: QuotaWindow, item: unknown): QuotaAmount {
  if (item === undefined) return limits
  return remainingOf(limits, { files: numberIn(item, 'files'), size: numberIn(item, 'size') })
}

function numberIn(item: unknown, name: string): number {
  const text = textIn(item, name, 'N')
  const value = text ? Number(text) : Number.NaN
  if (Number.isSafeInteger(value)) return value
  throw new TypeError(`the item of a quota has no number ${name}`)
}

/** Reads an attribute of a given type, such as `{ "N": "3" }`. */
function textIn(item: unknown, name: string, type: 'N' | 'S'): string | undefined {
  const text = memberOf(memberOf(item, name), type)
  return typeof text === 'string' ? text : undefined
}
