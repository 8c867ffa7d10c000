/**
 * The template of `waybill template`: what it has in common with the construct, what its parameters accept, and what
 * every choice of features keeps.
 *
 * @module
 */

import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { App, Duration, Size, Stack } from 'aws-cdk-lib'
import { Template } from 'aws-cdk-lib/assertions'
import fc from 'fast-check'
import { unzipSync } from 'fflate'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WaybillUploads } from 'waybill/cdk'
import { sidSuffix } from '../../../src/cdk/bucket/bucket-access.ts'
import { checkPrefix } from '../../../src/cdk/signer-function/declared-rule.ts'
import { makeTemplate } from '../../../src/cdk/template/make-template.ts'
import { PATTERNS, rulesPattern } from '../../../src/cdk/template/parameter-patterns.ts'
import {
  type TemplateFeatures,
  USUAL_FEATURES,
} from '../../../src/cdk/template/template-features.ts'
import { TemplateStack } from '../../../src/cdk/template/template-stack.ts'
import { lambdaAssets } from '../lambda-assets.ts'
import { nagFindings } from '../nag-findings.ts'
import { ORIGIN } from '../synthesised.ts'
import { withValues } from './given-values.ts'

const run = promisify(execFile)

interface Resource {
  readonly Type: string
  // biome-ignore lint/suspicious/noExplicitAny: CloudFormation's properties are whatever the resource has
  readonly Properties: any
}

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

/** Each feature by itself, and all that go together. */
const CHOICES: Readonly<Record<string, Partial<TemplateFeatures>>> = {
  usual: {},
  'auth iam': { auth: 'iam' },
  'auth none': { auth: 'none' },
  read: { read: true },
  remove: { remove: true },
  claim: { claims: [2, 30] },
  quota: { quota: true },
  tracing: { tracing: true },
  front: { front: 'cloudfront' },
  'front under a name': { front: 'domain' },
  delivery: { delivery: 'cloudfront' },
  'delivery under a name': { delivery: 'domain' },
  'open delivery': { auth: 'none', delivery: 'cloudfront', openDelivery: true },
  'malware scan': { malwareScan: true },
  acceleration: { transferAcceleration: true },
  kms: { encryptionKey: true },
  'access logs': { accessLogs: true },
  'alarm topic': { alarmTopic: true },
  'fewer metrics': { metrics: 'alarms' },
  'no dashboard': { dashboard: false },
  'delete rejected': { deleteRejected: true },
  all: {
    read: true,
    remove: true,
    claims: [1, 2, 30],
    quota: true,
    tracing: true,
    front: 'domain',
    delivery: 'domain',
    malwareScan: true,
    transferAcceleration: true,
    encryptionKey: true,
    accessLogs: true,
    alarmTopic: true,
    deleteRejected: true,
  },
}

const folders: string[] = []
afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true }))))

async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'waybill-plain-'))
  folders.push(folder)
  return folder
}

const made = new Map<Partial<TemplateFeatures>, ReturnType<typeof makeTemplate>>()

/** Each choice is made once. */
function make(features: Partial<TemplateFeatures> = {}) {
  const known = made.get(features) ?? makeTemplate({ ...USUAL_FEATURES, ...features }, 'a test')
  made.set(features, known)
  return known
}

async function stackOf(features: Partial<TemplateFeatures> = {}): Promise<TemplateStack> {
  const app = new App({ outdir: await newFolder() })
  return new TemplateStack(app, 'Stack', {
    features: { ...USUAL_FEATURES, ...features },
    codeFile: 'waybill-0.zip',
    description: 'a test',
  })
}

beforeAll(() => lambdaAssets())

/** What both must have: where the code is differs, and what the names of statements end in. */
function comparable(resources: unknown, endOfSids: string): unknown {
  const text = JSON.stringify(resources, (name, value) =>
    name === 'Code' || name === 'Handler' ? undefined : value,
  )
  return JSON.parse(text.replaceAll(`${endOfSids}"`, '"'))
}

