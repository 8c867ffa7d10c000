/**
 * What each caller may and may not do in a deployed stack, as a table of questions.
 *
 * @module
 */

import { ACCOUNT, REGION } from '../synthesised.ts'
import type { Asker, Question } from './access.ts'

export type Row = readonly [answer: 'may' | 'may not', what: string, question: Question]

export const SIGNER = { role: /SignerRole/ }
export const ARRIVAL = { role: /ArrivalRole/ }
export const READER = { role: /Reader/ }

export const KEY = 'uploads/aVq3/film.mp4'
export const OUTSIDE = 'site/index.html'
export const VERIFIED = { waybill: 'verified' }
export const REJECTED = { waybill: 'rejected' }
export const PENDING = { waybill: 'pending' }
const BUS = `arn:aws:events:${REGION}:${ACCOUNT}:event-bus/default`

/**
 * Makes rows about one caller.
 *
 * @param before - What each title begins with.
 */
export function asking(who: Asker, before = '') {
  const row =
    (answer: Row[0]) =>
    (what: string, action: string, more: Omit<Question, 'who' | 'action'> = {}): Row => {
      const isOfObject = !action.includes('Bucket') && more.resource === undefined
      const name = action.includes(':') ? action : `s3:${action}`
      return [
        answer,
        before + what,
        { who, action: name, ...(isOfObject && { key: KEY }), ...more },
      ]
    }
  return { may: row('may'), mayNot: row('may not') }
}

const signer = asking(SIGNER, 'let the signer ')
const arrival = asking(ARRIVAL, 'let arrival ')
const reader = asking(READER, 'let a reader ')
const administrator = asking('administrator', 'let an administrator ')
const anonymous = asking('anonymous', 'let an anonymous caller ')

