/**
 * Who sends one file, and how many round trips are expected until its first byte leaves.
 *
 * @module
 */

import type { Contestant } from '../harness/interleave.ts'
import type { Platform } from '../upload/contestants.ts'

/** A contestant, by the name of its module in `bench/upload/page` or `bench/upload/node`. */
export interface Beginner extends Contestant {
  readonly platform: Platform
  readonly title: string
  /** Round trips; missing where only counting tells. */
  readonly expected?: number
  /** What they are. */
  readonly why: string
}

/** In a page that was loaded from the signer's host, so that there is a connection to it. */
export const IN_CHROMIUM: readonly Beginner[] = [
  chromium('fetch', 'limit: bare `fetch`, signed before', 1, 'TCP to S3'),
  chromium('waybill', 'waybill, cold', 2, 'create, TCP to S3'),
  chromium('waybill-again', 'waybill, second file', 1, 'create'),
  chromium('better-upload', 'Better Upload', undefined, 'signing, TCP to S3, preflight'),
  chromium('uppy', 'Uppy', undefined, 'signing, TCP to S3, preflight'),
]

/** In a new process. */
export const IN_NODE: readonly Beginner[] = [
  node('fetch', 'limit: bare `fetch`, signed before', 1, 'TCP to S3'),
  node('waybill', 'waybill, cold', 3, 'TCP to the signer, create, TCP to S3'),
  node('waybill-warm', 'waybill after `warm()`', 1, 'create'),
  node('waybill-again', 'waybill, second file', 1, 'create'),
  node('lib-storage', 'lib-storage', undefined, 'TCP to S3: it has the credentials'),
  node('files-sdk', 'files-sdk', undefined, 'TCP to S3: it has the credentials'),
]

function chromium(name: string, title: string, expected: number | undefined, why: string) {
  return { platform: 'Chromium' as const, name, title, why, ...(expected ? { expected } : {}) }
}

function node(name: string, title: string, expected: number | undefined, why: string) {
  return { ...chromium(name, title, expected, why), platform: 'Node' as const }
}
