/**
 * Handles a bucket in another region or account, or one whose policy this app cannot change.
 * Synthesis prints what the bucket's owner must add.
 *
 * @module
 */

import { Annotations, Aspects, Stack, Token } from 'aws-cdk-lib'
import { ArnPrincipal, Effect, type IRole, PolicyStatement } from 'aws-cdk-lib/aws-iam'
import type { IBucket } from 'aws-cdk-lib/aws-s3'
import type { Construct } from 'constructs'
import { partitionOf } from 'waybill-s3/internal/bucket-url'

export interface BucketUser {
  readonly role: IRole
  /** The role's own policy restricts these actions further. */
  readonly actions: readonly string[]
}

export function actionsOf(statements: readonly PolicyStatement[]): readonly string[] {
  const allowed = statements.filter(({ effect }) => effect === Effect.ALLOW)
  const actions = allowed.flatMap((statement) => statement.actions)
  return [...new Set(actions)].filter((action) => action.startsWith('s3:')).sort()
}

export function isOfAnotherAccount(scope: Construct, { env }: IBucket): boolean {
  return differs(env.account, Stack.of(scope).account)
}

export function isInAnotherRegion(scope: Construct, { env }: IBucket): boolean {
  return differs(env.region, Stack.of(scope).region)
}

/** An unresolved value could turn out to be equal, so it does not count as different. */
function differs(one: string, other: string): boolean {
  return one !== other && !Token.isUnresolved(one)
}

/** A cross-account call must be allowed by both the role's policy and the bucket's policy. */
export function grantUse(bucket: IBucket, prefix: string, users: readonly BucketUser[]) {
  return users.map(
    ({ role, actions }, at) =>
      new PolicyStatement({
        sid: `LetWaybillUse${at + 1}`,
        principals: [new ArnPrincipal(role.roleArn)],
        actions: [...actions],
        resources: [bucket.bucketArn, bucket.arnForObjects(`${prefix}*`)],
      }),
  )
}

export function warnOfPolicy(scope: Construct, statements: readonly PolicyStatement[]): void {
  // Roles can be added to the statements until synthesis.
  Aspects.of(scope).add({
    visit: (node) => {
      if (node === scope) addPolicyWarning(scope, statements)
    },
  })
}

function addPolicyWarning(scope: Construct, statements: readonly PolicyStatement[]): void {
  const stack = Stack.of(scope)
  const resolve = (value: unknown) => stack.resolve(value)
  const partition = Token.isUnresolved(stack.region) ? 'aws' : partitionOf(stack.region).name
  const written = JSON.stringify(
    statements.map((each) => printed(resolve(each.toStatementJson()), partition)),
    null,
    2,
  )
  Annotations.of(scope).addWarningV2(
    'waybill:bucket-policy-not-added',
    "This app cannot change the bucket's policy. After the deployment, its owner must add these statements, with the " +
      `ARNs of the roles (docs/operate/bucket.md, The bucket policy):\n${written}`,
  )
}

export function warnOfEvents(scope: Construct, bucket: IBucket): void {
  const elsewhere = isInAnotherRegion(scope, bucket) || isOfAnotherAccount(scope, bucket)
  if (!elsewhere) return
  const { account, region } = Stack.of(scope)
  const [own, theirs] = [{ account, region }, bucket.env].map((env) => ({
    account: Token.isUnresolved(env.account) ? 'this account' : env.account,
    region: Token.isUnresolved(env.region) ? 'this region' : env.region,
  })) as [Place, Place]
  Annotations.of(scope).addWarningV2(
    'waybill:events-of-another-place',
    `The bucket is in ${theirs.region} of ${theirs.account}, but the arrival function gets events from the default event bus in ` +
      `${own.region} of ${own.account}. In the bucket's region and account, create a rule for ` +
      '{"source":["aws.s3"],"detail-type":["Object Created"]} of this bucket with that bus as its target, and allow ' +
      "the events of the other account in the bus's policy " +
      '(docs/operate/bucket.md, A bucket in another region or account).',
  )
}

interface Place {
  readonly account: string
  readonly region: string
}

/** Replaces unresolved values with placeholders such as `<LogicalId.Arn>`. */
function printed(value: unknown, partition: string): unknown {
  const inner = (each: unknown) => printed(each, partition)
  if (Array.isArray(value)) return value.map(inner)
  if (typeof value !== 'object' || value === null) return value
  const { Ref: ref, 'Fn::GetAtt': attribute, 'Fn::Join': join } = value as Record<string, unknown>
  if (ref === 'AWS::Partition') return partition
  if (typeof ref === 'string') return `<${ref}>`
  if (Array.isArray(attribute)) return `<${attribute.join('.')}>`
  if (Array.isArray(join) && Array.isArray(join[1])) return join[1].map(inner).join(String(join[0]))
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, inner(each)]))
}
