/**
 * The life of a stack from the template of `waybill template`, rehearsed with the AWS command line and without CDK: the
 * zip in a bucket, a value that is refused, deploy, use, an update of one parameter, a second stack beside the first,
 * delete.
 *
 * @module
 */

import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { objectCreatedEvent } from '@waybill/test-support/lambda-events'
import { startProgram } from '@waybill/test-support/waybill-process'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildLambdas } from '../../tools/build/lambdas.ts'
import { type Account, type Deed, missingPackages, startAccount } from './account.ts'
import { type Answer, AWS_PACKAGE, type Aws, awsFor } from './aws.ts'
import { named } from './deployed.ts'
import { runFunction, storeByForm } from './running.ts'

const missing = await missingPackages(AWS_PACKAGE)

const REGION = 'eu-west-1'
const STACK = 'uploads'
const CODE_BUCKET = 'code-of-functions'
const ORIGIN = 'https://app.example.com'
const RULES = {
  notes: { types: ['text/plain'], maxSize: '1 MiB', form: true, public: true, read: 'receipt' },
}

const VALUES = {
  AllowedOrigins: ORIGIN,
  Rules: JSON.stringify(RULES),
  CodeBucket: CODE_BUCKET,
  CodePrefix: 'releases/',
}

let account: Account
let aws: Aws

async function writeTemplate(...options: readonly string[]): Promise<string> {
  const folder = join(account.folder, `template${options.join('')}`)
  const started = startProgram('waybill', ['template', '--out', folder, ...options], {
    cleanUp: () => {},
  })
  if ((await started.exit) !== 0) throw new Error(started.stderr())
  return folder
}

/** As docs/operate/template.md has it: values from a file, so that JSON in them needs no quoting. */
async function deploy(
  folder: string,
  values: Readonly<Record<string, string>>,
  stack = STACK,
): Promise<Answer> {
  const file = join(account.folder, 'parameters.json')
  const pairs = Object.entries(values).map(([name, value]) => `${name}=${value}`)
  await writeFile(file, JSON.stringify(pairs))
  const template = ['--template-file', join(folder, 'template.json'), '--stack-name', stack]
  const rest = ['--capabilities', 'CAPABILITY_IAM', '--parameter-overrides', `file://${file}`]
  return aws('cloudformation', 'deploy', ...template, ...rest)
}

async function outputsOf(stack: string): Promise<Readonly<Record<string, string>>> {
  const { said } = await aws('cloudformation', 'describe-stacks', '--stack-name', stack)
  const [{ Outputs: outputs }] = JSON.parse(said).Stacks
  return Object.fromEntries(
    outputs.map(({ OutputKey: name, OutputValue: value }: Record<string, string>) => [name, value]),
  )
}

async function deedOf(type: string, id: string): Promise<Deed> {
  const deeds = (await account.deeds()).filter(
    (deed) => deed.type === type && deed.stack === STACK && deed.did !== 'delete',
  )
  return named(Object.fromEntries(deeds.map((deed) => [deed.id, deed])), id)[1]
}

