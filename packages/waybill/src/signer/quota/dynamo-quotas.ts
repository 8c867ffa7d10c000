/**
 * Counts quotas in a DynamoDB table, for signers of many instances.
 *
 * @module
 */

import { callAwsJson } from '../../storage/call-json.ts'
import { countsInTable, type DynamoQuotasOptions } from './dynamo-counts.ts'
import type { QuotaStore } from './quota-store.ts'

/**
 * Makes a store whose counts all instances share.
 *
 * A call whose answer is lost is made again. It counts once, unless another call of the same owner
 * was counted in between: then it may count twice. It is never granted without being counted.
 *
 * @example
 * ```ts
 * const quotas = dynamoQuotas({ table: 'upload-quotas', region: 'eu-west-1', credentials })
 * ```
 */
export function dynamoQuotas(options: DynamoQuotasOptions): QuotaStore {
  return countsInTable(options, callAwsJson)
}
