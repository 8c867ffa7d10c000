import { readFile } from 'node:fs/promises'
import {
  CommandFailure,
  fileProblem,
  messageOf,
  usageFailure,
} from '@waybill/command-line/command-failure'
import type { CommandOptions, OptionValues } from '@waybill/command-line/command-line'
import {
  type CheckedRule,
  checkRules,
  parseDays,
  readObjectDefaults,
} from 'waybill/internal/protocol'
import type { ObjectDefaults } from 'waybill/signer'
import type { Front, TemplateFeatures } from 'waybill-aws/internal/template'

const METRICS = ['all', 'alarms'] as const
const AUTHS = ['jwt', 'iam', 'none'] as const
const FRONTS = ['cloudfront', 'domain'] as const

/** Advice for users who pass TypeScript rules instead of JSON. */
const CODE_ELSEWHERE =
  '. A template has rules without code: { "photos": { "types": ["image/*"], "maxSize": "20 MiB" } }. ' +
  'Rules with code need a function of your own (docs/operate/template.md)'

/** Grouped as in `--help`. */
export const TEMPLATE_SECTIONS = {
  Template: {
    out: { value: 'directory', about: 'where to write (default: waybill-template)' },
    rules: {
      value: 'file.json',
      about: 'check your rules and enable the read, remove, claim and quota they use',
    },
  },
  Signer: {
    auth: { value: AUTHS.join('|'), about: 'who may call the signer (default: jwt)' },
    'http-api': { about: 'an HTTP API instead of the Function URL' },
    front: {
      value: FRONTS.join('|'),
      bare: 'cloudfront',
      about: 'CloudFront in front of the signer; domain: at your own domain',
    },
    'web-acl': { about: 'your web ACL on --front' },
  },
  'Permissions for rules': {
    read: { about: 'allow rules with read' },
    remove: { about: 'allow rules with remove' },
    claim: { value: 'days', about: 'allow rules with a claim of these days, for example 2,30' },
    quota: { about: 'allow rules with quota, counted in a table' },
  },
  'Bucket and delivery': {
    delivery: {
      value: FRONTS.join('|'),
      bare: 'cloudfront',
      about: 'CloudFront for verified files; domain: at your own domain',
    },
    'open-delivery': { about: 'let strangers publish files: --delivery with --auth none' },
    'malware-scan': { about: 'a GuardDuty scan before each verdict' },
    'delete-rejected': { about: 'delete rejected files at once' },
    'object-defaults': {
      value: 'file.json',
      about: 'encryption, storage class, tags and Cache-Control of each new object',
    },
    kms: { about: 'a KMS key of yours for the bucket' },
    'account-namespace': { about: "the bucket's name in the account's regional namespace" },
    accelerate: { about: 'uploads through Transfer Acceleration' },
  },
  Operation: {
    'access-logs': { about: 'access logs to your bucket' },
    'alarm-topic': { about: 'alarms to your SNS topic' },
    metrics: {
      value: METRICS.join('|'),
      about: 'which metrics to write; alarms: only those the alarms use (default: all)',
    },
    'no-dashboard': { about: 'alarms without a dashboard' },
    tracing: { about: 'X-Ray traces of both functions' },
    vpc: { about: 'both functions in your subnets' },
  },
} as const satisfies Readonly<Record<string, CommandOptions>>

export const TEMPLATE_OPTIONS = {
  ...TEMPLATE_SECTIONS.Template,
  ...TEMPLATE_SECTIONS.Signer,
  ...TEMPLATE_SECTIONS['Permissions for rules'],
  ...TEMPLATE_SECTIONS['Bucket and delivery'],
  ...TEMPLATE_SECTIONS.Operation,
}

/**
 * Only this command loads `waybill-aws` and CDK, which are optional and slow to load.
 *
 * @throws {CommandFailure} If one of them is not installed.
 */
export async function loadTemplates(): Promise<typeof import('waybill-aws/internal/template')> {
  try {
    return await import('waybill-aws/internal/template')
  } catch (error) {
    if (!/Cannot find package '(?:waybill-aws|aws-cdk-lib|constructs)'/.test(messageOf(error)))
      throw error
    throw new CommandFailure(
      'waybill template needs waybill-aws and CDK: npm install --save-dev waybill-aws aws-cdk-lib constructs',
      { cause: error },
    )
  }
}

/** @throws {CommandFailure} If an option or a file is invalid. */
export async function featuresOf(values: OptionValues): Promise<TemplateFeatures> {
  const auth = oneOf(values, 'auth', AUTHS) ?? 'jwt'
  const scans = values['malware-scan'] === 'on'
  const rules =
    (await fromFile(values.rules, (given) => rulesOf(given, auth, scans), CODE_ELSEWHERE)) ?? []
  const objectDefaults = await fromFile(values['object-defaults'], objectDefaultsOf)
  const isOn = (name: keyof typeof TEMPLATE_OPTIONS) => values[name] === 'on'
  return {
    auth,
    read: isOn('read') || rules.some(({ read }) => read !== false),
    remove: isOn('remove') || rules.some(({ remove }) => remove !== false),
    claims: claimDays(values.claim, rules),
    quota: isOn('quota') || rules.some(({ quota }) => quota !== undefined),
    httpApi: isOn('http-api'),
    front: frontOf(values, 'front'),
    webAcl: isOn('web-acl'),
    delivery: frontOf(values, 'delivery'),
    openDelivery: isOn('open-delivery'),
    malwareScan: scans,
    transferAcceleration: isOn('accelerate'),
    encryptionKey: isOn('kms'),
    accountNamespace: isOn('account-namespace'),
    ...(objectDefaults ? { objectDefaults } : {}),
    accessLogs: isOn('access-logs'),
    alarmTopic: isOn('alarm-topic'),
    metrics: oneOf(values, 'metrics', METRICS) ?? 'all',
    tracing: isOn('tracing'),
    vpc: isOn('vpc'),
    dashboard: !isOn('no-dashboard'),
    deleteRejected: isOn('delete-rejected'),
  }
}