describe.skipIf(missing !== undefined)('a stack from the plain template', () => {
  // biome-ignore lint/suspicious/noExplicitAny: each API's answer as it came
  let there: any
  let outputs: Readonly<Record<string, string>>
  let folder: string

  beforeAll(async () => {
    await buildLambdas()
    account = await startAccount()
    aws = await awsFor(account, REGION)
    folder = await writeTemplate('--auth', 'none', '--read')
    const [zip = ''] = (await readdir(folder)).filter((name) => name.endsWith('.zip'))
    expect(await aws('s3', 'mb', `s3://${CODE_BUCKET}`)).toMatchObject({ code: 0 })
    const place = `s3://${CODE_BUCKET}/releases/${zip}`
    expect(await aws('s3', 'cp', join(folder, zip), place)).toMatchObject({ code: 0 })
  })
  afterAll(() => account?.close())

  describe('with an invalid value', () => {
    it.each([
      ['AllowedOrigins', `${ORIGIN},https://b.example/`],
      ['Rules', '{"notes":{"types":["text/plain"],"maxSize":1,"public":true,"remove":true}}'],
      ['Prefix', '/uploads'],
      ['CodeBucket', ''],
    ])('is rejected before anything is created: %s', async (name, value) => {
      const { code, said } = await deploy(folder, { ...VALUES, [name]: value })
      expect(code).not.toBe(0)
      expect(said).toContain(name)
      const stack = await aws('cloudformation', 'describe-stacks', '--stack-name', STACK)
      expect(stack.said).toContain('does not exist')
    })
  })

  describe('that is the first', () => {
    beforeAll(async () => {
      const answer = await deploy(folder, VALUES)
      expect(answer).toMatchObject({ code: 0 })
      there = await account.inventory(REGION)
      outputs = await outputsOf(STACK)
    })

    it('prints what its users need', () => {
      expect(outputs).toMatchObject({
        SignerUrl: expect.stringMatching(/^https:\/\/[a-z0-9]+\.lambda-url\.eu-west-1\.on\.aws\/$/),
        BucketName: named(there.buckets, 'uploadsbucket')[0],
        SecretArn: Object.keys(there.secrets)[0],
      })
    })

    it('passes the values to bucket and functions', () => {
      const [, bucket] = named<typeof there>(there.buckets, 'uploadsbucket')
      expect(bucket.cors.CORSRules[0].AllowedOrigins).toEqual([ORIGIN])
      const [, signer] = named<typeof there>(there.functions, 'signer')
      expect(signer.configuration.Environment.Variables).toMatchObject({
        WAYBILL_ALLOWED_ORIGINS: ORIGIN,
        WAYBILL_RULES: VALUES.Rules,
        WAYBILL_PREFIX: 'uploads/',
      })
    })

    it('signs a form that stores a file, and judges the object', async () => {
      const signer = await deedOf('AWS::Lambda::Function', 'SignerFunction')
      const stored = await storeByForm(account, signer, 'a first upload')
      const arrival = await deedOf('AWS::Lambda::Function', 'ArrivalFunction')
      const landed = objectCreatedEvent(outputs.BucketName ?? '', stored)
      const verdict = await runFunction(account, arrival, landed)
      expect(verdict).toMatchObject({ verdict: 'verified', key: stored.key })
    })
  })

  describe('with one changed parameter', () => {
    it('changes only what it controls', async () => {
      const AllowedOrigins = `${ORIGIN},https://b.example`
      expect(await deploy(folder, { AllowedOrigins })).toMatchObject({ code: 0 })
      const now = await account.inventory(REGION)
      const [name, bucket] = named<typeof now>(now.buckets, 'uploadsbucket')
      expect(name).toBe(outputs.BucketName)
      expect(bucket.cors.CORSRules[0].AllowedOrigins).toEqual([ORIGIN, 'https://b.example'])
      const { Variables: before } = named<typeof there>(there.functions, 'signer')[1].configuration
        .Environment
      const { Variables } = named<typeof now>(now.functions, 'signer')[1].configuration.Environment
      expect(Variables).toEqual({ ...before, WAYBILL_ALLOWED_ORIGINS: AllowedOrigins })
      expect(now.secrets).toEqual(there.secrets)
    })
  })

  describe('next to a second one', () => {
    it('can be in the same region, both with CloudFront', async () => {
      const fronted = await writeTemplate('--auth', 'none', '--read', '--front')
      const urls: (string | undefined)[] = []
      for (const stack of ['second', 'third']) {
        expect(await deploy(fronted, VALUES, stack)).toMatchObject({ code: 0 })
        urls.push((await outputsOf(stack)).SignerUrl)
      }
      for (const url of urls) expect(url).toMatch(/^https:\/\/\w+\.cloudfront\.net$/)
      expect(urls[0]).not.toBe(urls[1])
    })
  })

  describe('that is deleted', () => {
    it('keeps its bucket with policy and secret, and its logs', async () => {
      for (const stack of [STACK, 'second', 'third']) {
        await aws('cloudformation', 'delete-stack', '--stack-name', stack)
        const ended = ['wait', 'stack-delete-complete', '--stack-name', stack]
        expect(await aws('cloudformation', ...ended)).toMatchObject({ code: 0 })
      }
      const left = await account.inventory(REGION)
      expect(left.buckets[outputs.BucketName ?? ''].policy).toBeTruthy()
      expect(Object.keys(left.secrets)).toContain(outputs.SecretArn)
      expect(Object.keys(left.logGroups)).not.toEqual([])
      expect([left.functions, left.queues, left.rules]).toEqual([{}, {}, []])
    })
  })
})
