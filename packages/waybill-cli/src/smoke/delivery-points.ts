/**
 * Points 14 and 15 of the smoke test: an object can be read only after it was verified, even if the
 * bucket has a KMS key.
 *
 * @module
 */

import { callOnce, isTaken, type Reply, shown } from 'waybill/internal/storage'
import { encryptionOf } from './bucket-settings.ts'
import {
  both,
  differs,
  expected,
  notSeen,
  type Seen,
  type SmokePoint,
  seenFailure,
} from './point.ts'
import { readByLink, readDelivered, waitForVerdict } from './read-object.ts'
import type { SmallUpload, SmokeRun } from './smoke-run.ts'

export const DELIVERY_POINTS: readonly SmokePoint[] = [
  {
    number: 14,
    title: 'Delivery from 403 to 200',
    sent: 'GET before and after the verdict, by a signed link and through CloudFront',
    change:
      "the arrival function's rule and role (cdk/arrival-function); error caching in cdk/delivery",
    see: seeDelivery,
  },
  {
    number: 15,
    title: 'A bucket under a KMS key',
    sent: 'HEAD of the verified object, and the GETs of point 14',
    change:
      'objectKeyStatements in cdk/signer-function; the key policy for CloudFront and GuardDuty',
    see: seeEncrypted,
  },
]

async function seeDelivery(run: SmokeRun): Promise<Seen> {
  const small = await run.small()
  if ('failed' in small) return seenFailure(small)
  const verdict = await waitForVerdict(run, small.key)
  if (!verdict) return differs(`no verdict after ${Math.round(run.verdictMs / 1000)} s`)
  if (verdict.tags.waybill !== 'verified') return differs(`the verdict is ${verdict.tags.waybill}`)
  const link = compareReads('link', small, small.firstReads.link, await readByLink(run, small.key))
  const came = expected(`verified after ${verdict.seconds} s`)
  return both(came, link, await seeCloudFront(run, small))
}

async function seeCloudFront(run: SmokeRun, small: SmallUpload): Promise<Seen> {
  const { delivery } = small.firstReads
  if (!delivery) return notSeen('CloudFront: the stack has no DeliveryUrl')
  if (isForViewers(delivery)) return notSeen('CloudFront: it wants signed addresses')
  return compareReads('CloudFront', small, delivery, await readUntilFresh(run, small.key))
}

/** CloudFront returns this code, without contacting the bucket, if it requires signed URLs. */
function isForViewers({ code }: Reply): boolean {
  return code === 'MissingKey'
}

const TRIES = 10
const BETWEEN_MS = 1_000

/** Retries, because CloudFront caches an error response for one second. */
async function readUntilFresh(run: SmokeRun, key: string): Promise<Reply | undefined> {
  for (let tries = 1; ; tries += 1) {
    const reply = await readDelivered(run, key)
    if (!reply || isTaken(reply) || tries === TRIES) return reply
    await run.s3.wait(BETWEEN_MS)
  }
}

function compareReads(
  way: string,
  small: SmallUpload,
  before: Reply,
  after: Reply | undefined,
): Seen {
  const came = `${way} ${shown(before)}, then ${after ? shown(after) : 'nothing'}`
  if (!after || !isTaken(after)) return differs(came)
  if (before.status === 403) return expected(came)
  // The arrival handler may have been faster than the first read.
  if (isTaken(before) && small.firstReads.verdict === 'verified') {
    return notSeen(`${came}: the verdict was faster`)
  }
  return differs(came)
}

async function seeEncrypted(run: SmokeRun): Promise<Seen> {
  const algorithm = await encryptionOf(run)
  if (algorithm === undefined) return notSeen("you may not read the bucket's encryption")
  if (!algorithm.startsWith('aws:kms'))
    return notSeen(`the bucket is under ${algorithm}, no KMS key`)
  const small = await run.small()
  if ('failed' in small) return seenFailure(small)
  const delivered = await seeDelivery(run)
  const head = await callOnce(run.s3, { method: 'HEAD', key: small.key })
  const used = head.header('x-amz-server-side-encryption')
  const came = `${shown(head)}, encrypted by ${used ?? 'nothing'}`
  return both(used === algorithm ? expected(came) : differs(came), delivered)
}
