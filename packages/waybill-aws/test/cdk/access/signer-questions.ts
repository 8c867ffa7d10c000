/**
 * What the signer may do, and what the bucket refuses whoever asks, as a table of questions.
 *
 * @module
 */

import { ACCOUNT, REGION } from '../synthesised.ts'
import type { Question } from './access.ts'

export type Row = readonly [answer: 'may' | 'may not', what: string, question: Question]

export const SIGNER = { role: /SignerRole/ }
export const ARRIVAL = { role: /ArrivalRole/ }
export const READER = { role: /Reader/ }

export const KEY = 'uploads/aVq3/film.mp4'
export const VERIFIED = { waybill: 'verified' }
export const REJECTED = { waybill: 'rejected' }
export const PENDING = { waybill: 'pending' }
export const BUS = `arn:aws:events:${REGION}:${ACCOUNT}:event-bus/default`

export const SIGNER_QUESTIONS: readonly Row[] = [
  // The signer hands out exactly what it has itself
  ['may', 'let the signer put an object', { who: SIGNER, action: 's3:PutObject', key: KEY }],
  [
    'may not',
    'let the signer put outside the prefix',
    { who: SIGNER, action: 's3:PutObject', key: 'site/index.html' },
  ],
  [
    'may',
    'let the signer list parts',
    { who: SIGNER, action: 's3:ListMultipartUploadParts', key: KEY },
  ],
  [
    'may',
    'let the signer abort an upload',
    { who: SIGNER, action: 's3:AbortMultipartUpload', key: KEY },
  ],
  [
    'may',
    'let the signer look at what it completed',
    { who: SIGNER, action: 's3:GetObject', key: KEY },
  ],
  [
    'may not',
    'let the signer remove an object',
    { who: SIGNER, action: 's3:DeleteObject', key: KEY },
  ],
  [
    'may',
    'let the signer tell a missing key from a forbidden one',
    { who: SIGNER, action: 's3:ListBucket', context: { 's3:prefix': KEY } },
  ],
  ['may not', 'let the signer list the bucket', { who: SIGNER, action: 's3:ListBucket' }],
  [
    'may not',
    'let the signer list what is outside the prefix',
    { who: SIGNER, action: 's3:ListBucket', context: { 's3:prefix': 'site/' } },
  ],
  [
    'may',
    'let the signer find an upload whose beginning was answered into the void',
    { who: SIGNER, action: 's3:ListBucketMultipartUploads' },
  ],
  [
    'may',
    'let the signer read the verdict of an object',
    { who: SIGNER, action: 's3:GetObjectTagging', key: KEY, tags: PENDING },
  ],
  [
    'may',
    'let the signer read the verdict of a version',
    { who: SIGNER, action: 's3:GetObjectVersionTagging', key: KEY, tags: REJECTED },
  ],
  [
    'may not',
    'let the signer read tags outside the prefix',
    { who: SIGNER, action: 's3:GetObjectVersionTagging', key: 'site/index.html' },
  ],
  [
    'may',
    'let the signer compare a version that has no verdict yet',
    { who: SIGNER, action: 's3:GetObjectVersion', key: KEY, tags: PENDING },
  ],
  [
    'may not',
    'let the signer sign a link to a version',
    {
      who: SIGNER,
      action: 's3:GetObjectVersion',
      key: KEY,
      tags: VERIFIED,
      context: { 's3:authType': 'REST-QUERY-STRING' },
    },
  ],
  ['may not', 'let the signer list versions', { who: SIGNER, action: 's3:ListBucketVersions' }],
  [
    'may not',
    'let the signer remove a version for good',
    { who: SIGNER, action: 's3:DeleteObjectVersion', key: KEY },
  ],
  [
    'may',
    'let the signer put an object as pending',
    { who: SIGNER, action: 's3:PutObjectTagging', key: KEY, requestTags: PENDING },
  ],
  [
    'may not',
    'let the signer tag as verified',
    { who: SIGNER, action: 's3:PutObjectTagging', key: KEY, requestTags: VERIFIED },
  ],
  [
    'may not',
    'let the signer tag as pending and as something else',
    {
      who: SIGNER,
      action: 's3:PutObjectTagging',
      key: KEY,
      requestTags: { ...PENDING, GuardDutyMalwareScanStatus: 'NO_THREATS_FOUND' },
    },
  ],
  [
    'may not',
    'let the signer take all tags away',
    { who: SIGNER, action: 's3:PutObjectTagging', key: KEY, tags: PENDING },
  ],
  [
    'may not',
    'let the signer take a verdict away, and write another tag',
    {
      who: SIGNER,
      action: 's3:PutObjectTagging',
      key: KEY,
      tags: VERIFIED,
      requestTags: { case: '7' },
    },
  ],
  [
    'may not',
    'let the signer write another tag on what has none',
    { who: SIGNER, action: 's3:PutObjectTagging', key: KEY, requestTags: { case: '7' } },
  ],
  [
    'may',
    'let the signer begin an upload in parts, where S3 tells no tags of the request',
    { who: SIGNER, action: 's3:PutObjectTagging', key: KEY },
  ],
  [
    'may not',
    'let the signer tag a version, not even as pending',
    { who: SIGNER, action: 's3:PutObjectVersionTagging', key: KEY, requestTags: PENDING },
  ],
  [
    'may not',
    'let the signer tag outside the prefix',
    {
      who: SIGNER,
      action: 's3:PutObjectTagging',
      key: 'site/index.html',
      requestTags: PENDING,
    },
  ],
  ['may not', 'let the signer set an ACL', { who: SIGNER, action: 's3:PutObjectAcl', key: KEY }],
  [
    'may not',
    'let the signer lock an object',
    { who: SIGNER, action: 's3:PutObjectRetention', key: KEY },
  ],
  [
    'may not',
    'let the signer change the bucket policy',
    { who: SIGNER, action: 's3:PutBucketPolicy' },
  ],
  [
    'may not',
    'let the signer publish verdicts',
    { who: SIGNER, action: 'events:PutEvents', resource: BUS },
  ],

  // What the bucket refuses, whoever asks
  [
    'may not',
    'let the signer put over plain HTTP',
    { who: SIGNER, action: 's3:PutObject', key: KEY, context: { 'aws:SecureTransport': 'false' } },
  ],
  [
    'may not',
    'let the signer put over TLS 1.1',
    { who: SIGNER, action: 's3:PutObject', key: KEY, context: { 's3:TlsVersion': '1.1' } },
  ],
  [
    'may not',
    'accept Signature Version 2',
    { who: SIGNER, action: 's3:PutObject', key: KEY, context: { 's3:signatureversion': 'AWS' } },
  ],
  [
    'may not',
    'accept a signature of more than an hour',
    { who: SIGNER, action: 's3:PutObject', key: KEY, context: { 's3:signatureAge': '3600001' } },
  ],
  [
    'may',
    'accept a part signed 59 minutes ago',
    { who: SIGNER, action: 's3:PutObject', key: KEY, context: { 's3:signatureAge': '3540000' } },
  ],
  [
    'may',
    'accept a week-old link to a verified object',
    {
      who: READER,
      action: 's3:GetObject',
      key: KEY,
      tags: VERIFIED,
      context: { 's3:signatureAge': '604800000' },
    },
  ],
]
