/**
 * What a page needs from a signer: an answer, the page's origin, and signatures that the store
 * accepts. No file is stored: the bytes that are sent differ from what was signed, so the store
 * checks the signature and then rejects them.
 *
 * @module
 */

import { isRecord, VERSION } from 'waybill/internal/protocol'
import { isTaken, type StoreResponse, shown } from 'waybill/internal/storage'
import { parseAmzDate } from 'waybill-s3/internal/encoding'
import {
  type Check,
  type CheckGroup,
  differs,
  type Finding,
  NO_ORIGIN,
  notSeen,
  ok,
} from './check.ts'
import { type Cause, judge, reachAdvice, seeCors, seePage } from './diagnosis.ts'
import { corsRule, jsonOf } from './fix.ts'
import type { Failure, SignerRun } from './run.ts'
import { askUpload, LARGE_SIZE, SMALL_SIZE, sendPart, sendWhole } from './test-uploads.ts'

const FIRST_CHECKS: readonly Check<SignerRun>[] = [
  { title: "The signer's address", sent: 'GET /rules', fix: '', see: seeAnswer },
]

const PAGE_CHECKS: readonly Check<SignerRun>[] = [
  {
    title: "The signer's version",
    sent: 'GET /rules',
    fix: `deploy the signer with version ${VERSION} of Waybill, which is this command's`,
    see: async ({ signer }) => {
      const { body } = await signer.call({ method: 'GET', path: '/rules' })
      const version = isRecord(body) ? body.version : undefined
      if (version === VERSION) return ok(VERSION)
      return differs(version === undefined ? 'no version, so an older one' : String(version))
    },
  },
  {
    title: 'The page',
    sent: 'nothing: the addresses of the page and of the signer are compared',
    fix: '',
    essential: true,
    see: async ({ origin, signerUrl }) => (origin ? seePage(origin, signerUrl) : NO_ORIGIN),
  },
  {
    title: "The page's origin at the signer",
    sent: 'OPTIONS for a POST, as a browser sends it',
    fix: "add the page's origin to allowedOrigins in createSigner",
    essential: true,
    see: async (run) => (run.origin ? seePreflight(run, run.origin) : NO_ORIGIN),
  },
]

const FILE_CHECKS: readonly Check<SignerRun>[] = [
  {
    title: 'A small file',
    sent: 'a file of 1 KB with other bytes than the signer has signed',
    fix: '',
    essential: true,
    see: seeSmall,
  },
  {
    title: 'A file in parts',
    sent: 'a file of 17 MiB: its first part, the list of its parts, then the end of it',
    fix: '',
    see: seeLarge,
  },
]

const ADDRESS: CheckGroup<SignerRun> = {
  name: 'address',
  checks: FIRST_CHECKS,
  first: true,
}

/** What `--signer` examines. */
export const SIGNER_GROUPS: readonly CheckGroup<SignerRun>[] = [
  ADDRESS,
  { name: 'signer', checks: [...PAGE_CHECKS, ...FILE_CHECKS] },
]
/** A stack has its own test uploads. */
export const SIGNER_OF_STACK: readonly CheckGroup<SignerRun>[] = [
  ADDRESS,
  { name: 'signer', checks: PAGE_CHECKS },
]

async function seeAnswer({ signer, signerUrl }: SignerRun): Promise<Finding> {
  const reply = await signer.call({ method: 'GET', path: '/rules' })
  const { status, code, body, message } = reply
  if (status === 0)
    return differs(shown(reply), { fix: reachAdvice(new URL(signerUrl).host, reply) })
  if (status === 200 && isRecord(body) && isRecord(body.rules)) return ok(shown(reply))
  if (status === 401 || code === 'UNAUTHENTICATED') {
    return notSeen(shown(reply), 'put a token that the signer accepts into WAYBILL_TOKEN')
  }
  if (status === 403 && code === '') {
    return notSeen(
      shown(reply),
      'IAM or a firewall guards the signer: pass --profile, and allow it to call the function',
    )
  }
  if (code !== '') return differs(`${shown(reply)}: ${message}`, { fix: AS_SAID })
  const fix = `no signer answers there: correct the path of --signer and of the page's endpoint; it ends in the signer's basePath`
  return differs(`${shown(reply)}, not an answer of the signer`, { fix })
}

export async function seePreflight(
  { signer }: Pick<SignerRun, 'signer'>,
  origin: string,
): Promise<Finding> {
  const reply = await signer.call({
    method: 'OPTIONS',
    identified: false,
    headers: {
      origin,
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'authorization,content-type,x-amz-content-sha256',
    },
  })
  const allowed = reply.header('access-control-allow-origin')
  const headers = (reply.header('access-control-allow-headers') ?? '').toLowerCase()
  const got = `OPTIONS ${shown(reply)}, origin ${allowed ?? 'not allowed'}`
  const isOk = reply.status >= 200 && reply.status < 300
  if (!isOk || (allowed !== origin && allowed !== '*')) return differs(got)
  const takesJson = headers === '*' || headers.includes('content-type')
  return takesJson ? ok(got) : differs(`${got}, header content-type not allowed`)
}

