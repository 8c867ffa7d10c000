import { CommandFailure, usageFailure } from '@waybill/command-line/command-failure'
import { type AwsAccount, callAwsOnce } from 'waybill/internal/storage'
import { withoutTrailingSlashes } from 'waybill-s3/internal/bucket-url'
import { childOf, childrenOf, parseXml, textOf, type XmlElement } from 'waybill-s3/internal/xml'

export interface Deployment {
  /** Without a trailing slash. */
  readonly signerUrl: string
  readonly bucket: string
  /** The origin of the pages that upload. */
  readonly origin?: string
  /** The base URL of verified objects, with a trailing slash. */
  readonly deliveryUrl?: string
  readonly stack: DeployedStack
}

export interface DeployedStack {
  readonly name: string
  readonly id: string
  /** For example `CREATE_COMPLETE`. */
  readonly status: string
  readonly outputs: Readonly<Record<string, string>>
  readonly resources: readonly StackResource[]
}

export interface StackResource {
  readonly type: string
  readonly physicalId: string
}

export interface DeploymentOptions {
  readonly signer?: string | undefined
  readonly bucket?: string | undefined
  readonly origin?: string | undefined
  readonly delivery?: string | undefined
}

/**
 * Values from the command line override the stack's outputs.
 *
 * @throws {CommandFailure} If the stack does not exist, or the signer or the bucket is unknown.
 */
export async function findDeployment(
  account: AwsAccount,
  name: string,
  options: DeploymentOptions = {},
): Promise<Deployment> {
  const stack = await readStack(account, name)
  const { outputs } = stack
  const signer = options.signer ?? outputs.SignerUrl
  const bucket = options.bucket ?? outputs.BucketName
  if (signer === undefined || bucket === undefined) {
    throw new CommandFailure(
      `stack ${name} has no output ${signer === undefined ? 'SignerUrl' : 'BucketName'}: add one ` +
        '(new CfnOutput), or pass --signer and --bucket',
    )
  }
  const origin = options.origin ?? outputs.SiteUrl
  const delivery = options.delivery ?? outputs.DeliveryUrl
  return {
    signerUrl: readUrl('signer', signer),
    bucket,
    ...(origin === undefined ? {} : { origin }),
    ...(delivery === undefined ? {} : { deliveryUrl: `${readUrl('delivery', delivery)}/` }),
    stack,
  }
}

/** @returns The URL without slashes at its end. */
export function readUrl(name: string, value: string): string {
  if (URL.canParse(value) && /^https?:/.test(value)) return withoutTrailingSlashes(value)
  throw usageFailure(`--${name} is '${value}', expected a URL that begins with https://`)
}

async function readStack(account: AwsAccount, name: string): Promise<DeployedStack> {
  const response = await cloudFormation(account, 'DescribeStacks', { StackName: name })
  const result = childOf(response, 'DescribeStacksResult')
  const [stack] = members(result, 'Stacks')
  if (!stack) throw new CommandFailure(`there is no stack ${name} in ${account.region}`)
  return {
    name: textOf(stack, 'StackName') ?? name,
    id: textOf(stack, 'StackId') ?? '',
    status: textOf(stack, 'StackStatus') ?? '',
    outputs: Object.fromEntries(
      members(stack, 'Outputs').map((output) => [
        textOf(output, 'OutputKey') ?? '',
        textOf(output, 'OutputValue') ?? '',
      ]),
    ),
    resources: (
      await listAll(account, 'ListStackResources', 'StackResourceSummaries', { StackName: name })
    ).map(readResource),
  }
}

export function readResource(element: XmlElement): StackResource {
  return {
    type: textOf(element, 'ResourceType') ?? '',
    physicalId: textOf(element, 'PhysicalResourceId') ?? '',
  }
}

/** Reads a CloudFormation list, which consists of `member` elements. */
function members(parent: XmlElement | undefined, name: string): readonly XmlElement[] {
  const list = parent && childOf(parent, name)
  return list ? childrenOf(list, 'member') : []
}

/** Reads all pages of a list. */
export async function listAll(
  account: AwsAccount,
  action: string,
  list: string,
  parameters: Readonly<Record<string, string>>,
): Promise<XmlElement[]> {
  const all: XmlElement[] = []
  let next: Readonly<Record<string, string>> | undefined = {}
  while (next) {
    const response = await cloudFormation(account, action, { ...parameters, ...next })
    const result = childOf(response, `${action}Result`)
    all.push(...members(result, list))
    const token = result && textOf(result, 'NextToken')
    next = token ? { NextToken: token } : undefined
  }
  return all
}

/**
 * @throws {CommandFailure} With CloudFormation's error code.
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/Welcome.html
 */
async function cloudFormation(
  account: AwsAccount,
  action: string,
  parameters: Readonly<Record<string, string>>,
): Promise<XmlElement> {
  const form = new URLSearchParams({ Action: action, Version: '2010-05-15', ...parameters })
  const { status, body } = await callAwsOnce(account, {
    service: 'cloudformation',
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' },
    body: form.toString(),
  })
  const document = parse(body)
  if (status === 200 && document) return document
  const error = document && childOf(document, 'Error')
  const said = error && `${textOf(error, 'Code')}: ${textOf(error, 'Message')}`
  throw new CommandFailure(
    `CloudFormation ${status === 0 ? 'gives no answer' : (said ?? `answers ${status}`)} to ${action}`,
  )
}

function parse(text: string): XmlElement | undefined {
  try {
    return parseXml(text)
  } catch {
    return undefined
  }
}
