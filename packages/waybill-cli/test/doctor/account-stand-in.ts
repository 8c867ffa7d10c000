/**
 * The services of an account that `waybill doctor` calls, beside S3: CloudFormation, GuardDuty, Lambda, Secrets Manager,
 * EventBridge. Which one is asked stands in the signature's scope.
 *
 * @module
 */

import { type Asked, type Given, type StandIn, startStandIn } from '@waybill/test-support/stand-in'
import type { DeployedStack } from '../../src/doctor/deployment.ts'

/** What the account answers; tests change it. */
export interface AccountState {
  stack: DeployedStack
  /** Earlier stacks of that name which are gone, and the buckets that their events name. */
  failed: readonly { readonly id: string; readonly buckets: readonly string[] }[]
  planStatus: string
  concurrency: number
}

const SECRET = 'a secret of more than thirty-two characters'

export function startAccountStandIn(state: AccountState): Promise<StandIn> {
  return startStandIn(async (asked) => answer(state, asked))
}

function answer(state: AccountState, asked: Asked): Given {
  const [, service] =
    /Credential=[^/]+\/\d+\/[^/]+\/([^/]+)\/aws4_request/.exec(asked.headers.authorization ?? '') ??
    []
  if (service === 'cloudformation')
    return cloudFormation(state, new URLSearchParams(String(asked.body)))
  if (service === 'guardduty') {
    return json({ status: state.planStatus, statusReasons: [{ code: 'INSUFFICIENT_PERMISSIONS' }] })
  }
  if (service === 'lambda')
    return json({ AccountLimit: { ConcurrentExecutions: state.concurrency } })
  if (service === 'secretsmanager') return json({ SecretString: SECRET })
  if (service === 'events') return json({ FailedEntryCount: 0, Entries: [{ EventId: '1' }] })
  return { status: 403, body: 'not signed' }
}

function json(value: object): Given {
  return {
    status: 200,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(value),
  }
}

function cloudFormation(state: AccountState, parameters: URLSearchParams): Given {
  const action = parameters.get('Action') ?? ''
  const name = parameters.get('StackName') ?? ''
  const { stack } = state
  if (action === 'DescribeStacks' && name !== stack.name) {
    return xml(
      'ErrorResponse',
      `<Error><Code>ValidationError</Code><Message>no ${name}</Message></Error>`,
      400,
    )
  }
  if (action === 'DescribeStacks')
    return result(action, `<Stacks><member>${stackXml(stack)}</member></Stacks>`)
  if (action === 'ListStackResources') {
    const members = stack.resources.map(
      ({ type, physicalId }) =>
        `<member><ResourceType>${type}</ResourceType><PhysicalResourceId>${physicalId}</PhysicalResourceId></member>`,
    )
    return result(action, `<StackResourceSummaries>${members.join('')}</StackResourceSummaries>`)
  }
  if (action === 'ListStacks') {
    const members = state.failed.map(
      ({ id }) => `<member><StackName>${stack.name}</StackName><StackId>${id}</StackId></member>`,
    )
    return result(action, `<StackSummaries>${members.join('')}</StackSummaries>`)
  }
  const failed = state.failed.find(({ id }) => id === name)
  return result(
    action,
    `<StackEvents>${(failed?.buckets ?? []).map(eventXml).join('')}</StackEvents>`,
  )
}

function stackXml({ name, id, status, outputs }: DeployedStack): string {
  const members = Object.entries(outputs).map(
    ([key, value]) =>
      `<member><OutputKey>${key}</OutputKey><OutputValue>${value}</OutputValue></member>`,
  )
  return (
    `<StackName>${name}</StackName><StackId>${id}</StackId><StackStatus>${status}</StackStatus>` +
    `<Outputs>${members.join('')}</Outputs>`
  )
}

function eventXml(bucket: string): string {
  return (
    '<member><ResourceType>AWS::CloudFormation::Stack</ResourceType><ResourceStatus>ROLLBACK_COMPLETE</ResourceStatus></member>' +
    `<member><ResourceType>AWS::S3::Bucket</ResourceType><PhysicalResourceId>${bucket}</PhysicalResourceId></member>`
  )
}

function result(action: string, inner: string): Given {
  return xml(`${action}Response`, `<${action}Result>${inner}</${action}Result>`)
}

function xml(root: string, inner: string, status = 200): Given {
  return { status, headers: { 'content-type': 'text/xml' }, body: `<${root}>${inner}</${root}>` }
}
