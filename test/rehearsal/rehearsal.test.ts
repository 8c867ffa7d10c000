/**
 * The life of a deployment, rehearsed: bootstrap, deploy, use, update, a second region, destroy, and a deployment that
 * fails. After each, what is there is held against what docs/operate/ promises.
 *
 * What this cannot tell: moto judges no permissions (packages/waybill-aws/test/cdk/access does, offline), runs no function by itself, sends no
 * event, and has no CloudFront and no GuardDuty. What AWS itself answers is to be seen at a first deployment.
 *
 * @module
 */

import { objectCreatedEvent } from '@waybill/test-support/lambda-events'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { callAwsJson } from '../../packages/waybill/src/storage/call-aws.ts'
import { findDeployment } from '../../packages/waybill-cli/src/doctor/deployment.ts'
import { buildLambdas } from '../../tools/build/lambdas.ts'
import { type Account, type Deed, missingPackages, startAccount } from './account.ts'
import { type Cdk, cdkFor, type Outcome } from './cdk.ts'
import { runWaybill } from './commands.ts'
import { arnsIn, named } from './deployed.ts'
import { runFunction, storeByForm } from './running.ts'

const missing = await missingPackages()

const HOME = 'eu-west-1'
const AWAY = 'us-east-1'
const NO_QUESTIONS = '--require-approval=never'

let account: Account
let cdk: Cdk

function deploy(region: string, ...switches: readonly string[]): Promise<Outcome> {
  return cdk(region, 'deploy', NO_QUESTIONS, ...switches.map((each) => `--context=${each}`))
}

/** The last thing that was done to each resource of a region. */
async function lastDeeds(region: string): Promise<Readonly<Record<string, Deed>>> {
  const deeds = await account.deeds()
  const ours = deeds.filter((deed) => deed.region === region && deed.stack === 'WaybillDemo')
  return Object.fromEntries(ours.map((deed) => [`${deed.type} ${deed.id}`, deed]))
}

async function deedOf(type: string, id: string, region = HOME): Promise<Deed> {
  const deeds = Object.values(await lastDeeds(region)).filter((deed) => deed.type === type)
  return named(Object.fromEntries(deeds.map((deed) => [deed.id, deed])), id)[1]
}

