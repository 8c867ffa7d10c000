/**
 * The template of `waybill template`: what it has in common with the construct, and what every
 * choice of features keeps.
 *
 * Slow: synthesises each choice of features and applies all of CDK's rules to it.
 * `chosen-features.test.ts` compares single features with the construct; `packages/waybill-aws/test/cdk/access` has
 * permissions.
 *
 * @module
 */

import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { App, Duration, Size, Stack } from 'aws-cdk-lib'
import { Template } from 'aws-cdk-lib/assertions'
import { unzipSync } from 'fflate'
import { beforeAll, describe, expect, it } from 'vitest'
import { WaybillUploads } from 'waybill-aws/cdk'
import { builtLambdas } from '../../../../../tools/build/built-packages.ts'
import { NOTICES } from '../../../../../tools/build/notices.ts'
import { sidSuffix } from '../../../src/cdk/bucket/bucket-access.ts'
import { nagFindings } from '../nag-findings.ts'
import { ORIGIN } from '../synthesised.ts'
import { CHOICES, comparable, make, newFolder, type Resource, stackOf } from './choices.ts'
import { withValues } from './given-values.ts'

const run = promisify(execFile)

/** The property by which a resource is named; without it CloudFormation finds a name. */
const NAMES: ReadonlyMap<string, string> = new Map([
  ['AWS::CloudWatch::Alarm', 'AlarmName'],
  ['AWS::CloudWatch::Dashboard', 'DashboardName'],
  ['AWS::DynamoDB::Table', 'TableName'],
  ['AWS::Events::Rule', 'Name'],
  ['AWS::IAM::Role', 'RoleName'],
  ['AWS::Lambda::Function', 'FunctionName'],
  ['AWS::Logs::LogGroup', 'LogGroupName'],
  ['AWS::S3::Bucket', 'BucketName'],
  ['AWS::SQS::Queue', 'QueueName'],
  ['AWS::SecretsManager::Secret', 'Name'],
])

beforeAll(() => builtLambdas())

describe('the plain template', () => {
  it('creates the same resources as the construct for the same values', async () => {
    const given = {
      AllowedOrigins: [ORIGIN, 'https://b.example'],
      Prefix: 'photos/',
      JwtIssuer: 'https://id.example.com',
      JwtAudience: 'uploads',
      JwksUri: 'https://id.example.com/keys',
    }
    const types = ['image/png']
    const builtinCloudFormationValidation = false
    const root = new App({ outdir: await newFolder(), builtinCloudFormationValidation })
    const app = new Stack(root, 'Stack')
    new WaybillUploads(app, 'Uploads', {
      allowedOrigins: given.AllowedOrigins,
      prefix: given.Prefix,
      rules: { photos: { types, maxSize: Size.kibibytes(1), read: true, claim: Duration.days(2) } },
      auth: {
        type: 'jwt',
        issuer: given.JwtIssuer,
        audience: given.JwtAudience,
        jwksUri: given.JwksUri,
      },
    })
    const expected = Template.fromStack(app).toJSON().Resources
    const Rules = '{"photos":{"types":["image/png"],"maxSize":1024,"read":true,"claim":"2 days"}}'
    const stack = await stackOf({ read: true, claims: [2] })
    const ours = withValues(Template.fromStack(stack).toJSON().Resources, { ...given, Rules })
    expect(comparable(ours, stack.uploads.node.addr.slice(-8))).toEqual(
      comparable(withValues(expected, {}), sidSuffix(given.Prefix, '')),
    )
  })

  it('names its zip, whose hash changes with the code', async () => {
    const { text, code } = await make()
    expect(code.name).toMatch(/^waybill-[0-9a-f]{16}\.zip$/)
    const hash = createHash('sha256').update(code.bytes).digest('hex')
    expect(code.name).toBe(`waybill-${hash.slice(0, 16)}.zip`)
    const functions = Object.values<Resource>(JSON.parse(text).Resources).filter(
      ({ Type }) => Type === 'AWS::Lambda::Function',
    )
    expect(functions.map(({ Properties }) => Properties.Code)).toEqual(
      [0, 1].map(() => ({
        S3Bucket: { Ref: 'CodeBucket' },
        S3Key: { 'Fn::Join': ['', [{ Ref: 'CodePrefix' }, code.name]] },
      })),
    )
  })

  it("contains both functions in the zip, at their handlers' paths, with their libraries' licenses", async () => {
    const { text, code } = await make()
    const files = Object.keys(unzipSync(code.bytes))
    const handlers = Object.values<Resource>(JSON.parse(text).Resources).flatMap(
      ({ Properties }) => (Properties?.Handler ? String(Properties.Handler) : []),
    )
    expect(handlers).toEqual(['signer/index.handler', 'arrival/index.handler'])
    for (const handler of handlers) expect(files).toContain(handler.replace('.handler', '.mjs'))
    for (const name of ['signer', 'arrival']) expect(files).toContain(`${name}/${NOTICES}`)
  })

  it('is identical when it is created again', async () => {
    const [first, again] = [await make(CHOICES.all), await make({ ...CHOICES.all })]
    expect(again).toEqual(first)
  })

  it('needs no bootstrap and no assets', async () => {
    const { text } = await make(CHOICES.all)
    expect(text).not.toMatch(/bootstrap|cdk-hnb659fds|Asset/i)
  })

  it('asks for no parameter it does not use', async () => {
    for (const features of Object.values(CHOICES)) {
      const { Parameters: parameters, Resources: resources } = JSON.parse(
        (await make(features)).text,
      )
      const used = JSON.stringify(resources)
      for (const name of Object.keys(parameters)) {
        expect(used).toMatch(new RegExp(`\\{"Ref":"${name}"\\}|\\$\\{${name}\\}`))
      }
    }
  })
})

