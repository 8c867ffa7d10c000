import { CommandFailure } from '@waybill/command-line/command-failure'
import { UploadError } from 'waybill'
import { StorageUnavailable } from 'waybill/internal/storage'
import { S3Error } from 'waybill-s3'
import { ACCOUNT_POINTS } from './account-points.ts'
import { DELIVERY_POINTS } from './delivery-points.ts'
import { FRONT_POINTS } from './front-points.ts'
import { differs, notSeen, type Seen, type SmokePoint } from './point.ts'
import type { SmokeRun } from './smoke-run.ts'
import { STORE_POINTS } from './store-points.ts'
import { TAG_POINTS } from './tag-points.ts'

export const SMOKE_POINTS: readonly SmokePoint[] = [
  ...TAG_POINTS,
  ...STORE_POINTS,
  ...FRONT_POINTS,
  ...ACCOUNT_POINTS,
  ...DELIVERY_POINTS,
].sort((a, b) => a.number - b.number)

/** A failure is recorded as an observation, so that it does not end the test. */
export async function seePoint(point: SmokePoint, run: SmokeRun): Promise<Seen> {
  try {
    return await point.see(run)
  } catch (error) {
    // The signer's response does not follow the protocol.
    if (error instanceof UploadError) return differs(error.message)
    if (error instanceof CommandFailure) return notSeen(error.message)
    if (error instanceof S3Error) return notSeen(`${error.status} ${error.code}`)
    if (error instanceof StorageUnavailable) return notSeen(error.message)
    throw error
  }
}
