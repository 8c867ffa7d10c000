/**
 * What each caller may and may not do in a deployed stack, as a table of questions.
 *
 * @module
 */

import {
  ARRIVAL,
  BUS,
  KEY,
  PENDING,
  READER,
  REJECTED,
  type Row,
  SIGNER_QUESTIONS,
  VERIFIED,
} from './signer-questions.ts'

export const QUESTIONS: readonly Row[] = [
  ...SIGNER_QUESTIONS,

  // Arrival judges, and nothing else
  [
    'may',
    'let arrival read an object that has no verdict',
    { who: ARRIVAL, action: 's3:GetObject', key: KEY },
  ],
  [
    'may',
    'let arrival read a version that has no verdict',
    { who: ARRIVAL, action: 's3:GetObjectVersion', key: KEY },
  ],
  [
    'may',
    'let arrival tag a version',
    { who: ARRIVAL, action: 's3:PutObjectVersionTagging', key: KEY },
  ],
  [
    'may',
    'let arrival tag',
    { who: ARRIVAL, action: 's3:PutObjectTagging', key: KEY, requestTags: VERIFIED },
  ],
  [
    'may',
    'let arrival publish verdicts',
    {
      who: ARRIVAL,
      action: 'events:PutEvents',
      resource: BUS,
      context: { 'events:source': ['waybill'] },
    },
  ],
  [
    'may not',
    'let arrival publish in no name',
    { who: ARRIVAL, action: 'events:PutEvents', resource: BUS },
  ],
  [
    'may not',
    "let arrival publish in another's name",
    {
      who: ARRIVAL,
      action: 'events:PutEvents',
      resource: BUS,
      context: { 'events:source': ['waybill', 'billing'] },
    },
  ],
  [
    'may',
    'let arrival tell a version that is gone from a forbidden one',
    { who: ARRIVAL, action: 's3:ListBucketVersions', context: { 's3:prefix': KEY } },
  ],
  [
    'may not',
    'let arrival list versions outside the prefix',
    { who: ARRIVAL, action: 's3:ListBucketVersions', context: { 's3:prefix': 'site/' } },
  ],
  ['may not', 'let arrival put', { who: ARRIVAL, action: 's3:PutObject', key: KEY }],
  [
    'may not',
    'let arrival delete when rejected objects are kept',
    { who: ARRIVAL, action: 's3:DeleteObjectVersion', key: KEY },
  ],
  [
    'may not',
    'let arrival tag outside the prefix',
    { who: ARRIVAL, action: 's3:PutObjectTagging', key: 'site/index.html' },
  ],

  // A reader sees what is verified
  [
    'may',
    'let a reader read a verified object',
    { who: READER, action: 's3:GetObject', key: KEY, tags: VERIFIED },
  ],
  [
    'may not',
    'let a reader read a rejected object',
    { who: READER, action: 's3:GetObject', key: KEY, tags: REJECTED },
  ],
  [
    'may not',
    'let a reader read an object that has no verdict',
    { who: READER, action: 's3:GetObject', key: KEY },
  ],
  [
    'may not',
    'let a reader read a pending object',
    { who: READER, action: 's3:GetObject', key: KEY, tags: PENDING },
  ],
  [
    'may not',
    'let a reader read an older version',
    { who: READER, action: 's3:GetObjectVersion', key: KEY, tags: VERIFIED },
  ],
  [
    'may not',
    "let a reader see an object's attributes",
    { who: READER, action: 's3:GetObjectAttributes', key: KEY, tags: VERIFIED },
  ],
  [
    'may not',
    'let a reader read outside the prefix',
    { who: READER, action: 's3:GetObject', key: 'site/index.html', tags: VERIFIED },
  ],
  ['may not', 'let a reader list', { who: READER, action: 's3:ListBucket' }],
  ['may not', 'let a reader put', { who: READER, action: 's3:PutObject', key: KEY }],
  [
    'may not',
    'let a reader tag',
    { who: READER, action: 's3:PutObjectTagging', key: KEY, tags: REJECTED },
  ],

  // Nobody else, however mighty or unknown
  [
    'may not',
    'let an administrator read a rejected object',
    { who: 'administrator', action: 's3:GetObject', key: KEY, tags: REJECTED },
  ],
  [
    'may not',
    'let an administrator read a version that has no verdict',
    { who: 'administrator', action: 's3:GetObjectVersion', key: KEY },
  ],
  [
    'may not',
    'let an administrator have an object replicated that has no verdict',
    { who: 'administrator', action: 's3:GetObjectVersionForReplication', key: KEY },
  ],
  [
    'may not',
    'let an administrator have an object as a torrent that has no verdict',
    { who: 'administrator', action: 's3:GetObjectTorrent', key: KEY, tags: PENDING },
  ],
  [
    'may not',
    'let an administrator have a version as a torrent that has no verdict',
    { who: 'administrator', action: 's3:GetObjectVersionTorrent', key: KEY },
  ],
  [
    'may not',
    'let an administrator forge a verdict',
    { who: 'administrator', action: 's3:PutObjectTagging', key: KEY, requestTags: VERIFIED },
  ],
  [
    'may not',
    'let an administrator undo a verdict',
    { who: 'administrator', action: 's3:PutObjectTagging', key: KEY, requestTags: PENDING },
  ],
  [
    'may not',
    'let an administrator take a verdict away',
    { who: 'administrator', action: 's3:DeleteObjectTagging', key: KEY },
  ],
  [
    'may not',
    "let an administrator take a version's verdict away",
    { who: 'administrator', action: 's3:DeleteObjectVersionTagging', key: KEY },
  ],
  [
    'may not',
    'let an administrator tag a version as verified',
    {
      who: 'administrator',
      action: 's3:PutObjectVersionTagging',
      key: KEY,
      requestTags: VERIFIED,
    },
  ],
  [
    'may not',
    'let an administrator replicate a verdict from elsewhere',
    { who: 'administrator', action: 's3:ReplicateTags', key: KEY },
  ],
  [
    'may not',
    'let an administrator read a pending object',
    { who: 'administrator', action: 's3:GetObject', key: KEY, tags: PENDING },
  ],
  [
    'may not',
    'let an administrator read what is verified in capitals',
    { who: 'administrator', action: 's3:GetObject', key: KEY, tags: { waybill: 'VERIFIED' } },
  ],
  [
    'may',
    'let an administrator delete a rejected object',
    { who: 'administrator', action: 's3:DeleteObjectVersion', key: KEY, tags: REJECTED },
  ],
  [
    'may not',
    'let an anonymous caller read a verified object',
    { who: 'anonymous', action: 's3:GetObject', key: KEY, tags: VERIFIED },
  ],
  [
    'may not',
    'let an anonymous caller put',
    { who: 'anonymous', action: 's3:PutObject', key: KEY },
  ],
  ['may not', 'let an anonymous caller list', { who: 'anonymous', action: 's3:ListBucket' }],
]
