/**
 * Reads the bucket settings that decide which points can be tested.
 *
 * @module
 */

import { callOnce, isTaken } from 'waybill/internal/storage'
import { childOf, childrenOf, textOf, type XmlElement } from 'waybill-s3/internal/xml'
import type { SmokeRun } from './smoke-run.ts'

async function read(run: SmokeRun, setting: string): Promise<XmlElement | undefined> {
  const reply = await callOnce(run.s3, { method: 'GET', query: { [setting]: '' } })
  return isTaken(reply) ? reply.document : undefined
}

/** Returns an origin without a wildcard from the bucket's CORS rules. */
export async function allowedOrigin(run: SmokeRun): Promise<string | undefined> {
  const rules = await read(run, 'cors')
  const origins = (rules ? childrenOf(rules, 'CORSRule') : [])
    .flatMap((rule) => childrenOf(rule, 'AllowedOrigin'))
    .map(({ text }) => text ?? '')
  return origins.find((origin) => URL.canParse(origin) && !origin.includes('*'))
}

export async function isAccelerated(run: SmokeRun): Promise<boolean> {
  const settings = await read(run, 'accelerate')
  return settings !== undefined && textOf(settings, 'Status') === 'Enabled'
}

/** For example `aws:kms`. */
export async function encryptionOf(run: SmokeRun): Promise<string | undefined> {
  const settings = await read(run, 'encryption')
  const rule = settings && childOf(settings, 'Rule')
  const byDefault = rule && childOf(rule, 'ApplyServerSideEncryptionByDefault')
  return byDefault && textOf(byDefault, 'SSEAlgorithm')
}
