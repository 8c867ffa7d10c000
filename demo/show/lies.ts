/**
 * The lies: each one takes what the signer signed for a letter and changes one thing.
 *
 * @module
 */

import type { MultipartGrant, PostGrant, UploadGrant } from 'waybill'
import { partUrl } from 'waybill-s3'
import { bytesText } from '../words.ts'
import type { Difference } from './label.ts'
import type { S3Request } from './s3-request.ts'
import { hexOf, type SignedWaybill } from './signed-waybill.ts'

/** The file that is signed. */
export interface Letter {
  readonly text: string
  /** In base64. */
  readonly sha256: string
}

export interface Signed {
  readonly letter: Letter
  readonly waybill: SignedWaybill
  readonly grant: UploadGrant
}

export interface Lie {
  readonly id: string
  readonly name: string
  /** What is sent. The object of "Sends". */
  readonly about: string
  /** The kind of signature that the lie needs. @default 'form' */
  readonly needs?: 'form' | 'short-lived form' | 'parts'
  /** Whether the last of several requests is the lie. */
  readonly isReplay?: true
  readonly requests: (signed: Signed) => Promise<readonly S3Request[]>
  /** `undefined` if the request is as it was signed. */
  readonly difference: (signed: Signed) => Promise<Difference | undefined>
}

const HTML = 'text/html'
const FOREIGN_KEY = 'somebody-else/passport.pdf'

/** The first one is the truth, for comparison. */
export const LIES: readonly Lie[] = [
  {
    id: 'truth',
    name: 'No lie, for comparison',
    about: 'the letter exactly as it was signed',
    requests: async (signed) => [honest(signed)],
    difference: async () => undefined,
  },
  {
    id: 'byte',
    name: 'One byte more than was signed',
    about: 'the letter with an exclamation mark added at its end',
    requests: async (signed) => [{ ...honest(signed), text: `${signed.letter.text}!` }],
    difference: async ({ letter: { text } }) => ({
      field: 'size',
      signed: bytesText(text.length),
      sent: bytesText(text.length + 1),
    }),
  },
  {
    id: 'type',
    name: 'Type text/html instead',
    about: 'the letter as a web page, so that browsers would run scripts in it',
    requests: async (signed) => [withField(honest(signed), 'content-type', HTML)],
    difference: async ({ waybill }) => ({ field: 'type', signed: waybill.type, sent: HTML }),
  },
  {
    id: 'bit',
    name: 'Same size, one bit flipped',
    about: 'a letter of the same size that differs in one bit',
    requests: async (signed) => [{ ...honest(signed), text: flipped(signed.letter.text) }],
    difference: otherHash,
  },
  {
    id: 'key',
    name: 'Somebody else’s object key',
    about: `the letter to ${FOREIGN_KEY}, to overwrite it`,
    requests: async (signed) => [withField(honest(signed), 'key', FOREIGN_KEY)],
    difference: async ({ waybill }) => ({
      field: 'key',
      signed: waybill.key,
      sent: FOREIGN_KEY,
    }),
  },
  {
    id: 'late',
    name: 'After the signature expired',
    about: 'the letter five seconds after the server signed it for four',
    needs: 'short-lived form',
    requests: async (signed) => [honest(signed)],
    difference: async () => ({ field: 'expires', signed: 'for four seconds', sent: 'too late' }),
  },
  {
    id: 'again',
    name: 'The same form for another file',
    about: 'the letter, and then another one with the same form, to replace it',
    isReplay: true,
    requests: async (signed) => [
      honest(signed),
      { ...honest(signed), text: flipped(signed.letter.text) },
    ],
    difference: otherHash,
  },
  {
    id: 'list',
    name: 'Finish with a part’s signature',
    about: 'a part list that nobody signed, with the signature for one part',
    needs: 'parts',
    requests: async ({ grant }) => [ownPartList(expectParts(grant))],
    difference: async ({ waybill }) => ({
      field: 'permits',
      signed: waybill.permits,
      sent: 'POST, a part list',
    }),
  },
]

export async function sha256Of(text: string): Promise<string> {
  const hash = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))
  return btoa(String.fromCharCode(...new Uint8Array(hash)))
}

async function otherHash({ letter: { text, sha256 } }: Signed): Promise<Difference> {
  return { field: 'sha256', signed: hexOf(sha256), sent: hexOf(await sha256Of(flipped(text))) }
}

function honest({ grant, letter }: Signed): S3Request {
  const { url, fields } = expectForm(grant).presignedPost
  return { url, fields, text: letter.text }
}

/** @param name - In lower case. It matches the field in any case. */
function withField(request: S3Request, name: string, value: string): S3Request {
  const fields = Object.entries(request.fields ?? {}).map(([field, old]) => [
    field,
    field.toLowerCase() === name ? value : old,
  ])
  return { ...request, fields: Object.fromEntries(fields) }
}

/** Flips the lowest bit of the first character, which must be ASCII. */
function flipped(text: string): string {
  return String.fromCharCode(text.charCodeAt(0) ^ 1) + text.slice(1)
}

function ownPartList({ parts }: MultipartGrant): S3Request {
  const url = new URL(partUrl(parts, 1))
  url.searchParams.delete('partNumber')
  const list = '<Part><PartNumber>1</PartNumber><ETag>"0"</ETag></Part>'
  return { url: url.href, text: `<CompleteMultipartUpload>${list}</CompleteMultipartUpload>` }
}

function expectForm(grant: UploadGrant): PostGrant {
  if (grant.strategy === 'post') return grant
  throw new Error(`the signer chose ${grant.strategy} for the letter, expected a form`)
}

function expectParts(grant: UploadGrant): MultipartGrant {
  if (grant.strategy === 'multipart') return grant
  throw new Error(`the signer chose ${grant.strategy} for a large file, expected parts`)
}
