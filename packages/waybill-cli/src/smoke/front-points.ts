/**
 * Points 6, 7 and 8 of the smoke test, about what is in front of the signer and the bucket:
 * preflights through CloudFront and IAM, and Transfer Acceleration.
 *
 * @module
 */

import { callOnce, createS3Context, isTaken, shown } from 'waybill/internal/storage'
import { partitionOf } from 'waybill-s3/internal/partition'
import { allowedOrigin, isAccelerated } from './bucket-settings.ts'
import {
  both,
  differs,
  expected,
  notSeen,
  type Seen,
  type SmokePoint,
  seenByProbe,
} from './point.ts'
import { storeProbe } from './probe/store-probes.ts'
import { type SignerReply, shownReply } from './signer-client.ts'
import type { SmokeRun } from './smoke-run.ts'

export const FRONT_POINTS: readonly SmokePoint[] = [
  {
    number: 6,
    title: 'Preflights and tokens through CloudFront',
    sent: 'OPTIONS; a POST with its hash; a POST with a token only in x-viewer-authorization',
    change: 'SignerFront: allowed methods, the edge function, the origin access control',
    see: seeCloudFront,
  },
  {
    number: 7,
    title: 'Preflights of a signer with IAM',
    sent: 'OPTIONS without a signature',
    change: 'cors of the Function URL (urlOptions in cdk/signer-function), WAYBILL_CORS=url',
    see: async (run) =>
      (await run.signer.isGuarded())
        ? seePreflight(run)
        : notSeen('IAM does not guard this signer (auth is not iam)'),
  },
  {
    number: 8,
    title: 'Transfer Acceleration',
    sent: 'a form and ListMultipartUploads to the accelerated endpoint',
    change: 'WAYBILL_ENDPOINT of the signer (cdk/signer-function); transferAcceleration: false',
    see: seeAcceleration,
  },
]

async function seePreflight(run: SmokeRun): Promise<Seen> {
  const origin = run.deployment.origin ?? (await allowedOrigin(run))
  if (origin === undefined) return notSeen('no origin of the pages is known: --origin')
  const reply = await run.signer.call({
    method: 'OPTIONS',
    identified: false,
    headers: {
      origin,
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'authorization,content-type,x-amz-content-sha256',
    },
  })
  return judgePreflight(reply, origin)
}

function judgePreflight(reply: SignerReply, origin: string): Seen {
  const allowed = reply.header('access-control-allow-origin')
  const headers = (reply.header('access-control-allow-headers') ?? '').toLowerCase()
  const came = `OPTIONS ${shownReply(reply)}, origin ${allowed ?? 'not allowed'}`
  const isOk = reply.status >= 200 && reply.status < 300
  const isAllowed = allowed === origin || allowed === '*'
  if (!isOk || !isAllowed) return differs(came)
  if (headers !== '*' && !headers.includes('content-type')) {
    return differs(`${came}, header content-type not allowed`)
  }
  return expected(came)
}

async function seeCloudFront(run: SmokeRun): Promise<Seen> {
  const rules = await run.signer.call({ method: 'GET', path: '/rules' })
  if (rules.header('x-amz-cf-id') === undefined) return notSeen('no CloudFront before this signer')
  return both(await seePreflight(run), await seePost(run), await seeForgedHeader(run))
}

/** If the signer itself responds to a POST, CloudFront's signature was accepted. */
async function seePost(run: SmokeRun): Promise<Seen> {
  const reply = await run.signer.call({ method: 'POST', path: '/list', body: { waybill: 'none' } })
  const came = `POST ${shownReply(reply)}`
  return reply.code === '' ? differs(`${came}, not by the signer`) : expected(came)
}

/** Only the viewer's `Authorization` header may count. The edge function drops the other header. */
async function seeForgedHeader(run: SmokeRun): Promise<Seen> {
  const { token } = run
  if (token === undefined) {
    return notSeen('x-viewer-authorization: no token was given (WAYBILL_SMOKE_TOKEN)')
  }
  const forged = await run.signer.call({
    method: 'GET',
    path: '/rules',
    identified: false,
    headers: { 'x-viewer-authorization': `Bearer ${token}` },
  })
  const came = `x-viewer-authorization ${shownReply(forged)}`
  return forged.status === 200 ? differs(`${came}: believed`) : expected(came)
}

async function seeAcceleration(run: SmokeRun): Promise<Seen> {
  const { s3, store, deployment } = run
  if (!(await isAccelerated(run))) return notSeen('it is not turned on for this bucket')
  const { region } = s3.location
  const accelerated = createS3Context({
    bucket: deployment.bucket,
    region,
    endpoint: `https://s3-accelerate.${partitionOf(region).domain}`,
    addressing: 'virtual',
    credentials: () => s3.credentials(),
    fetch: run.fetch,
  })
  const form = await storeProbe('form').ask({ ...store, s3: accelerated })
  const list = await callOnce(accelerated, { method: 'GET', query: { uploads: '' } })
  const listed = `list ${shown(list)}`
  return both(
    seenByProbe({ ...form, answer: `form ${form.answer}` }),
    isTaken(list) ? expected(listed) : differs(listed),
  )
}
