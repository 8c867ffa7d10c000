/**
 * The example app where it is deployed: with an account and a region, each flag, another bootstrap;
 * and what a region lacks, said while synthesising.
 *
 * Slow: synthesises the example app again and again, with all of CDK's rules and cdk-nag.
 * `packages/waybill-aws/test/cdk/template.test.ts` has what is built.
 *
 * @module
 */

import { mkdtemp, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { temporaryFolder } from '@waybill/test-support/temporary-folders'
import { App } from 'aws-cdk-lib'
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions'
import { beforeAll, describe, expect, it } from 'vitest'
import { Delivery, SignerFront, WaybillUploads } from 'waybill-aws/cdk'
import { addExample } from '../../../../../test/rehearsal/example/stack.ts'
import { builtLambdas } from '../../../../../tools/build/built-packages.ts'
import { newStack, USUAL } from '../synthesised.ts'

const ACCOUNT = '123456789012'

type Context = Readonly<Record<string, unknown>>

let folder: string
let settings: Context

beforeAll(async () => {
  await builtLambdas()
  folder = temporaryFolder('waybill regions ')
  const { context } = JSON.parse(
    await readFile(
      new URL('../../../../../test/rehearsal/example/cdk.json', import.meta.url),
      'utf8',
    ),
  )
  settings = context
})

/** @throws {Error} What cdk-nag and CDK's own validation find: synthesis fails by it. */
async function example(region: string, context: Context = {}) {
  const outdir = await mkdtemp(join(folder, 'out-'))
  const app = new App({ outdir, context: { ...settings, ...context } })
  const stack = addExample(app, { account: ACCOUNT, region })
  app.synth()
  return { stack, template: Template.fromStack(stack).toJSON() }
}

const DELIVERY = { delivery: 'true' }

const FLAGS: readonly (readonly [string, Context])[] = [
  ['no flag', {}],
  ['demo', { demo: 'true' }],
  ['every switch', { malwareScan: 'true', transferAcceleration: 'true', ...DELIVERY }],
  ['a bound of calls', { reservedConcurrency: '20' }],
  ['no bound of calls', { reservedConcurrency: 'unreserved' }],
]

describe('the example app', () => {
  it.each(FLAGS)('passes every check in an account in eu-west-1, with %s', async (_, flags) => {
    await expect(example('eu-west-1', flags)).resolves.toBeDefined()
  })

  it.each(['us-east-1', 'ap-east-1'])('passes every check in %s', async (region) => {
    const flags = { malwareScan: 'true', ...DELIVERY }
    await expect(example(region, flags)).resolves.toBeDefined()
  })

  it('passes every check with a custom CDK bootstrap qualifier', async () => {
    const { template } = await example('eu-west-1', { '@aws-cdk/core:bootstrapQualifier': 'team7' })
    expect(JSON.stringify(template)).toContain('cdk-team7-assets-123456789012-eu-west-1')
  })

  it('has CloudFront access logs, except in opt-in regions, where it reports that', async () => {
    const flags = { ...DELIVERY }
    const logs = ({ template }: Awaited<ReturnType<typeof example>>) =>
      Object.values<{ Type: string; Properties: { DistributionConfig: { Logging?: object } } }>(
        template.Resources,
      )
        .filter(({ Type }) => Type === 'AWS::CloudFront::Distribution')
        .map(({ Properties }) => Properties.DistributionConfig.Logging !== undefined)
    expect(logs(await example('eu-west-1', flags))).toEqual([true])
    const optedIn = await example('ap-east-1', flags)
    expect(logs(optedIn)).toEqual([false])
    const said = Annotations.fromStack(optedIn.stack).findWarning(
      '*',
      Match.stringLikeRegexp('cannot write access logs (in)?to a bucket in ap-east-1'),
    )
    expect(said).toHaveLength(1)
  })
})

/** Everything that CloudFront keeps, once for a whole account. */
function everything(region: string, context: Context = {}) {
  const stack = newStack(region, context)
  const { bucket, signer } = new WaybillUploads(stack, 'Uploads', {
    ...USUAL,
    behindCloudFront: true,
  })
  new SignerFront(stack, 'Front', { signer })
  new Delivery(stack, 'Delivery', { bucket, viewers: 'everybody' })
  return stack
}

describe('two stacks in one account and two regions', () => {
  /** Names that a template gives, of what is not of a region. */
  function globalNames(template: object): string[] {
    const found: string[] = []
    JSON.stringify(template, (name, value: unknown) => {
      if (/^(?:Name|\w+Name)$/.test(name) && typeof value === 'string') found.push(value)
      return value
    })
    return found
  }
  const GLOBAL = /^AWS::(?:CloudFront|IAM|S3)::|::Dashboard$/

  function namesOf(template: ReturnType<Template['toJSON']>): string[] {
    const resources = Object.values<{ Type: string; Properties: object }>(template.Resources)
    // A policy's name is its role's own.
    return resources
      .filter(({ Type }) => GLOBAL.test(Type) && Type !== 'AWS::IAM::Policy')
      .flatMap(({ Properties }) => globalNames({ Properties }))
  }

  it('share no names', () => {
    const [one, other] = ['eu-west-1', 'eu-west-2'].map((region) =>
      namesOf(Template.fromStack(everything(region)).toJSON()),
    )
    expect(one).toHaveLength(5)
    expect(one?.filter((name) => other?.includes(name))).toEqual([])
  })
})

describe('a region', () => {
  it.each([
    'ap-south-2',
    'ap-southeast-4',
    'ap-southeast-5',
    'ap-southeast-6',
    'ap-southeast-7',
    'ap-east-2',
    'ca-west-1',
    'eu-south-2',
    'eu-central-2',
    'il-central-1',
    'me-central-1',
    'us-gov-west-1',
    'cn-north-1',
    'eusc-de-east-1',
  ])('without Function URLs is rejected, with an alternative: %s', (region) => {
    expect(() => everything(region)).toThrow(
      new RegExp(`no Function URLs in ${region}.*deploy to another region.*HTTP API`),
    )
  })

  it('is trusted if its owner confirms a feature', () => {
    expect(() => everything('me-central-1', { 'waybill:trustRegion': true })).not.toThrow()
  })
})
