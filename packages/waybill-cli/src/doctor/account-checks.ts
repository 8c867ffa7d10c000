/**
 * The points of a deployed stack that depend on its account: what is in front of the signer and the
 * bucket (CloudFront, IAM, Transfer Acceleration), GuardDuty's plan, the concurrency limit, and
 * leftovers of a failed stack creation.
 *
 * @module
 */

import { isRecord, tryParseJson } from 'waybill/internal/protocol'
import { callAwsOnce, callOnce, createS3Context, isTaken, shown } from 'waybill/internal/storage'
import { partitionOf } from 'waybill-s3/internal/bucket-url'
import { textOf } from 'waybill-s3/internal/xml'
import { allowedOrigin, isAccelerated } from './bucket-checks.ts'
import { both, type Check, differs, type Finding, notSeen, ok } from './check.ts'
import { type DeployedStack, listAll, readResource, type StackResource } from './deployment.ts'
import type { StackRun } from './run.ts'
import { seePreflight } from './signer-checks.ts'
import { storeCheck } from './store-checks.ts'

export const ACCOUNT_CHECKS: readonly Check<StackRun>[] = [
  {
    title: '6 Preflights and tokens through CloudFront',
    sent: 'OPTIONS; a POST with its hash; a POST with a token only in x-viewer-authorization',
    fix: 'deploy SignerFront again, and change nothing in its distribution: neither allowed methods, nor the edge function, nor the origin access control',
    see: seeCloudFront,
  },
  {
    title: '7 Preflights of a signer with IAM',
    sent: 'OPTIONS without a signature',
    fix: "list the page's origin in allowedOrigins, and deploy again: with auth: { type: 'iam' }, the Function URL itself answers preflights",
    see: async (run) =>
      (await run.signer.isGuarded())
        ? seePagePreflight(run)
        : notSeen('IAM does not guard this signer (auth is not iam)'),
  },
  {
    title: '8 Transfer Acceleration',
    sent: 'a form and ListMultipartUploads to the accelerated endpoint',
    fix: 'deploy without transferAcceleration: the bucket or its region does not have it',
    see: seeAcceleration,
  },
  {
    title: "9 GuardDuty's plan",
    sent: 'GetMalwareProtectionPlan',
    fix: 'deploy again with malwareScan; the reason in the response names what GuardDuty lacks',
    see: seePlan,
  },
  {
    title: '10 A new account',
    sent: 'GetAccountSettings; ten simultaneous calls to the signer',
    fix: "reservedConcurrency: 'unreserved', or a higher quota of concurrent executions",
    see: seeConcurrency,
  },
  {
    title: '13 What a failed creation leaves',
    sent: 'the events of earlier stacks with this name; HEAD of their buckets',
    fix: 'empty and delete these buckets: nothing uses them',
    see: seeLeftovers,
  },
]

async function seePagePreflight(run: StackRun): Promise<Finding> {
  const origin = run.origin ?? (await allowedOrigin(run))
  return origin === undefined
    ? notSeen('no origin of the pages is known: --origin')
    : seePreflight(run, origin)
}

async function seeCloudFront(run: StackRun): Promise<Finding> {
  const rules = await run.signer.call({ method: 'GET', path: '/rules' })
  if (rules.header('x-amz-cf-id') === undefined) return notSeen('no CloudFront before this signer')
  return both(await seePagePreflight(run), await seePost(run), await seeForgedHeader(run))
}

/** If the signer itself responds to a POST, CloudFront's signature was accepted. */
async function seePost(run: StackRun): Promise<Finding> {
  const reply = await run.signer.call({ method: 'POST', path: '/list', body: { waybill: 'none' } })
  const got = `POST ${shown(reply)}`
  return reply.code === '' ? differs(`${got}, not by the signer`) : ok(got)
}

/** Only the viewer's `Authorization` header may count. The edge function drops the other header. */
async function seeForgedHeader(run: StackRun): Promise<Finding> {
  const { token } = run
  if (token === undefined) {
    return notSeen('x-viewer-authorization: no token was given (WAYBILL_TOKEN)')
  }
  const forged = await run.signer.call({
    method: 'GET',
    path: '/rules',
    identified: false,
    headers: { 'x-viewer-authorization': `Bearer ${token}` },
  })
  const got = `x-viewer-authorization ${shown(forged)}`
  return forged.status === 200 ? differs(`${got}: believed`) : ok(got)
}

async function seeAcceleration(run: StackRun): Promise<Finding> {
  const { s3, deployment } = run
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
  const form = await storeCheck('form').see({ ...run, s3: accelerated })
  const list = await callOnce(accelerated, { method: 'GET', query: { uploads: '' } })
  const listed = `list ${shown(list)}`
  return both({ ...form, got: `form ${form.got}` }, isTaken(list) ? ok(listed) : differs(listed))
}

