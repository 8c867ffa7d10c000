/**
 * Objects that have landed and wait for a scanner, scanners with given answers, and the tags that
 * come of them.
 *
 * @module
 */

import { PutObjectTaggingCommand } from '@aws-sdk/client-s3'
import { BUCKET, type Landing } from '@waybill/test-support/landing'
import { expect } from 'vitest'
import type { ObjectToScan, ScanResult } from 'waybill/arrival'

export async function tag(
  { client }: Landing,
  key: string,
  tags: Readonly<Record<string, string>>,
): Promise<void> {
  const TagSet = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }))
  await client.send(new PutObjectTaggingCommand({ Bucket: BUCKET, Key: key, Tagging: { TagSet } }))
}

/** Answers one after the other, the last one again and again. */
export function scanner(...answers: readonly unknown[]) {
  const asked: ObjectToScan[] = []
  const scan = async (object: ObjectToScan) => {
    asked.push(object)
    const answer = answers[Math.min(asked.length, answers.length) - 1]
    if (answer instanceof Error) throw answer
    return answer as ScanResult
  }
  return { scan, asked }
}

export const INFECTED = { infected: 'Eicar-Test' }
export const VERIFIED = {
  waybill: 'verified',
  'waybill-scan': expect.stringMatching(/^[\w-]{22}$/),
}
export const MALWARE = { waybill: 'rejected', 'waybill-reason': 'malware' }
export const PENDING = { waybill: 'pending', 'waybill-reason': 'not-scanned' }
