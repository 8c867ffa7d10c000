/**
 * What the properties of this room are tried with: buckets wherever they may be, credentials of both kinds, and keys
 * and values made of everything that an encoding could get wrong.
 *
 * @module
 */

import fc from 'fast-check'
import type { BucketLocation, Credentials } from 'waybill-s3'

/** Each has been somebody's bug: reserved, unreserved, two, three and four bytes long, combining, joined, escaped already. */
const AWKWARD = [
  ...' +%"\'!*()~-_.,;:=?#&$@<>[]{}|\\^`/',
  ...['é', 'e\u0301', 'ß', '中', '\u00a0', '\u2028', '😀', '👨‍👩‍👧', '\uffff'],
  ...['%2F', '%', '..', '//', '${filename}', '{partNumber}', '{signature}', '__proto__'],
]

/** Text without lone surrogates, which neither UTF-8 nor a URL can hold. */
export const text = fc
  .array(fc.oneof(fc.constantFrom(...AWKWARD), fc.string({ unit: 'binary', maxLength: 4 })), {
    maxLength: 12,
  })
  .map((pieces) => pieces.join(''))

/** Any object key that S3 takes, however unwise. */
export const key = fc
  .tuple(fc.constantFrom('a', 'up/', '文/', '+'), text)
  .map((both) => both.join(''))

const label = fc.stringMatching(/^[a-z0-9][a-z0-9-]{1,20}[a-z0-9]$/).filter(isPlainLabel)

/** Prefixes and suffixes that AWS keeps for buckets of other kinds, which the SDK addresses differently. */
function isPlainLabel(name: string): boolean {
  return !name.includes('--') && !name.endsWith('-s3alias')
}

const dotted = fc
  .tuple(label, label)
  .map((labels) => labels.join('.'))
  .filter((name) => !/^[\d.]+$/.test(name))

const region = fc.constantFrom(
  'us-east-1',
  'eu-west-1',
  'ap-southeast-2',
  'cn-north-1',
  'us-gov-west-1',
  'eusc-de-east-1',
  'us-iso-east-1',
  'us-isob-east-1',
)

const endpoint = fc.constantFrom(
  'http://localhost:9000',
  'http://127.0.0.1:8333/',
  'https://s3.example.com',
  'https://store.example.com:8443',
  'https://store.example.com/base',
  'https://STORE.example.com:443',
)

const onAws: fc.Arbitrary<BucketLocation> = fc.record({
  bucket: fc.oneof(label, dotted),
  region,
})

const pathStyle: fc.Arbitrary<BucketLocation> = fc.record({
  bucket: fc.oneof(label, dotted),
  region,
  endpoint,
  addressing: fc.constant('path'),
})

/** A bucket of an S3-compatible store, in its host name. No IP address: it has no room for a bucket. */
const virtualHosted: fc.Arbitrary<BucketLocation> = fc.record({
  bucket: label,
  region,
  endpoint: endpoint.filter((origin) => !origin.includes('127.0.0.1')),
  addressing: fc.constant('virtual'),
})

export const location = fc.oneof(onAws, pathStyle, virtualHosted)

const accessKeys = fc.record({
  accessKeyId: fc.stringMatching(/^[A-Z0-9]{16,20}$/),
  secretAccessKey: fc.stringMatching(/^[A-Za-z0-9+/]{40}$/),
})

/**
 * Role credentials have a session token, base64 of some hundred bytes; access keys have none. Their end
 * is known and far away: without it we sign for an hour at most, and the SDK for as long as it is told.
 */
export const credentials: fc.Arbitrary<Credentials> = fc.oneof(
  accessKeys,
  fc
    .tuple(accessKeys, fc.stringMatching(/^[A-Za-z0-9+/]{100,200}={0,2}$/))
    .map(([keys, sessionToken]) => ({
      ...keys,
      sessionToken,
      expiration: new Date('2200-01-01T00:00:00Z'),
    })),
)

export const date = fc.date({
  min: new Date('2015-01-01T00:00:00Z'),
  max: new Date('2099-12-31T23:59:59Z'),
  noInvalidDate: true,
})

export const expiresInSeconds = fc.integer({ min: 1, max: 604_800 })

/** Parameters of a query. The SDK loses one called `__proto__`; ours are held to it by a test of their own. */
export const query = fc.dictionary(
  text.filter((name) => name !== '__proto__'),
  text,
  { maxKeys: 4 },
)

/** Header values as HTTP carries them, inner and outer white space included. */
export const headerValue = fc.stringMatching(/^[\x20-\x7e\t]{0,24}$/)

/** `npm run test:long` tries harder. */
fc.configureGlobal({ numRuns: process.env.WAYBILL_LONG ? 3000 : 100 })