async function seeSmall(run: SignerRun): Promise<Finding> {
  const asked = await askUpload(run, SMALL_SIZE)
  if ('failed' in asked) return refused(asked)
  const { grant, bytes } = asked
  if (grant.strategy === 'multipart')
    return differs('a file of 1 KB was to go in parts', { fix: '' })
  const url = grant.strategy === 'put' ? grant.url : grant.presignedPost.url
  const signed =
    grant.strategy === 'put'
      ? new URL(url).searchParams
      : new URLSearchParams(grant.presignedPost.fields)
  const other = bytes.map((byte, index) => (index === bytes.length - 1 ? byte ^ 1 : byte))
  const origin = run.origin === undefined ? {} : { origin: run.origin }
  const { stored } = await sendWhole(run, grant, other, origin)
  if (isTaken(stored)) return takeBack(run, grant.waybill, stored)
  const cause = seeSigned(run, stored, { url, signed })
  if (cause) return cause
  return seeCorsOf(run, stored, url)
}

async function seeLarge(run: SignerRun): Promise<Finding> {
  const asked = await askUpload(run, LARGE_SIZE)
  if ('failed' in asked) return refused(asked)
  const { grant, bytes } = asked
  if (grant.strategy !== 'multipart') return notSeen(`17 MiB go by ${grant.strategy}, not in parts`)
  const { waybill, uploadId, parts } = grant
  const call = (path: string) =>
    run.signer.call({ method: 'POST', path, body: { waybill, uploadId } })
  try {
    const origin = run.origin === undefined ? {} : { origin: run.origin }
    const stored = await sendPart(run, grant, bytes, 1, origin)
    const signed = new URLSearchParams(new URL(parts.url).search)
    const cause = isTaken(stored) ? undefined : seeSigned(run, stored, { url: parts.url, signed })
    if (cause) return cause
    const cors = await seeCorsOf(run, stored, parts.url)
    if (cors.verdict !== 'ok') return cors
    const list = await call('/list')
    if (list.status === 200) return ok(`${shown(stored)}; list ${shown(list)}`)
    return differs(`list ${shown(list)}: ${list.message}`, { fix: AS_SAID })
  } finally {
    await call('/abort')
  }
}

const AS_SAID = 'as the response says (docs/reference/errors.md)'

function refused({ failed, isWrong }: Failure): Finding {
  if (!isWrong) return notSeen(failed, 'choose a rule with --rule that takes one of these files')
  return differs(failed, { fix: AS_SAID })
}

/** A store that does not compare checksums has stored the file. The signer removes it if it may. */
async function takeBack(
  { signer }: SignerRun,
  waybill: string,
  stored: StoreResponse,
): Promise<Finding> {
  const done = await signer.call({ method: 'POST', path: '/complete', body: { waybill } })
  const receipt = isRecord(done.body) ? done.body.receipt : undefined
  const removed = await signer.call({ method: 'POST', path: '/remove', body: { receipt } })
  const left = removed.status === 200 ? '' : ', and the file stays there'
  return differs(`${shown(stored)}: the store takes other bytes than were signed${left}`, {
    fix: "trust only the arrival handler's verdict, or use another store",
  })
}

/** @returns Why the store did not accept the signature, or `undefined` if it did. */
function seeSigned(
  run: SignerRun,
  reply: StoreResponse,
  { url, signed }: { readonly url: string; readonly signed: URLSearchParams },
): Finding | undefined {
  if (reply.status === 400 && BODY_CODES.includes(reply.code)) return undefined
  // Forms and URLs name the same values in different cases.
  const field = (name: string) =>
    [...signed].find(([each]) => each.toLowerCase() === name)?.[1] ?? ''
  const receivedAt = run.s3.now()
  const exchange = {
    reply,
    receivedAt,
    signedAt: parseAmzDate(field('x-amz-date')) ?? receivedAt,
    host: new URL(url).host,
    region: field('x-amz-credential').split('/')[2] ?? '',
    bucket: 'BUCKET',
    bySigner: true,
  }
  const causes: readonly Cause[] = ['address', 'region', 'clock', 'keys', 'bucket']
  const found = causes
    .map((cause) => judge(cause, exchange))
    .find(({ verdict }) => verdict !== 'ok')
  if (found) return found
  return differs(`${shown(reply)} to what the signer has signed`, {
    fix: "run doctor with --bucket and the signer's own keys: it names the missing permission or the statement of the bucket policy",
  })
}

/** What S3 answers when a file is not the one that was signed. */
const BODY_CODES = ['BadDigest', 'XAmzContentChecksumMismatch', 'EntityTooLarge']

async function seeCorsOf(
  { origin, s3 }: SignerRun,
  reply: StoreResponse,
  url: string,
): Promise<Finding> {
  if (origin === undefined) return ok(shown(reply))
  const { got, isAllowed } = await seeCors(s3, { origin, url, reply })
  if (isAllowed) return ok(got)
  const fix = `run doctor with --bucket, keys of the bucket's owner and --fix, or add this to the bucket's CORS:`
  return differs(`${shown(reply)}; ${got}`, { fix, code: jsonOf(corsRule(origin)) })
}