async function seePlan(run: StackRun): Promise<Finding> {
  const plan = run.deployment.stack.resources.find(
    ({ type }) => type === 'AWS::GuardDuty::MalwareProtectionPlan',
  )
  if (!plan) return notSeen('the stack has no malwareScan')
  const { status, body } = await callAwsOnce(run.account, {
    service: 'guardduty',
    path: `/malware-protection-plan/${plan.physicalId}`,
  })
  if (status !== 200) return notSeen(`GuardDuty answers ${status === 0 ? 'nothing' : status}`)
  const response = tryParseJson(body)
  const state = isRecord(response) ? String(response.status) : 'no status'
  return state === 'ACTIVE' ? ok(state) : differs(`${state}${reasonsOf(response)}`)
}

function reasonsOf(response: unknown): string {
  const reasons =
    isRecord(response) && Array.isArray(response.statusReasons) ? response.statusReasons : []
  const codes = reasons.flatMap((reason) => (isRecord(reason) ? [String(reason.code)] : []))
  return codes.length === 0 ? '' : `: ${codes.join(', ')}`
}

/** A new account's concurrency limit. Some organizations have a higher one. */
const NEW_ACCOUNT = 10
const CALLS = 10

async function seeConcurrency(run: StackRun): Promise<Finding> {
  const calls = Array.from({ length: CALLS }, () =>
    run.signer.call({ method: 'GET', path: '/rules' }),
  )
  const replies = await Promise.all(calls)
  const refused = replies.filter(({ status }) => status === 0 || status === 429 || status >= 500)
  const status = run.deployment.stack.status
  if (!/^(?:CREATE|UPDATE)_COMPLETE$/.test(status)) return differs(status)
  if (refused[0]) return differs(`${refused.length} of ${CALLS} calls: ${shown(refused[0])}`)
  const limit = await concurrencyLimit(run)
  if (limit === undefined) return notSeen("calls answered; you may not read the account's limit")
  const got = `${CALLS} of ${CALLS} calls answered, account limit ${limit}`
  return limit <= NEW_ACCOUNT ? ok(got) : notSeen(`${got}: not a new account`)
}

async function concurrencyLimit(run: StackRun): Promise<number | undefined> {
  const { status, body } = await callAwsOnce(run.account, {
    service: 'lambda',
    path: '/2016-08-19/account-settings/',
  })
  const response = status === 200 ? tryParseJson(body) : undefined
  const limits = isRecord(response) && isRecord(response.AccountLimit) ? response.AccountLimit : {}
  return typeof limits.ConcurrentExecutions === 'number' ? limits.ConcurrentExecutions : undefined
}

async function seeLeftovers(run: StackRun): Promise<Finding> {
  const { stack } = run.deployment
  const failed = await failedStacks(run, stack)
  if (failed.length === 0)
    return notSeen('no creation of this stack has failed in the last 90 days')
  const made = (await Promise.all(failed.map((id) => bucketsOf(run, id)))).flat()
  const left: string[] = []
  for (const bucket of made) if (await isThere(run, bucket.physicalId)) left.push(bucket.physicalId)
  if (left.length > 0) return differs(`left: ${left.join(', ')}`)
  return ok(`${failed.length} failed, nothing left, and ${stack.status} since`)
}

/** Returns the IDs of earlier stacks with this name whose creation was rolled back. */
async function failedStacks(run: StackRun, { name, id }: DeployedStack): Promise<string[]> {
  const stacks = await listAll(run.account, 'ListStacks', 'StackSummaries', {
    'StackStatusFilter.member.1': 'DELETE_COMPLETE',
    'StackStatusFilter.member.2': 'ROLLBACK_COMPLETE',
  })
  const ids = stacks
    .filter((stack) => textOf(stack, 'StackName') === name)
    .map((stack) => textOf(stack, 'StackId') ?? '')
    .filter((each) => each !== '' && each !== id)
  const wasRolledBack = await Promise.all(ids.map((each) => isRolledBack(run, each)))
  return ids.filter((_, index) => wasRolledBack[index])
}

function eventsOf(run: StackRun, id: string) {
  return listAll(run.account, 'DescribeStackEvents', 'StackEvents', { StackName: id })
}

async function isRolledBack(run: StackRun, id: string): Promise<boolean> {
  const events = await eventsOf(run, id)
  return events.some((event) => textOf(event, 'ResourceStatus') === 'ROLLBACK_COMPLETE')
}

async function bucketsOf(run: StackRun, id: string): Promise<StackResource[]> {
  const resources = (await eventsOf(run, id)).map(readResource)
  const names = resources
    .filter(({ type, physicalId }) => type === 'AWS::S3::Bucket' && physicalId !== '')
    .map(({ physicalId }) => physicalId)
  return [...new Set(names)].map((physicalId) => ({ type: 'AWS::S3::Bucket', physicalId }))
}

async function isThere({ s3, fetch }: StackRun, bucket: string): Promise<boolean> {
  const { region, endpoint } = s3.location
  const place = { bucket, region, ...(endpoint === undefined ? {} : { endpoint }) }
  const context = createS3Context({ ...place, credentials: () => s3.credentials(), fetch })
  const { status } = await callOnce(context, { method: 'HEAD' })
  return status !== 404
}