describe.skipIf(missing !== undefined)('a deployment of the example', () => {
  // biome-ignore lint/suspicious/noExplicitAny: each API's answer as it came
  let there: any
  let outcome: Outcome

  /** Has a form signed, and sends a file by it. */
  const store = async (text: string) =>
    storeByForm(account, await deedOf('AWS::Lambda::Function', 'SignerFunction'), text)

  beforeAll(async () => {
    await buildLambdas()
    account = await startAccount()
    cdk = cdkFor(account)
  })
  afterAll(() => account?.close())

  describe('before the bootstrap', () => {
    it('fails, and says what to do', async () => {
      const { code, said } = await deploy(HOME)
      expect(code).toBe(1)
      expect(said).toContain("Please run 'cdk bootstrap'")
    })
  })

  describe('that is the first', () => {
    beforeAll(async () => {
      expect((await cdk(HOME, 'bootstrap')).code).toBe(0)
      outcome = await deploy(HOME)
      there = await account.inventory(HOME)
    })

    it('succeeds in a new account, and prints its addresses', () => {
      expect(outcome.code).toBe(0)
      const host = `lambda-url\\.${HOME}\\.on\\.aws`
      expect(outcome.outputs).toEqual({
        SignerUrl: expect.stringMatching(new RegExp(`^https://[a-z0-9]+\\.${host}/$`)),
        BucketName: named(there.buckets, 'uploadsbucket')[0],
        ArrivalFunction: named<typeof there>(there.functions, 'arrival')[0],
      })
    })

    it('can be found by waybill doctor, with its addresses and resources', async () => {
      const credentials = { accessKeyId: 'rehearsal', secretAccessKey: 'rehearsal' }
      const caller = { credentials, region: HOME, endpoint: account.url, fetch }
      const found = await findDeployment(caller, 'WaybillDemo')
      const { SignerUrl = '', BucketName } = outcome.outputs
      expect(found).toMatchObject({
        signerUrl: SignerUrl.replace(/\/$/, ''),
        bucket: BucketName,
        stack: { name: 'WaybillDemo', status: 'CREATE_COMPLETE' },
      })
      const types = found.stack?.resources.map(({ type }) => type)
      expect(types).toContain('AWS::Lambda::Function')
    })

    it('denies in the bucket policy what the docs say, naming existing roles', () => {
      const [, bucket] = named<typeof there>(there.buckets, 'uploadsbucket')
      const statements: { Sid?: string; Effect: string }[] = bucket.policy.Statement
      const denied = statements.filter(({ Effect }) => Effect === 'Deny').map(({ Sid }) => Sid)
      expect(denied).toEqual(
        expect.arrayContaining([
          'DenySignatureVersion2',
          'DenyOldSignatures',
          'DenyReadsOfUnverified',
          'DenyForeignVerdicts',
        ]),
      )
      const roles = arnsIn(statements).filter((arn) => arn.includes(':role/'))
      expect(roles.length).toBeGreaterThan(0)
      for (const role of roles) expect(Object.keys(there.roles)).toContain(role)
    })

    it('passes existing bucket, secret and bus to the functions', () => {
      const secrets: readonly [string, string][] = Object.entries(there.secrets)
      expect(secrets).toEqual([[expect.any(String), expect.stringMatching(/^[A-Za-z0-9]{64}$/)]])
      for (const name of ['signer', 'arrival']) {
        const { Variables } = named<typeof there>(there.functions, name)[1].configuration
          .Environment
        expect(Variables.WAYBILL_BUCKET).toBe(outcome.outputs.BucketName)
        expect(Variables.WAYBILL_SECRET_ARN).toBe(secrets[0]?.[0])
      }
    })

    it('gives roles only statements, about existing resources', () => {
      const [bucket] = named(there.buckets, 'uploadsbucket')
      const [secret] = Object.keys(there.secrets)
      for (const name of ['SignerRole', 'ArrivalRole']) {
        const [, role] = named<typeof there>(there.roles, name)
        expect(role.managed).toEqual([])
        for (const arn of arnsIn(role.statements)) {
          const isOurs = arn === secret || arn.includes(bucket) || arn.includes('WaybillDemo')
          expect(isOurs || arn.endsWith(':event-bus/default'), arn).toBe(true)
        }
      }
    })

    it('calls arrival for objects in this bucket, and keeps failed events', () => {
      const [rule, ...others] = there.rules
      expect(others).toEqual([])
      const [queue] = Object.values<Record<string, string>>(there.queues)
      const [, arrival] = named<typeof there>(there.functions, 'arrival')
      expect(rule.pattern).toMatchObject({
        'detail-type': ['Object Created'],
        detail: { bucket: { name: [outcome.outputs.BucketName] } },
      })
      expect(rule.targets).toMatchObject([
        {
          Arn: arrival.configuration.FunctionArn,
          DeadLetterConfig: { Arn: queue?.QueueArn },
          RetryPolicy: { MaximumEventAgeInSeconds: 21_600 },
        },
      ])
      expect(arrival.asynchronous.DestinationConfig.OnFailure.Destination).toBe(queue?.QueueArn)
      expect(arrival.policy).toMatchObject([
        { Principal: { Service: 'events.amazonaws.com' }, Action: 'lambda:InvokeFunction' },
      ])
    })

    it('has twelve alarms, each on an existing metric', async () => {
      const alarms = new Map<string, typeof there>(
        there.alarms.map((each: typeof there) => [each.AlarmName, each]),
      )
      expect(alarms.size).toBe(12)
      const { physicalId: rule } = await deedOf('AWS::Events::Rule', 'Landed')
      const [, { configuration }] = named<typeof there>(there.functions, 'arrival')
      const queue = Object.keys(there.queues)[0]?.split('/').at(-1)
      const watched = {
        NoVerdicts: ['Bucket', outcome.outputs.BucketName],
        FailedInvocations: ['RuleName', rule],
        ArrivalDelay: ['FunctionName', configuration.FunctionName],
        Unjudged: ['QueueName', queue],
      }
      for (const [id, [name, value]] of Object.entries(watched)) {
        const [, alarm] = named(Object.fromEntries(alarms), id)
        expect(alarm.Dimensions, id).toContainEqual({ Name: name, Value: value })
        expect(alarm.TreatMissingData).toBe('notBreaching')
      }
      for (const id of ['RejectedUploads', 'FailedUploads']) {
        const [, { Metrics }] = named<typeof there>(Object.fromEntries(alarms), id)
        expect(JSON.stringify(Metrics), id).toContain(outcome.outputs.BucketName)
      }
    })

    it('signs a form that stores a file, and judges the object', async () => {
      const { key, size } = await store('a first upload')
      const arrival = await deedOf('AWS::Lambda::Function', 'ArrivalFunction')
      const landed = objectCreatedEvent(outcome.outputs.BucketName ?? '', { key, size })
      const verdict = await runFunction(account, arrival, landed)
      expect(verdict).toMatchObject({ verdict: 'verified', key })
    })

    it('can judge failed and unreported objects again', async () => {
      const { BucketName: bucket = '', ArrivalFunction: name = '' } = outcome.outputs
      const arrival = await deedOf('AWS::Lambda::Function', 'ArrivalFunction')
      const failed = await store('an upload whose event failed')
      const lost = await store('an upload whose event was lost')
      const [queue = ''] = Object.keys(there.queues)
      await callAwsJson(
        {
          service: 'sqs',
          target: 'AmazonSQS.SendMessage',
          version: '1.0',
          body: {
            QueueUrl: queue,
            MessageBody: JSON.stringify(objectCreatedEvent(bucket, failed)),
          },
        },
        {
          region: HOME,
          credentials: { accessKeyId: 'rehearsal', secretAccessKey: 'rehearsal' },
          endpoint: account.url,
        },
      )
      const redrive = await runWaybill(account, arrival, ['redrive', '--function', name])
      expect(redrive.stderr()).toBe('')
      expect(redrive.stdout()).toBe(`verified    ${failed.key}\nJudged again: 1 verified\n`)
      const again = await runWaybill(account, arrival, ['redrive', '--function', name])
      expect([again.code, again.stdout()]).toEqual([0, 'Judged again: nothing\n'])
      const args = ['rescan', '--function', name, '--older-than', '0']
      const rescan = await runWaybill(account, arrival, args)
      expect(rescan.stderr()).toBe('')
      expect(rescan.stdout()).toContain(`verified    ${lost.key}\n`)
      expect(rescan.stdout()).toMatch(/Judged: 1 verified\n$/)
    })
  })

  describe('that is repeated', () => {
    it('changes nothing', async () => {
      const before = (await account.deeds()).length
      const { code, said } = await deploy(HOME)
      expect(code).toBe(0)
      expect(said).toContain('(no changes)')
      expect((await account.deeds()).length).toBe(before)
    })
  })

  describe('with changed settings', () => {
    // biome-ignore lint/suspicious/noExplicitAny: as above
    let before: any

    beforeAll(async () => {
      before = there
      outcome = await deploy(HOME, 'malwareScan=true', 'transferAcceleration=true')
      there = await account.inventory(HOME)
    })

    it('keeps the bucket, its objects and the secret', () => {
      expect(outcome.code).toBe(0)
      const [name, bucket] = named<typeof there>(there.buckets, 'uploadsbucket')
      expect(name).toBe(named(before.buckets, 'uploadsbucket')[0])
      expect(bucket.keys).toEqual(Array(3).fill(expect.stringMatching(/^uploads\/.+\/first\.txt$/)))
      expect(there.secrets).toEqual(before.secrets)
    })

    it('waits for the malware scan, which reads what nobody else may', () => {
      const [rule] = there.rules
      expect(rule.pattern.source).toEqual(['aws.s3', 'aws.guardduty'])
      const [, arrival] = named<typeof there>(there.functions, 'arrival')
      expect(arrival.configuration.Environment.Variables.WAYBILL_REQUIRE_SCAN).toBe('on')
      const [, bucket] = named<typeof there>(there.buckets, 'uploadsbucket')
      const statement = bucket.policy.Statement.find(
        ({ Sid }: { Sid?: string }) => Sid === 'DenyReadsOfUnverified',
      )
      expect(arnsIn(statement.Condition).join()).toContain('MalwareScanRole')
      expect(there.alarms).toHaveLength(13)
    })

    it('can switch scans on and off without losing a verdict', async () => {
      const judge = async () => {
        const { key, size } = await store('an upload while scans are switched')
        const arrival = await deedOf('AWS::Lambda::Function', 'ArrivalFunction')
        const landed = objectCreatedEvent(outcome.outputs.BucketName ?? '', { key, size })
        return runFunction(account, arrival, landed)
      }
      const order = async (...wanted: readonly string[]) => {
        const done = (await account.deeds()).map(({ did, id }) => `${did} ${id}`)
        const at = wanted.map((one) => done.findLastIndex((deed) => deed.startsWith(one)))
        expect(at, wanted.join()).toEqual(at.toSorted((a, b) => a - b))
        expect(at).not.toContain(-1)
      }
      const [plan, judging, rule] = ['MalwareScanPlan', 'ArrivalFunction', 'ArrivalLanded'].map(
        (id) => `Uploads${id}`,
      )
      await order(`create ${plan}`, `update ${judging}`, `update ${rule}`)
      expect(await judge()).toMatchObject({ verdict: 'skipped', reason: 'scan-awaited' })
      expect((await deploy(HOME, 'transferAcceleration=true')).code).toBe(0)
      await order(`update ${judging}`, `update ${rule}`, `delete ${plan}`)
      there = await account.inventory(HOME)
      expect(there.rules[0].pattern.source).toEqual(['aws.s3'])
      expect(await judge()).toMatchObject({ verdict: 'verified' })
    })
  })

  describe('in a second region', () => {
    beforeAll(async () => {
      expect((await cdk(AWAY, 'bootstrap')).code).toBe(0)
    })

    it('fails if it reserves more than the account has, rolls back, and says why', async () => {
      const { code, said } = await deploy(AWAY, 'reservedConcurrency=50')
      expect(code).toBe(1)
      expect(said).toContain('UnreservedConcurrentExecution')
      const { buckets, logGroups, functions } = await account.inventory(AWAY)
      expect(Object.keys(buckets)).toEqual([expect.stringMatching(/^cdk-/)])
      expect([logGroups, functions]).toEqual([{}, {}])
    })

    it('succeeds afterwards, next to the first, with all optional features', async () => {
      const switches = ['demo=true', 'delivery=true']
      const { code, outputs } = await deploy(AWAY, ...switches)
      expect(code).toBe(0)
      expect(outputs.DeliveryUrl).toMatch(/^https:\/\/\w+\.cloudfront\.net\/$/)
      expect(outputs.BucketName).not.toBe(outcome.outputs.BucketName)
    })
  })

  describe('that is destroyed', () => {
    it('keeps the bucket with policy and secret, and the logs', async () => {
      const { code } = await cdk(HOME, 'destroy', '--force')
      expect(code).toBe(0)
      const left = await account.inventory(HOME)
      const buckets = Object.keys(left.buckets).map((name) => name.split('-')[1])
      expect(buckets.sort()).toEqual([
        'hnb659fds',
        expect.stringMatching(/^logs/),
        'uploadsbucket3941fa60',
      ])
      expect(left.functions).toEqual({})
      expect(left.secrets).toEqual(there.secrets)
      const policy = ({ buckets }: typeof there) =>
        named<typeof there>(buckets, 'uploadsbucket')[1].policy
      expect(policy(left)).toEqual(policy(there))
    })

    it('leaves nothing of a demo but the log of the function that empties buckets', async () => {
      const { code } = await cdk(AWAY, 'destroy', '--force', '--context=demo=true')
      expect(code).toBe(0)
      const left = await account.inventory(AWAY)
      expect(Object.keys(left.buckets)).toEqual([expect.stringMatching(/^cdk-/)])
      expect({ ...left, buckets: {}, roles: {} }).toEqual({
        alarms: [],
        buckets: {},
        dashboards: [],
        functions: {},
        logGroups: {},
        queues: {},
        roles: {},
        rules: [],
        secrets: {},
      })
    })
  })
})
