import {
  type AskedStore,
  BODY,
  isTaken,
  putPresigned,
  type StoreProbe,
  shown,
} from 'waybill/internal/storage'
import { CORS_PROBE } from './cors-probe.ts'
import { FORM_PROBES } from './form-probes.ts'
import { MULTIPART_PROBES } from './multipart-probes.ts'
import { URL_PROBES } from './url-probes.ts'

export const STORE_PROBES: readonly StoreProbe[] = [
  ...FORM_PROBES,
  ...URL_PROBES,
  ...MULTIPART_PROBES,
  CORS_PROBE,
]

export function storeProbe(name: string): StoreProbe {
  const found = STORE_PROBES.find((probe) => probe.name === name)
  if (found) return found
  throw new RangeError(`there is no probe '${name}'`)
}

/**
 * Stores a few bytes. If this fails, probes would not show anything about the store.
 *
 * @returns The status and error code of the failure, or `undefined` on success.
 */
export async function cannotStore({ s3, folder }: AskedStore): Promise<string | undefined> {
  const reply = await putPresigned(s3, { key: `${folder}first`, body: BODY })
  return isTaken(reply) ? undefined : shown(reply)
}
