/**
 * Points 9, 10 and 13 of the smoke test, about the account: GuardDuty's plan, the concurrency
 * limit, and leftovers of a failed stack creation.
 *
 * @module
 */

import { isRecord, tryParseJson } from 'waybill/internal/protocol'
import { callOnce, createS3Context } from 'waybill/internal/storage'
import { textOf } from 'waybill-s3/internal/xml'
import { callAccount } from '../account/account-call.ts'
import {
  cloudFormation,
  type DeployedStack,
  members,
  readResource,
  type StackResource,
} from './deployment.ts'
import { differs, expected, notSeen, type Seen, type SmokePoint } from './point.ts'
import { shownReply } from './signer-client.ts'
import type { SmokeRun } from './smoke-run.ts'

export const ACCOUNT_POINTS: readonly SmokePoint[] = [
  {
    number: 9,
    title: "GuardDuty's plan",
    sent: 'GetMalwareProtectionPlan',
    change: 'the role in cdk/arrival-function/malware-scan.ts, and what its plan depends on',
    see: seePlan,
  },
  {
    number: 10,
    title: 'A new account',
    sent: 'GetAccountSettings; ten simultaneous calls to the signer',
    change: "reservedConcurrency: 'unreserved', or a higher quota of concurrent executions",
    see: seeConcurrency,
  },
  {
    number: 13,
    title: 'What a failed creation leaves',
    sent: 'the events of earlier stacks with this name; HEAD of their buckets',
    change: 'RETAIN_ON_UPDATE_OR_DELETE in cdk/bucket; empty and delete the leftovers',
    see: seeLeftovers,
  },
]

const NO_STACK = 'no stack is known: name it with --stack'

async function seePlan(run: SmokeRun): Promise<Seen> {
  const { stack } = run.deployment
  if (!stack) return notSeen(NO_STACK)
  const plan = stack.resources.find(({ type }) => type === 'AWS::GuardDuty::MalwareProtectionPlan')
  if (!plan) return notSeen('the stack has no malwareScan')
  const { status, text } = await callAccount(run.account, {
    service: 'guardduty',
    path: `/malware-protection-plan/${plan.physicalId}`,
  })
  if (status !== 200) return notSeen(`GuardDuty answers ${status === 0 ? 'nothing' : status}`)
  const answer = tryParseJson(text)
  const state = isRecord(answer) ? String(answer.status) : 'no status'
  return state === 'ACTIVE' ? expected(state) : differs(`${state}${reasonsOf(answer)}`)
}

function reasonsOf(answer: unknown): string {
  const reasons =
    isRecord(answer) && Array.isArray(answer.statusReasons) ? answer.statusReasons : []
  const codes = reasons.flatMap((reason) => (isRecord(reason) ? [String(reason.code)] : []))
  return codes.length === 0 ? '' : `: ${codes.join(', ')}`
}

/** A new account's concurrency limit. Some organizations have a higher one. */
const NEW_ACCOUNT = 10
const CALLS = 10

async function seeConcurrency(run: SmokeRun): Promise<Seen> {
  const calls = Array.from({ length: CALLS }, () =>
    run.signer.call({ method: 'GET', path: '/rules' }),
  )
  const replies = await Promise.all(calls)
  const refused = replies.filter(({ status }) => status === 0 || status === 429 || status >= 500)
  const status = run.deployment.stack?.status
  if (status !== undefined && !/^(?:CREATE|UPDATE)_COMPLETE$/.test(status)) return differs(status)
  if (refused[0]) return differs(`${refused.length} of ${CALLS} calls: ${shownReply(refused[0])}`)
  const limit = await concurrencyLimit(run)
  if (limit === undefined) return notSeen("calls answered; you may not read the account's limit")
  const came = `${CALLS} of ${CALLS} calls answered, account limit ${limit}`
  return limit <= NEW_ACCOUNT ? expected(came) : notSeen(`${came}: not a new account`)
}

async function concurrencyLimit(run: SmokeRun): Promise<number | undefined> {
  const { status, text } = await callAccount(run.account, {
    service: 'lambda',
    path: '/2016-08-19/account-settings/',
  })
  const answer = status === 200 ? tryParseJson(text) : undefined
  const limits = isRecord(answer) && isRecord(answer.AccountLimit) ? answer.AccountLimit : {}
  return typeof limits.ConcurrentExecutions === 'number' ? limits.ConcurrentExecutions : undefined
}

async function seeLeftovers(run: SmokeRun): Promise<Seen> {
  const { stack } = run.deployment
  if (!stack) return notSeen(NO_STACK)
  const failed = await failedStacks(run, stack)
  if (failed.length === 0)
    return notSeen('no creation of this stack has failed in the last 90 days')
  const made = (await Promise.all(failed.map((id) => bucketsOf(run, id)))).flat()
  const left: string[] = []
  for (const bucket of made) if (await isThere(run, bucket.physicalId)) left.push(bucket.physicalId)
  if (left.length > 0) return differs(`left: ${left.join(', ')}`)
  return expected(`${failed.length} failed, nothing left, and ${stack.status} since`)
}

/** Returns the IDs of earlier stacks with this name whose creation was rolled back. */
async function failedStacks(run: SmokeRun, { name, id }: DeployedStack): Promise<string[]> {
  const ids: string[] = []
  let token: string | undefined
  do {
    const answer = await cloudFormation(run.account, 'ListStacks', {
      'StackStatusFilter.member.1': 'DELETE_COMPLETE',
      'StackStatusFilter.member.2': 'ROLLBACK_COMPLETE',
      ...(token === undefined ? {} : { NextToken: token }),
    })
    const result = answer.children?.find((child) => child.name === 'ListStacksResult')
    for (const summary of members(result, 'StackSummaries')) {
      const stackId = textOf(summary, 'StackId')
      if (textOf(summary, 'StackName') === name && stackId && stackId !== id) ids.push(stackId)
    }
    token = result && textOf(result, 'NextToken')
  } while (token)
  const wasRolledBack = await Promise.all(ids.map((each) => isRolledBack(run, each)))
  return ids.filter((_, index) => wasRolledBack[index])
}

async function eventsOf(run: SmokeRun, id: string) {
  const answer = await cloudFormation(run.account, 'DescribeStackEvents', { StackName: id })
  const result = answer.children?.find((child) => child.name === 'DescribeStackEventsResult')
  return members(result, 'StackEvents')
}

async function isRolledBack(run: SmokeRun, id: string): Promise<boolean> {
  const events = await eventsOf(run, id)
  return events.some((event) => textOf(event, 'ResourceStatus') === 'ROLLBACK_COMPLETE')
}

async function bucketsOf(run: SmokeRun, id: string): Promise<StackResource[]> {
  const resources = (await eventsOf(run, id)).map(readResource)
  const names = resources
    .filter(({ type, physicalId }) => type === 'AWS::S3::Bucket' && physicalId !== '')
    .map(({ physicalId }) => physicalId)
  return [...new Set(names)].map((physicalId) => ({ type: 'AWS::S3::Bucket', physicalId }))
}

async function isThere({ s3, fetch }: SmokeRun, bucket: string): Promise<boolean> {
  const { region, endpoint } = s3.location
  const place = { bucket, region, ...(endpoint === undefined ? {} : { endpoint }) }
  const context = createS3Context({ ...place, credentials: () => s3.credentials(), fetch })
  const { status } = await callOnce(context, { method: 'HEAD' })
  return status !== 404
}
