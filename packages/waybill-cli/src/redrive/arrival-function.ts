/**
 * Reads the settings of a deployed arrival function, finds its dead-letter queue, and invokes the
 * function.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
 *
 * @module
 */

import { CommandFailure, usageFailure } from '@waybill/command-line/command-failure'
import { type AwsRestCall, callAwsRest, regionOfArn } from 'waybill/internal/storage'
import type { BucketLocation } from 'waybill-s3'
import type { AwsAccess } from '../account/aws-access.ts'

export interface ArrivalFunction {
  readonly name: string
  readonly location: BucketLocation
  readonly prefix: string
  readonly requiresScan: boolean
  readonly timeoutSeconds: number
}

export type Judged =
  | { readonly verdict: string; readonly reason?: string }
  | { readonly failure: string }

/** Parses `--function`, which is a function's name or ARN. */
export function functionName(text: string): { readonly name: string; readonly region?: string } {
  const region = regionOfArn(text)
  const name = region === undefined ? text : text.split(':')[6]
  if (name && /^[\w-]{1,64}$/.test(name)) return { name, ...(region ? { region } : {}) }
  throw usageFailure(`--function is '${text}', expected the name or the ARN of a function`)
}

/** @throws {CommandFailure} If `name` is not an arrival function. */
export async function readArrivalFunction(
  access: AwsAccess,
  name: string,
): Promise<ArrivalFunction> {
  const said = await callLambda(access, {
    name: 'lambda.GetFunctionConfiguration',
    method: 'GET',
    path: `/2015-03-31/functions/${name}/configuration`,
    timeoutMs: 10_000,
  })
  const { Environment: environment, Timeout: timeout } = objectOf(said.body)
  const settings = settingsOf(Object(environment).Variables)
  if (!settings.WAYBILL_BUCKET || settings.WAYBILL_AUTH) {
    const what = settings.WAYBILL_AUTH ? "the signer's function" : 'no function of Waybill'
    throw new CommandFailure(`${name} is ${what}, expected the arrival function`)
  }
  return {
    name,
    location: bucketOf(settings, access.region),
    prefix: settings.WAYBILL_PREFIX ?? '',
    requiresScan: settings.WAYBILL_REQUIRE_SCAN === 'on',
    timeoutSeconds: Number(timeout) || 30,
  }
}

/** Reads the settings as the function itself does (`waybill/src/settings/environment.ts`). */
function bucketOf(settings: Readonly<Record<string, string>>, region: string): BucketLocation {
  const { WAYBILL_ENDPOINT: endpoint, WAYBILL_ADDRESSING: addressing } = settings
  return {
    bucket: settings.WAYBILL_BUCKET ?? '',
    region: settings.WAYBILL_REGION || region,
    ...(endpoint ? { endpoint } : {}),
    ...(addressing === 'virtual' || addressing === 'path' ? { addressing } : {}),
  }
}

/** Returns the ARN of the function's dead-letter queue. */
export async function deadLetterQueueOf(access: AwsAccess, name: string): Promise<string> {
  const said = await callLambda(access, {
    name: 'lambda.GetFunctionEventInvokeConfig',
    method: 'GET',
    path: `/2019-09-25/functions/${name}/event-invoke-config`,
    timeoutMs: 10_000,
  })
  const { DestinationConfig: destinations } = objectOf(said.body)
  const arn: unknown = Object(Object(destinations).OnFailure).Destination
  if (typeof arn === 'string' && arn.includes(':sqs:')) return arn
  throw new CommandFailure(`${name} has no dead-letter queue: name one with --queue`)
}

/**
 * Invokes the function with one event and waits for its verdict. If the function throws, this
 * returns a failure.
 *
 * @throws {AwsCallFailed} If Lambda could not run the function.
 */
export async function judgeAgain(
  access: AwsAccess,
  { name, timeoutSeconds }: ArrivalFunction,
  event: unknown,
): Promise<Judged> {
  const said = await callLambda(access, {
    name: 'lambda.Invoke',
    method: 'POST',
    path: `/2015-03-31/functions/${name}/invocations`,
    body: JSON.stringify(event),
    timeoutMs: (timeoutSeconds + 15) * 1000,
  })
  const { verdict, reason, errorMessage } = objectOf(said.body)
  if (said.header('x-amz-function-error') !== undefined) {
    return { failure: String(errorMessage ?? 'the function failed, its log says why') }
  }
  if (typeof verdict !== 'string') return { failure: 'the function returned no verdict' }
  // Another function judges this object, or this function did before its prefix changed.
  if (reason === 'other-prefix') return { failure: 'not judged: other-prefix' }
  return { verdict, ...(typeof reason === 'string' ? { reason } : {}) }
}

function callLambda(access: AwsAccess, call: Omit<AwsRestCall, 'service'>) {
  const { region, credentials } = access
  const endpoint = access.endpointOf('lambda')
  return callAwsRest({ service: 'lambda', ...call }, { region, credentials, endpoint })
}

function settingsOf(variables: unknown): Readonly<Record<string, string>> {
  const all = Object.entries(Object(variables))
  return Object.fromEntries(
    all.filter((each): each is [string, string] => typeof each[1] === 'string'),
  )
}

function objectOf(text: string): Readonly<Record<string, unknown>> {
  try {
    return Object(JSON.parse(text))
  } catch {
    return {}
  }
}