describe.each(Object.entries(CHOICES))('the plain template with %s', (_name, features) => {
  it('is small enough to deploy without a bucket', async () => {
    const { text } = await make(features)
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(51_200)
  })

  it("passes CDK's own rules", async () => {
    const stack = await stackOf(features, true)
    expect(() => App.of(stack)?.synth()).not.toThrow()
  })

  it('has no cdk-nag findings if access logs are written', async () => {
    expect(nagFindings(await stackOf({ ...features, accessLogs: true }))).toEqual([])
  })

  it('derives account-wide names from its stack, so that several stacks can coexist', async () => {
    const { Resources: resources } = JSON.parse((await make(features)).text)
    for (const { Type, Properties } of Object.values<Resource>(resources)) {
      if (Type.startsWith('AWS::CloudFront::') && Type !== 'AWS::CloudFront::Distribution') {
        expect(JSON.stringify(Properties), Type).toContain('{"Ref":"AWS::StackId"}')
      } else expect(NAMES.get(Type) ?? '', Type).not.toBeOneOf(Object.keys(Properties))
    }
  })
})

describe('features that exclude each other', () => {
  it.each([
    [{ auth: 'none', delivery: 'cloudfront' }, /delivery would publish what strangers upload/],
    [{ auth: 'none', delivery: 'domain' }, /delivery would publish what strangers upload/],
    [{ auth: 'iam', front: 'cloudfront' }, /front and auth 'iam' exclude each other/],
    [{ httpApi: true, front: 'domain' }, /front and http-api exclude each other/],
    [{ webAcl: true }, /web-acl is given without front, expected both/],
    [
      { delivery: 'domain', objectDefaults: { serverSideEncryption: 'aws:kms:dsse' } },
      /delivery needs kms where object-defaults encrypt with 'aws:kms'/,
    ],
  ] as const)('are rejected: %j', async (features, message) => {
    await expect(make(features)).rejects.toThrow(message)
  })
})

it('plain templates pass cfn-lint, if it is installed', async ({ skip }) => {
  const found = await run('cfn-lint', ['--version']).catch(() => undefined)
  if (!found) skip('cfn-lint is not installed: the templates were not linted')
  const folder = await newFolder()
  const files = await Promise.all(
    // It takes seconds for each.
    ['usual', 'auth iam', 'http api', 'open delivery', 'all'].map(async (name) => {
      const file = join(folder, `${name.replaceAll(' ', '-')}.json`)
      await writeFile(file, (await make(CHOICES[name])).text)
      return file
    }),
  )
  expect((await run('cfn-lint', files)).stdout).toBe('')
})