/**
 * Returns a command line that writes the same template again. It replaces `--rules` with the
 * features that the rules need. It omits the content of the `--object-defaults` file, which could
 * be too long for a stack's description and is in the template anyway.
 */
export function commandLineOf(features: TemplateFeatures): string {
  const { auth, claims, front, delivery, metrics, objectDefaults } = features
  const switches: Readonly<Record<string, boolean>> = {
    read: features.read,
    remove: features.remove,
    quota: features.quota,
    'http-api': features.httpApi,
    'web-acl': features.webAcl,
    'open-delivery': features.openDelivery,
    'malware-scan': features.malwareScan,
    accelerate: features.transferAcceleration,
    kms: features.encryptionKey,
    'account-namespace': features.accountNamespace,
    'access-logs': features.accessLogs,
    'alarm-topic': features.alarmTopic,
    tracing: features.tracing,
    vpc: features.vpc,
    'no-dashboard': !features.dashboard,
    'delete-rejected': features.deleteRejected,
  }
  const given = Object.entries(switches).flatMap(([name, isOn]) => (isOn ? [`--${name}`] : []))
  return [
    `waybill template --auth ${auth}`,
    ...given,
    ...(metrics === 'all' ? [] : [`--metrics ${metrics}`]),
    ...(objectDefaults ? ['--object-defaults file.json'] : []),
    ...(claims.length === 0 ? [] : [`--claim ${claims.join(',')}`]),
    ...(front === 'none' ? [] : [`--front ${front}`]),
    ...(delivery === 'none' ? [] : [`--delivery ${delivery}`]),
  ].join(' ')
}

function frontOf(values: OptionValues, name: 'front' | 'delivery'): Front {
  return oneOf(values, name, FRONTS) ?? 'none'
}

function oneOf<const Choice extends string>(
  values: OptionValues,
  name: string,
  choices: readonly Choice[],
): Choice | undefined {
  const value = values[name]
  if (value === undefined) return undefined
  const found = choices.find((choice) => choice === value)
  if (found !== undefined) return found
  throw usageFailure(`--${name} is '${value}', expected one of ${choices.join(', ')}`)
}

async function fromFile<T>(
  file: string | undefined,
  read: (given: unknown) => T | Promise<T>,
  advice = '',
): Promise<T | undefined> {
  if (file === undefined) return undefined
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw usageFailure(`cannot read ${file}: ${fileProblem(cause)}`)
  })
  const given = parsed(text, file, advice)
  try {
    return await read(given)
  } catch (error) {
    if (error instanceof CommandFailure) throw error
    throw usageFailure(`${file}: ${messageOf(error)}`)
  }
}

function parsed(text: string, file: string, advice: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw usageFailure(`${file} is not JSON: ${messageOf(error)}${advice}`)
  }
}

async function rulesOf(
  given: unknown,
  auth: (typeof AUTHS)[number],
  scans: boolean,
): Promise<CheckedRule[]> {
  const rules = [...checkRules(given, { at: 'rules' })]
  const closed = rules.find(([, rule]) => !rule.public)
  if (auth === 'none' && closed) {
    throw new TypeError(
      `rules.${closed[0]} is not public, which --auth none requires: set "public": true in it, or use --auth jwt or --auth iam`,
    )
  }
  if (scans) {
    const { checkScannable } = await loadTemplates()
    checkScannable(
      '--malware-scan',
      rules.map(([name, { maxSize }]) => [name, maxSize]),
    )
  }
  return rules.map(([, rule]) => rule)
}

function objectDefaultsOf(given: unknown): Omit<ObjectDefaults, 'sseKmsKeyId'> {
  readObjectDefaults(given)
  const { sseKmsKeyId, ...defaults } = given as ObjectDefaults
  if (sseKmsKeyId === undefined) return defaults
  throw new TypeError(
    `objectDefaults.sseKmsKeyId is '${sseKmsKeyId}', expected none: the bucket's key is used, the parameter KeyArn of --kms`,
  )
}

function claimDays(given: string | undefined, rules: readonly CheckedRule[]): number[] {
  const named = (given ?? '').split(',').filter((days) => days.trim() !== '')
  const all = [
    ...named.map((days) => `${days.trim()} days`),
    ...rules.flatMap(({ claim }) => (claim === undefined ? [] : [claim])),
  ]
  try {
    return [...new Set(all.map((days) => parseDays(days, '--claim')))].sort((a, b) => a - b)
  } catch (error) {
    throw usageFailure(messageOf(error))
  }
}
