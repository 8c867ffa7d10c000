/**
 * A synthesised stack as AWS would see it once it is deployed: the template with its references
 * filled in, its roles' policies, its bucket's policy.
 *
 * @module
 */

import { temporaryFolder } from '@waybill/test-support/temporary-folders'
import { App, Duration, Size, Stack } from 'aws-cdk-lib'
import { Template } from 'aws-cdk-lib/assertions'
import { WaybillUploads, type WaybillUploadsProps } from 'waybill-aws/cdk'
import { builtLambdas } from '../../../../tools/build/built-packages.ts'

export const ACCOUNT = '111122223333'
export const REGION = 'eu-west-1'
export const ORIGIN = 'https://app.example.com'

/** All of `RULES` are public. */
export const EVERY_CALLER = { type: 'none' } as const

export const RULES = {
  video: { types: ['video/mp4'], maxSize: Size.mebibytes(100), form: true, public: true },
  films: {
    types: ['video/mp4'],
    maxSize: Size.gibibytes(5),
    form: Size.kibibytes(1),
    expiresIn: Duration.minutes(1),
    public: true,
  },
} as const

/** What a construct needs beside a bucket. */
export const USUAL = { allowedOrigins: [ORIGIN], auth: EVERY_CALLER, rules: RULES } as const

export interface Synthesised {
  readonly uploads: WaybillUploads
  readonly stack: Stack
  readonly template: Template
  /** The cloud assembly: `cdk.out`. */
  readonly directory: string
  /** Resources with every reference replaced by a name or an ARN. */
  readonly resources: Readonly<Record<string, Resource>>
}

export interface Resource {
  readonly Type: string
  // biome-ignore lint/suspicious/noExplicitAny: CloudFormation's properties are whatever the resource has
  readonly Properties: any
}

/**
 * Builds the Lambda bundles (they are the stack's assets), then synthesises a stack with the
 * construct in it.
 */
export async function synthesise(
  given: Partial<WaybillUploadsProps> | ((stack: Stack) => Partial<WaybillUploadsProps>) = {},
  extend: (stack: Stack, uploads: WaybillUploads) => void = () => {},
  region = REGION,
): Promise<Synthesised> {
  await builtLambdas()
  const stack = newStack(region)
  const props = typeof given === 'function' ? given(stack) : given
  const uploads = new WaybillUploads(stack, 'Uploads', {
    allowedOrigins: [ORIGIN],
    auth: EVERY_CALLER,
    ...(props.signerCode ? {} : { rules: RULES }),
    ...props,
  })
  extend(stack, uploads)
  return { uploads, stack, ...read(stack) }
}

/**
 * @param isValidated - Whether CDK's own rules look at the template: it takes longer than all else
 *   of a synthesis. In `npm run test:ci` they look at the example app, at what each region can have
 *   together and at the plain templates; in `npm run test:long` at all.
 */
export function newStack(
  region = REGION,
  more: Readonly<Record<string, unknown>> = {},
  isValidated = process.env.WAYBILL_LONG !== undefined,
): Stack {
  const context = { '@aws-cdk/core:validateAgainstDefaultRules': true, ...more }
  // CDK leaves it behind.
  const outdir = temporaryFolder('waybill-cdk-')
  const app = new App({ context, outdir, builtinCloudFormationValidation: isValidated })
  return new Stack(app, 'Stack', { env: { account: ACCOUNT, region } })
}

export function read(stack: Stack): Pick<Synthesised, 'template' | 'resources' | 'directory'> {
  const template = Template.fromStack(stack)
  const raw = template.toJSON().Resources as Record<string, Resource>
  const resources: Record<string, Resource> = {}
  for (const [id, resource] of Object.entries(raw)) {
    resources[id] = filled(resource, raw) as Resource
  }
  return { template, resources, directory: assemblyOf(stack) }
}

/** Where the templates and assets were written. */
function assemblyOf({ node }: Stack): string {
  const { root } = node
  if (!App.isApp(root)) throw new Error('the stack is in no app')
  return root.synth().directory
}

