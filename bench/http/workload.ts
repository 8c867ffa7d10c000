/**
 * What pages ask for: permission for one file whose SHA-256 is known, a call that all servers
 * answer; and the parts of a large file.
 *
 * @module
 */

export { BUCKET, EXPIRES_IN_SECONDS, REGION } from '../signing/workload.ts'

/** The access key of a user: without a session token, no answer is long. */
export const CREDENTIALS = {
  accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
}

export const PATH = '/api/uploads'
export const RULE = 'photo'
export const MAX_SIZE = 25_000_000
export const TYPES: readonly string[] = ['image/jpeg', 'image/png']

/** What the page says of its file. */
export const FILE = {
  name: 'holiday 2026.jpg',
  size: 2_345_678,
  type: 'image/jpeg',
  sha256: 'LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=',
} as const

/** The header that names the caller, instead of a session. */
export const USER_HEADER = 'x-user'

/** The headers of the call as a browser on another origin sends them. */
export const HEADERS: Readonly<Record<string, string>> = {
  host: 'app.example.com',
  connection: 'keep-alive',
  'content-type': 'application/json',
  accept: '*/*',
  origin: 'https://www.example.com',
  referer: 'https://www.example.com/',
  'accept-encoding': 'gzip, deflate, br, zstd',
  'accept-language': 'en-GB,en;q=0.9',
  'user-agent':
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36',
  [USER_HEADER]: 'user-4711',
}

export const BODY = JSON.stringify({ rule: RULE, files: [FILE] })

/** Of an upload in thousands of parts. */
export const PART_SIZE = 5 * 1024 ** 2
/** Of every part and of the whole: the signer compares it, but computes none. */
export const PARTS_CRC64 = 'AAAAAAAAAAA='
