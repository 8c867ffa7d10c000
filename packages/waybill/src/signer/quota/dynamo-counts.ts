/**
 * The calls to DynamoDB: one item for each owner, rule and window, one conditional UpdateItem for
 * each file. DynamoDB updates an item one call at a time, so that many at once never count more
 * than there is room for.
 *
 * It imports nothing that a signer without quotas needs too: a bundle would put the shared code
 * into a file of its own, which each cold start must find and link. So the caller hands in
 * `callAwsJson`.
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateItem.html
 * @module
 */

import type { CredentialsProvider } from 'waybill-s3'
import type { callAwsJson, SendRequest } from '../../storage/call-json.ts'
import { keptCredentials } from '../../storage/kept-credentials.ts'
import { fitsInto, remainingOf } from './quota-amount.ts'
import type { QuotaAmount, QuotaStore, QuotaWindow } from './quota-store.ts'

/** Options of `dynamoQuotas`. */
export interface DynamoQuotasOptions {
  /**
   * Name of the table. Its key is the text `id`, and `expiresAt` its attribute for time to live, in
   * seconds.
   */
  readonly table: string
  readonly region: string
  /** They need `dynamodb:UpdateItem` and `dynamodb:GetItem` on the table. */
  readonly credentials: CredentialsProvider
  /** @default AWS's regional endpoint */
  readonly endpoint?: string | undefined
  /** How a request is sent. @default by `fetch` */
  readonly send?: SendRequest | undefined
  /** @default () => new Date() */
  readonly now?: (() => Date) | undefined
  /**
   * Makes a random text that names one call of `take`.
   * @default crypto.randomUUID
   */
  readonly newToken?: () => string
}

/** Both are words of DynamoDB's own, as many names are. */
const COUNTS = { '#files': 'files', '#size': 'size' }
const NAMES = { '#id': 'id', ...COUNTS }
/** Names the call that was counted last. */
const LAST = { '#last': 'last' }
const REFUSED = 'ConditionalCheckFailedException'
/** An item is kept that much longer than its window, for clocks that are late. */
const KEPT_SECONDS = 3_600

/** Makes the store over a table. */
export function countsInTable(
  { table, credentials, newToken = () => crypto.randomUUID(), ...place }: DynamoQuotasOptions,
  call: typeof callAwsJson,
): QuotaStore {
  const current = keptCredentials(credentials, { now: place.now ?? (() => new Date()) })
  const ask = async (operation: 'GetItem' | 'UpdateItem', body: object, maxAttempts = 3) => {
    return call(
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
    return member(answer, 'Item')
  }

  return {
    remaining: async (window) => leftIn(window, await read(window)),
    take: async (window, amount) => {
      // For the first file there is no item yet.
      if (!fitsInto(amount, window.limits)) {
        return { isTaken: false, remaining: leftIn(window, await read(window)) }
      }
      const token = newToken()
      const answer = await ask('UpdateItem', takeUpdate(window, amount, token))
      if (!isRefused(answer)) {
        const item = member(answer, 'Attributes') ?? 'none'
        return { isTaken: true, remaining: leftIn(window, item) }
      }
      // Not every store with this interface returns the item.
      const item = member(answer, 'Item') ?? (await read(window))
      // An earlier attempt, whose response was lost, has counted it.
      const isTaken = textIn(item, 'last', 'S') === token
      return { isTaken, remaining: leftIn(window, item) }
    },
    giveBack: async (window, amount) => {
      // Without a response the update may have been made: a second one would allow more grants than
      // the quota.
      await ask('UpdateItem', giveBackUpdate(window, amount), 1)
    },
  }
}

function keyOf({ id }: QuotaWindow) {
  return { id: { S: id } }
}

/** With the token, a repeated attempt does not count again. */
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

/** An item that is gone, or has less, is left as it is. */
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

/** DynamoDB's numbers are strings. */
function number(value: number) {
  return { N: String(value) }
}

/** The code may have a prefix: `com.amazonaws.dynamodb.v20120810#`. */
function isRefused(answer: unknown): boolean {
  return String(member(answer, '__type')).endsWith(REFUSED)
}

/**
 * Computes what a window has left by its item; all where there is none yet.
 *
 * @throws {TypeError} When an attribute is not a number, which must not count as 0.
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

/** Reads an attribute of a type: `{ "N": "3" }`. */
function textIn(item: unknown, name: string, type: 'N' | 'S'): string | undefined {
  const text = member(member(item, name), type)
  return typeof text === 'string' ? text : undefined
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined
}