/** The one resource of a type, or the one whose logical id matches too. */
export function only(
  { resources }: Pick<Synthesised, 'resources'>,
  type: string,
  id = /./,
): Resource {
  const found = Object.entries(resources).filter(
    ([name, resource]) => resource.Type === type && id.test(name),
  )
  const [first] = found
  if (found.length !== 1 || !first) throw new Error(`${found.length} resources are ${type} ${id}`)
  return first[1]
}

/** The properties of the one function whose logical id matches. */
export function functionOf(
  stack: Pick<Synthesised, 'resources'>,
  id: RegExp,
): Resource['Properties'] {
  return only(stack, 'AWS::Lambda::Function', id).Properties
}

/** The environment of the one function whose logical id matches. */
export function variablesOf(
  stack: Pick<Synthesised, 'resources'>,
  id = /Signer/,
): Resource['Properties'] {
  return functionOf(stack, id).Environment.Variables
}

/** The logical id of the first resource of a type, or of the first whose id matches too. */
export function idOf(
  { resources }: Pick<Synthesised, 'resources'>,
  type: string,
  name = /./,
): string {
  return Object.keys(resources).find((id) => resources[id]?.Type === type && name.test(id)) ?? ''
}

function filled(value: unknown, resources: Record<string, Resource>): unknown {
  if (Array.isArray(value)) return value.map((item) => filled(item, resources))
  if (typeof value !== 'object' || value === null) return value
  const record = value as Record<string, unknown>
  const { Ref: ref, 'Fn::GetAtt': attribute, 'Fn::Join': join, 'Fn::Sub': sub } = record
  if (typeof ref === 'string') return reference(ref, resources)
  if (Array.isArray(attribute)) return attributeOf(attribute, resources)
  if (Array.isArray(join)) {
    const [separator, parts] = join
    return (filled(parts, resources) as string[]).join(separator)
  }
  if (typeof sub === 'string') {
    return sub.replace(/\$\{([^}]+)\}/g, (_whole, name) => String(reference(name, resources)))
  }
  return Object.fromEntries(Object.entries(record).map(([k, v]) => [k, filled(v, resources)]))
}

const PSEUDO: Readonly<Record<string, string>> = {
  'AWS::AccountId': ACCOUNT,
  'AWS::Region': REGION,
  'AWS::Partition': 'aws',
  'AWS::URLSuffix': 'amazonaws.com',
}

function reference(name: string, resources: Record<string, Resource>): string {
  const pseudo = PSEUDO[name]
  if (pseudo !== undefined) return pseudo
  const type = resources[name]?.Type
  if (type === 'AWS::SecretsManager::Secret') {
    return `arn:aws:secretsmanager:${REGION}:${ACCOUNT}:secret:${name}-AbCdEf`
  }
  return type === 'AWS::S3::Bucket' ? name.toLowerCase() : name
}

function attributeOf([name, attribute]: string[], resources: Record<string, Resource>): string {
  const type = resources[name ?? '']?.Type
  if (attribute !== 'Arn') return `${name}.${attribute}`
  if (type === 'AWS::S3::Bucket') return `arn:aws:s3:::${name?.toLowerCase()}`
  if (type === 'AWS::IAM::Role') return `arn:aws:iam::${ACCOUNT}:role/${name}`
  const service: Record<string, string> = {
    'AWS::SQS::Queue': `sqs:${REGION}:${ACCOUNT}:${name}`,
    'AWS::Lambda::Function': `lambda:${REGION}:${ACCOUNT}:function:${name}`,
    'AWS::Logs::LogGroup': `logs:${REGION}:${ACCOUNT}:log-group:${name}:*`,
    'AWS::DynamoDB::Table': `dynamodb:${REGION}:${ACCOUNT}:table/${name}`,
    'AWS::KMS::Key': `kms:${REGION}:${ACCOUNT}:key/${name}`,
    'AWS::Events::Rule': `events:${REGION}:${ACCOUNT}:rule/${name}`,
  }
  return `arn:aws:${service[type ?? ''] ?? `other:::${name}`}`
}
