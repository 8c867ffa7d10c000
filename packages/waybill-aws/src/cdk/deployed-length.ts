import { CfnResource, Stack } from 'aws-cdk-lib'
import type { Construct } from 'constructs'

/** Typical values, or longer ones. */
const PSEUDO: Readonly<Record<string, string>> = {
  'AWS::AccountId': '111122223333',
  'AWS::Partition': 'aws',
  'AWS::Region': 'ap-northeast-1',
  'AWS::URLSuffix': 'amazonaws.com',
}
/** In characters, for an attribute that is not an ARN. */
const ATTRIBUTE_LENGTH = 64

/**
 * Estimates the length of a value's JSON after the deployment, in which CloudFormation replaces
 * references with names and ARNs.
 */
export function deployedLength(scope: Construct, value: unknown): number {
  const stack = Stack.of(scope)
  const types = new Map(
    stack.node
      .findAll()
      .filter(CfnResource.isCfnResource)
      .map((each) => [stack.resolve(each.logicalId), each.cfnResourceType]),
  )
  return JSON.stringify(deployed(stack.resolve(value), { stack: stack.stackName, types })).length
}

interface Names {
  readonly stack: string
  readonly types: ReadonlyMap<string, string>
}

function deployed(value: unknown, names: Names): unknown {
  if (Array.isArray(value)) return value.map((each) => deployed(each, names))
  if (typeof value !== 'object' || value === null) return value
  const { Ref: ref, 'Fn::GetAtt': attribute, 'Fn::Join': join } = value as Record<string, unknown>
  if (typeof ref === 'string') return PSEUDO[ref] ?? reference(ref, names)
  if (Array.isArray(attribute)) {
    return attribute[1] === 'Arn'
      ? arnOf(String(attribute[0]), names)
      : 'x'.repeat(ATTRIBUTE_LENGTH)
  }
  if (Array.isArray(join)) return [deployed(join[1], names)].flat().join(String(join[0]))
  const entries = Object.entries(value)
  if (entries[0]?.[0].startsWith('Fn::')) return 'x'.repeat(ATTRIBUTE_LENGTH)
  return Object.fromEntries(entries.map(([name, each]) => [name, deployed(each, names)]))
}

/** A secret's reference is its ARN. */
function reference(id: string, names: Names): string {
  const isArn = names.types.get(id) === 'AWS::SecretsManager::Secret'
  return isArn ? `${arnOf(id, names)}-AbCdEf` : nameOf(id, names)
}

function nameOf(id: string, { stack }: Names): string {
  return `${stack}-${id}-AbCdEfGhIjKl`.slice(0, 64)
}

function arnOf(id: string, names: Names): string {
  const type = names.types.get(id)
  if (type === 'AWS::S3::Bucket') return `arn:aws:s3:::${nameOf(id, names)}`
  if (type === 'AWS::IAM::Role') return `arn:aws:iam::111122223333:role/${nameOf(id, names)}`
  return `arn:aws:secretsmanager:ap-northeast-1:111122223333:secret:${nameOf(id, names)}`
}
