import type { QuotaStore } from 'waybill/signer'
import { credentialsFrom, ownRegion } from './environment.ts'
import { httpsSender } from './https-sender.ts'
import type { SecretReading } from './kept-secret.ts'

/**
 * Stores quota counts in a DynamoDB table. The code is loaded when the first file is counted.
 *
 * @returns `undefined` if `WAYBILL_QUOTA_TABLE` is not set.
 */
export function quotaTable({
  environment,
  send = httpsSender,
  now,
}: SecretReading): QuotaStore | undefined {
  const table = environment.WAYBILL_QUOTA_TABLE
  if (!table) return undefined
  const options = {
    table,
    region: ownRegion(environment),
    credentials: () => credentialsFrom(environment),
    endpoint: environment.WAYBILL_QUOTAS_ENDPOINT || undefined,
    send,
    now,
  }
  let loading: Promise<QuotaStore> | undefined
  const store = () => {
    loading ??= import('waybill/internal/dynamo-quotas').then(({ dynamoQuotas }) =>
      dynamoQuotas(options),
    )
    return loading
  }
  return {
    take: async (...asked) => (await store()).take(...asked),
    giveBack: async (...asked) => (await store()).giveBack(...asked),
    remaining: async (...asked) => (await store()).remaining(...asked),
  }
}