describe('the plain template', () => {
  it('makes what the construct makes of the same values', async () => {
    const given = {
      AllowedOrigins: [ORIGIN, 'https://b.example'],
      Prefix: 'photos/',
      JwtIssuer: 'https://id.example.com',
      JwtAudience: 'uploads',
      JwksUri: 'https://id.example.com/keys',
    }
    const types = ['image/png']
    const app = new Stack(new App({ outdir: await newFolder() }), 'Stack')
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

  it('says the name of its zip, whose hash changes with the code', async () => {
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

  it('has both functions in the zip, where their handlers say', async () => {
    const { text, code } = await make()
    const files = Object.keys(unzipSync(code.bytes))
    const handlers = Object.values<Resource>(JSON.parse(text).Resources).flatMap(
      ({ Properties }) => Properties?.Handler ?? [],
    )
    expect(handlers).toEqual(['signer/index.handler', 'arrival/index.handler'])
    for (const handler of handlers) expect(files).toContain(handler.replace('.handler', '.mjs'))
  })

  it('is the same when it is made again', async () => {
    const [first, again] = [await make(CHOICES.all), await make({ ...CHOICES.all })]
    expect(again).toEqual(first)
  })

  it('needs no bootstrap and no assets', async () => {
    const { text } = await make(CHOICES.all)
    expect(text).not.toMatch(/bootstrap|cdk-hnb659fds|Asset/i)
  })

  it('asks for nothing that it has no use for', async () => {
    for (const features of Object.values(CHOICES)) {
      const { Parameters: parameters, Resources: resources } = JSON.parse(
        (await make(features)).text,
      )
      const used = JSON.stringify(resources)
      for (const name of Object.keys(parameters)) expect(used).toContain(`{"Ref":"${name}"}`)
    }
  })
})

describe.each(Object.entries(CHOICES))('the plain template with %s', (_name, features) => {
  it('is small enough to be sent without a bucket', async () => {
    const { text } = await make(features)
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(51_200)
  })

  it('has no findings of cdk-nag where access logs are written', async () => {
    expect(nagFindings(await stackOf({ ...features, accessLogs: true }))).toEqual([])
  })

  it('names what an account has once by its stack, so that a second stack goes beside it', async () => {
    const { Resources: resources } = JSON.parse((await make(features)).text)
    for (const { Type, Properties } of Object.values<Resource>(resources)) {
      if (Type.startsWith('AWS::CloudFront::') && Type !== 'AWS::CloudFront::Distribution') {
        expect(JSON.stringify(Properties), Type).toContain('{"Ref":"AWS::StackId"}')
      } else expect(NAMES.get(Type) ?? '', Type).not.toBeOneOf(Object.keys(Properties))
    }
  })
})

describe('the parameters of the plain template', () => {
  it.each([
    [
      'origin',
      ['https://app.example.com', 'http://localhost:3000'],
      ['https://a.example/', 'https://*.example', '*', 'a.example', ''],
    ],
    [
      'prefix',
      ['uploads/', 'a/b-1/c.d/'],
      ['uploads', '/uploads/', '../', 'a/../b/', './a/', '', 'a b/'],
    ],
    [
      'issuer',
      ['https://id.example.com/', 'https://id.example.com/a?b'],
      ['http://id.example.com', 'https://id.example.com/#a', 'id.example.com'],
    ],
    [
      'optionalAddress',
      ['', 'https://id.example.com/keys'],
      ['http://id.example.com/keys', 'keys'],
    ],
    ['bucket', ['my-code', 'a.b.c'], ['My-Code', 'ab', '-code', 's3://code']],
    ['folder', ['', 'releases/', '/', 'a/b/'], ['releases', 'a b/']],
    [
      'keyArn',
      ['arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab'],
      ['1234abcd-12ab', 'arn:aws:kms:eu-west-1:111122223333:alias/mine'],
    ],
    [
      'topicArn',
      ['arn:aws:sns:eu-west-1:111122223333:alarms'],
      ['alarms', 'arn:aws:sqs:eu-west-1:111122223333:alarms'],
    ],
    [
      'domain',
      ['files.example.com', 'a-b.example.co'],
      ['https://files.example.com', 'localhost', '-a.example.com', 'files.example.com.'],
    ],
    [
      'certificateArn',
      ['arn:aws:acm:us-east-1:111122223333:certificate/12ab-34'],
      ['arn:aws:acm:eu-west-1:111122223333:certificate/12ab-34'],
    ],
  ] as const)('accept as %s what there can be, and nothing else', (name, right, wrong) => {
    const pattern = new RegExp(PATTERNS[name])
    for (const value of right) expect(value).toMatch(pattern)
    for (const value of wrong) expect(value).not.toMatch(pattern)
  })

  it('accept prefixes as the construct does', async () => {
    const pattern = new RegExp(PATTERNS.prefix)
    fc.assert(
      fc.property(fc.stringMatching(/^[ab./-]{1,8}$/), (prefix) => {
        expect(pattern.test(prefix)).toBe(!throws(() => checkPrefix(prefix)))
      }),
    )
  })

  const plain = '"types":["image/png"],"maxSize":1'
  const rules = (more: string) => `{"a":{${plain}${more}},"read":{${plain}}}`

  it.each([
    ['read', ',"read":true', { read: true }],
    ['read by receipt', ',"public":true,\n "read" : "receipt"', { read: true }],
    ['remove', ',"remove":true', { remove: true }],
    ['claim', ',"claim":"2 days"', { claims: [2] }],
    ['claim of one day', ',"claim": "1 day"', { claims: [30, 1] }],
    ['quota', ',"quota": { "every":"day","files":7}', { quota: true }],
  ])('refuse rules with %s, unless the template has what it needs', (_what, member, features) => {
    const text = rules(member)
    expect(text).not.toMatch(new RegExp(rulesPattern(USUAL_FEATURES)))
    expect(text).toMatch(new RegExp(rulesPattern({ ...USUAL_FEATURES, ...features })))
  })

  it('refuse a claim of other days', () => {
    const pattern = new RegExp(rulesPattern({ ...USUAL_FEATURES, claims: [2] }))
    expect(rules(',"claim":"2 days"')).toMatch(pattern)
    for (const days of ['1 day', '22 days', '20 days', '3 days']) {
      expect(rules(`,"claim":"${days}"`)).not.toMatch(pattern)
    }
  })

  it('accept rules without these, over several lines, and nothing that is no object', () => {
    const pattern = new RegExp(rulesPattern(USUAL_FEATURES))
    expect(rules(',"read":false,"remove":false')).toMatch(pattern)
    expect(`{"quota":{${plain}}}`).toMatch(pattern)
    expect(`\n${JSON.stringify({ a: { types: ['*/*'], maxSize: 1 } }, null, 2)}\n`).toMatch(pattern)
    for (const text of ['', '[]', 'rules.json']) expect(text).not.toMatch(pattern)
  })
})

describe('features that do not go together', () => {
  it.each([
    [{ auth: 'none', delivery: 'cloudfront' }, /delivery would publish what strangers upload/],
    [{ auth: 'none', delivery: 'domain' }, /delivery would publish what strangers upload/],
    [{ auth: 'iam', front: 'cloudfront' }, /front and auth 'iam' exclude each other/],
  ] as const)('are refused: %j', async (features, message) => {
    await expect(make(features)).rejects.toThrow(message)
  })
})

it('plain templates are clean under cfn-lint, where that is installed', async ({ skip }) => {
  const found = await run('cfn-lint', ['--version']).catch(() => undefined)
  if (!found) skip('cfn-lint is not installed: the templates were not linted')
  const folder = await newFolder()
  const files = await Promise.all(
    // It takes seconds for each.
    ['usual', 'auth iam', 'open delivery', 'all'].map(async (name) => {
      const file = join(folder, `${name.replaceAll(' ', '-')}.json`)
      await writeFile(file, (await make(CHOICES[name])).text)
      return file
    }),
  )
  expect((await run('cfn-lint', files)).stdout).toBe('')
})

function throws(work: () => void): boolean {
  try {
    work()
    return false
  } catch {
    return true
  }
}