export const QUESTIONS: readonly Row[] = [
  // The signer hands out exactly what it has itself
  signer.may('put an object', 'PutObject'),
  signer.mayNot('put outside the prefix', 'PutObject', { key: OUTSIDE }),
  signer.may('list parts', 'ListMultipartUploadParts'),
  signer.may('abort an upload', 'AbortMultipartUpload'),
  signer.may('look at what it completed', 'GetObject'),
  signer.mayNot('remove an object', 'DeleteObject'),
  signer.may('tell a missing key from a forbidden one', 'ListBucket', {
    context: { 's3:prefix': KEY },
  }),
  signer.mayNot('list the bucket', 'ListBucket'),
  signer.mayNot('list what is outside the prefix', 'ListBucket', {
    context: { 's3:prefix': 'site/' },
  }),
  signer.may(
    'find an upload whose beginning was answered into the void',
    'ListBucketMultipartUploads',
  ),
  signer.may('read the verdict of an object', 'GetObjectTagging', { tags: PENDING }),
  signer.may('read the verdict of a version', 'GetObjectVersionTagging', { tags: REJECTED }),
  signer.mayNot('read tags outside the prefix', 'GetObjectVersionTagging', { key: OUTSIDE }),
  signer.may('compare a version that has no verdict yet', 'GetObjectVersion', { tags: PENDING }),
  signer.mayNot('sign a link to a version', 'GetObjectVersion', {
    tags: VERIFIED,
    context: { 's3:authType': 'REST-QUERY-STRING' },
  }),
  signer.mayNot('list versions', 'ListBucketVersions'),
  signer.mayNot('remove a version for good', 'DeleteObjectVersion'),
  signer.may('put an object as pending', 'PutObjectTagging', { requestTags: PENDING }),
  signer.mayNot('tag as verified', 'PutObjectTagging', { requestTags: VERIFIED }),
  signer.mayNot('tag as pending and as something else', 'PutObjectTagging', {
    requestTags: { ...PENDING, GuardDutyMalwareScanStatus: 'NO_THREATS_FOUND' },
  }),
  signer.mayNot('take all tags away', 'PutObjectTagging', { tags: PENDING }),
  signer.mayNot('take a verdict away, and write another tag', 'PutObjectTagging', {
    tags: VERIFIED,
    requestTags: { case: '7' },
  }),
  signer.mayNot('write another tag on what has none', 'PutObjectTagging', {
    requestTags: { case: '7' },
  }),
  signer.may('begin an upload in parts, where S3 tells no tags of the request', 'PutObjectTagging'),
  signer.mayNot('tag a version, not even as pending', 'PutObjectVersionTagging', {
    requestTags: PENDING,
  }),
  signer.mayNot('tag outside the prefix', 'PutObjectTagging', {
    key: OUTSIDE,
    requestTags: PENDING,
  }),
  signer.mayNot('set an ACL', 'PutObjectAcl'),
  signer.mayNot('lock an object', 'PutObjectRetention'),
  signer.mayNot('change the bucket policy', 'PutBucketPolicy'),
  signer.mayNot('publish verdicts', 'events:PutEvents', { resource: BUS }),

  // What the bucket refuses, whoever asks
  signer.mayNot('put over plain HTTP', 'PutObject', {
    context: { 'aws:SecureTransport': 'false' },
  }),
  signer.mayNot('put over TLS 1.1', 'PutObject', { context: { 's3:TlsVersion': '1.1' } }),
  signer.mayNot('put with Signature Version 2', 'PutObject', {
    context: { 's3:signatureversion': 'AWS' },
  }),
  signer.mayNot('put with a signature of more than an hour', 'PutObject', {
    context: { 's3:signatureAge': '3600001' },
  }),
  signer.may('put a part signed 59 minutes ago', 'PutObject', {
    context: { 's3:signatureAge': '3540000' },
  }),
  reader.may('follow a week-old link to a verified object', 'GetObject', {
    tags: VERIFIED,
    context: { 's3:signatureAge': '604800000' },
  }),

  // Arrival judges, and nothing else
  arrival.may('read an object that has no verdict', 'GetObject'),
  arrival.may('read a version that has no verdict', 'GetObjectVersion'),
  arrival.may('tag a version', 'PutObjectVersionTagging'),
  arrival.may('tag', 'PutObjectTagging', { requestTags: VERIFIED }),
  arrival.may('publish verdicts', 'events:PutEvents', {
    resource: BUS,
    context: { 'events:source': ['waybill'] },
  }),
  arrival.mayNot('publish in no name', 'events:PutEvents', { resource: BUS }),
  arrival.mayNot("publish in another's name", 'events:PutEvents', {
    resource: BUS,
    context: { 'events:source': ['waybill', 'billing'] },
  }),
  arrival.may('tell a version that is gone from a forbidden one', 'ListBucketVersions', {
    context: { 's3:prefix': KEY },
  }),
  arrival.mayNot('list versions outside the prefix', 'ListBucketVersions', {
    context: { 's3:prefix': 'site/' },
  }),
  arrival.mayNot('put', 'PutObject'),
  arrival.mayNot('delete when rejected objects are kept', 'DeleteObjectVersion'),
  arrival.mayNot('tag outside the prefix', 'PutObjectTagging', { key: OUTSIDE }),

  // A reader sees what is verified
  reader.may('read a verified object', 'GetObject', { tags: VERIFIED }),
  reader.mayNot('read a rejected object', 'GetObject', { tags: REJECTED }),
  reader.mayNot('read an object that has no verdict', 'GetObject'),
  reader.mayNot('read a pending object', 'GetObject', { tags: PENDING }),
  reader.mayNot('read an older version', 'GetObjectVersion', { tags: VERIFIED }),
  reader.mayNot("see an object's attributes", 'GetObjectAttributes', { tags: VERIFIED }),
  reader.mayNot('read outside the prefix', 'GetObject', { key: OUTSIDE, tags: VERIFIED }),
  reader.mayNot('list', 'ListBucket'),
  reader.mayNot('put', 'PutObject'),
  reader.mayNot('tag', 'PutObjectTagging', { tags: REJECTED }),

  // Nobody else, however mighty or unknown
  administrator.mayNot('read a rejected object', 'GetObject', { tags: REJECTED }),
  administrator.mayNot('read a version that has no verdict', 'GetObjectVersion'),
  administrator.mayNot(
    'have an object replicated that has no verdict',
    'GetObjectVersionForReplication',
  ),
  administrator.mayNot('have an object as a torrent that has no verdict', 'GetObjectTorrent', {
    tags: PENDING,
  }),
  administrator.mayNot(
    'have a version as a torrent that has no verdict',
    'GetObjectVersionTorrent',
  ),
  administrator.mayNot('forge a verdict', 'PutObjectTagging', { requestTags: VERIFIED }),
  administrator.mayNot('undo a verdict', 'PutObjectTagging', { requestTags: PENDING }),
  administrator.mayNot('take a verdict away', 'DeleteObjectTagging'),
  administrator.mayNot("take a version's verdict away", 'DeleteObjectVersionTagging'),
  administrator.mayNot('tag a version as verified', 'PutObjectVersionTagging', {
    requestTags: VERIFIED,
  }),
  administrator.mayNot('replicate a verdict from elsewhere', 'ReplicateTags'),
  administrator.mayNot('read a pending object', 'GetObject', { tags: PENDING }),
  administrator.mayNot('read what is verified in capitals', 'GetObject', {
    tags: { waybill: 'VERIFIED' },
  }),
  administrator.may('delete a rejected object', 'DeleteObjectVersion', { tags: REJECTED }),
  anonymous.mayNot('read a verified object', 'GetObject', { tags: VERIFIED }),
  anonymous.mayNot('put', 'PutObject'),
  anonymous.mayNot('list', 'ListBucket'),
]
