/**
 * Templates of each choice of features, made once.
 *
 * @module
 */

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { App } from 'aws-cdk-lib'
import { afterAll } from 'vitest'
import { makeTemplate } from '../../../src/cdk/template/make-template.ts'
import {
  type TemplateFeatures,
  USUAL_FEATURES,
} from '../../../src/cdk/template/template-features.ts'
import { TemplateStack } from '../../../src/cdk/template/template-stack.ts'

export interface Resource {
  readonly Type: string
  readonly Properties: Readonly<Record<string, unknown>>
}

/** All that can be said of new objects. */
export const OBJECT_DEFAULTS = {
  serverSideEncryption: 'aws:kms',
  bucketKeyEnabled: true,
  storageClass: 'STANDARD_IA',
  tags: { team: 'media', 'cost-centre': '4711' },
  cacheControl: 'private, max-age=3600',
} as const

/** Each feature by itself, and all that go together. */
export const CHOICES: Readonly<Record<string, Partial<TemplateFeatures>>> = {
  usual: {},
  'auth iam': { auth: 'iam' },
  'auth none': { auth: 'none' },
  read: { read: true },
  remove: { remove: true },
  claim: { claims: [2, 30] },
  quota: { quota: true },
  tracing: { tracing: true },
  vpc: { vpc: true },
  'http api': { httpApi: true },
  'http api, auth iam': { httpApi: true, auth: 'iam' },
  front: { front: 'cloudfront' },
  'front with a web ACL': { front: 'cloudfront', webAcl: true },
  'front under a name': { front: 'domain' },
  delivery: { delivery: 'cloudfront' },
  'delivery under a name': { delivery: 'domain' },
  'open delivery': { auth: 'none', delivery: 'cloudfront', openDelivery: true },
  'malware scan': { malwareScan: true },
  acceleration: { transferAcceleration: true },
  kms: { encryptionKey: true },
  'object defaults': { objectDefaults: OBJECT_DEFAULTS },
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
    vpc: true,
    front: 'domain',
    webAcl: true,
    delivery: 'domain',
    malwareScan: true,
    transferAcceleration: true,
    encryptionKey: true,
    objectDefaults: OBJECT_DEFAULTS,
    accessLogs: true,
    alarmTopic: true,
    deleteRejected: true,
  },
}

const folders: string[] = []
afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true }))))

export async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'waybill-plain-'))
  folders.push(folder)
  return folder
}

const made = new Map<Partial<TemplateFeatures>, ReturnType<typeof makeTemplate>>()

/** Each choice is made once. */
export function make(features: Partial<TemplateFeatures> = {}) {
  const known = made.get(features) ?? makeTemplate({ ...USUAL_FEATURES, ...features }, 'a test')
  made.set(features, known)
  return known
}

/** @param isValidated - Whether synthesis fails by what CDK's own rules find. */
export async function stackOf(
  features: Partial<TemplateFeatures> = {},
  isValidated = false,
): Promise<TemplateStack> {
  const app = new App({
    outdir: await newFolder(),
    context: { '@aws-cdk/core:validateAgainstDefaultRules': isValidated },
    builtinCloudFormationValidation: isValidated,
  })
  return new TemplateStack(app, 'Stack', {
    features: { ...USUAL_FEATURES, ...features },
    codeFile: 'waybill-0.zip',
    description: 'a test',
  })
}

/** What both must have: where the code is differs, and what the names of statements end in. */
export function comparable(resources: unknown, endOfSids: string): unknown {
  const text = JSON.stringify(resources, (name, value) =>
    name === 'Code' || name === 'Handler' ? undefined : value,
  )
  return JSON.parse(text.replaceAll(`${endOfSids}"`, '"'))
}
