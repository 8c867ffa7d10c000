/**
 * Asks what somebody may do in a synthesised stack: AWS's evaluation of identity and bucket policies, offline.
 *
 * @module
 */

import { anonymousPrincipal, runSimulation, type Simulation } from '@cloud-copilot/iam-simulate'
import { ACCOUNT, only, REGION, type Synthesised } from '../synthesised.ts'

/** Who asks: a role of the stack by its logical id, a service of AWS, or nobody that AWS knows. */
export type Asker =
  | { readonly role: RegExp }
  | { readonly service: string }
  | 'anonymous'
  | 'administrator'

export interface Question {
  readonly who: Asker
  readonly action: string
  /** Object key, for an action on an object. */
  readonly key?: string
  /** ARN, for an action on something else than the bucket or its objects. */
  readonly resource?: string
  /** Tags of the object as it is. */
  readonly tags?: Readonly<Record<string, string>>
  /** Tags that the request brings along, or writes. */
  readonly requestTags?: Readonly<Record<string, string>>
  /** More of the request's context: `aws:SecureTransport`, `s3:signatureAge` … */
  readonly context?: Readonly<Record<string, string | string[]>>
}

const ADMINISTRATOR = `arn:aws:iam::${ACCOUNT}:role/Administrator`
const EVERYTHING = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
}

/** An honest request of today. */
const CONTEXT = {
  'aws:SecureTransport': 'true',
  's3:TlsVersion': '1.3',
  's3:signatureversion': 'AWS4-HMAC-SHA256',
  's3:signatureAge': '1000',
  's3:authType': 'REST-HEADER',
}

/** @returns Whether the answer is yes. */
export async function may(stack: Synthesised, question: Question): Promise<boolean> {
  const { who, action } = question
  const principal = principalOf(stack, who)
  const tags = Object.entries(question.tags ?? {}).map(
    ([name, value]) => [`s3:ExistingObjectTag/${name}`, value] as const,
  )
  const simulation: Simulation = {
    request: {
      principal: principal ?? anonymousPrincipal,
      action,
      resource: { resource: resourceOf(stack, question), accountId: ACCOUNT },
      contextVariables: {
        ...CONTEXT,
        'aws:RequestedRegion': REGION,
        ...whoAsks(who, principal),
        ...Object.fromEntries(tags),
        ...requestTagContext(question.requestTags),
        ...question.context,
      },
    },
    identityPolicies: identityPolicies(stack, who),
    serviceControlPolicies: [],
    resourceControlPolicies: [],
    ...resourcePolicy(stack, action),
    additionalSettings: { s3: { blockPublicAccess: true } },
  }
  const result = await runSimulation(simulation, {})
  if (result.resultType === 'error') throw new Error(JSON.stringify(result.errors))
  return result.overallResult === 'Allowed'
}

/** A service that comes on its own behalf has no ARN. */
function whoAsks(who: Asker, principal: string | undefined): Record<string, string> {
  if (principal === undefined) return {}
  if (typeof who === 'object' && 'service' in who) {
    return { 'aws:PrincipalIsAWSService': 'true', 'aws:PrincipalServiceName': who.service }
  }
  return { 'aws:PrincipalArn': principal }
}

/** @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/tagging-and-policies.html */
function requestTagContext(tags: Question['requestTags']): Record<string, string | string[]> {
  if (!tags) return {}
  const values = Object.entries(tags).map(
    ([name, value]) => [`s3:RequestObjectTag/${name}`, value] as const,
  )
  return { ...Object.fromEntries(values), 's3:RequestObjectTagKeys': Object.keys(tags) }
}

/** Buckets and keys have policies of their own. */
function resourcePolicy(stack: Synthesised, action: string) {
  if (action.startsWith('s3:')) return { resourcePolicy: bucketPolicy(stack) }
  if (action.startsWith('kms:')) {
    return { resourcePolicy: keyPolicy(stack) }
  }
  return {}
}

/** A key of elsewhere is taken to leave it to IAM, as keys do unless their policy is written anew. */
function keyPolicy(stack: Synthesised) {
  const hasKey = Object.values(stack.resources).some(({ Type }) => Type === 'AWS::KMS::Key')
  if (hasKey) return only(stack, 'AWS::KMS::Key').Properties.KeyPolicy
  const AWS = `arn:aws:iam::${ACCOUNT}:root`
  const Statement = [{ Effect: 'Allow', Principal: { AWS }, Action: 'kms:*', Resource: '*' }]
  return { Version: '2012-10-17', Statement }
}

function bucketPolicy(stack: Synthesised) {
  return only(stack, 'AWS::S3::BucketPolicy').Properties.PolicyDocument
}

function principalOf({ resources }: Synthesised, who: Asker): string | undefined {
  if (who === 'anonymous') return undefined
  if (who === 'administrator') return ADMINISTRATOR
  if ('service' in who) return who.service
  return `arn:aws:iam::${ACCOUNT}:role/${roleId(resources, who.role)}`
}

function roleId(resources: Synthesised['resources'], id: RegExp): string {
  const found = Object.keys(resources).filter(
    (name) => resources[name]?.Type === 'AWS::IAM::Role' && id.test(name),
  )
  const [first] = found
  if (found.length !== 1 || !first) throw new Error(`${found.length} roles are ${id}`)
  return first
}

function identityPolicies({ resources }: Synthesised, who: Asker) {
  if (who === 'anonymous') return []
  if (typeof who === 'object' && 'service' in who) return []
  if (who === 'administrator') return [{ name: 'everything', policy: EVERYTHING }]
  const role = roleId(resources, who.role)
  return Object.entries(resources)
    .filter(
      ([, { Type, Properties }]) => Type === 'AWS::IAM::Policy' && Properties.Roles.includes(role),
    )
    .map(([name, { Properties }]) => ({ name, policy: Properties.PolicyDocument }))
}

function resourceOf(stack: Synthesised, { resource, key }: Question): string {
  if (resource !== undefined) return resource
  const bucket = only(stack, 'AWS::S3::BucketPolicy').Properties.Bucket
  return key === undefined ? `arn:aws:s3:::${bucket}` : `arn:aws:s3:::${bucket}/${key}`
}
