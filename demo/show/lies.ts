/**
 * The lies: each one takes what the signer signed for a file and changes one thing.
 *
 * @module
 */

import type { MultipartGrant, PostGrant, UploadGrant } from 'waybill'
import { partUrl } from 'waybill-s3'
import { bytesText } from '../words.ts'
import type { Difference } from './label.ts'
import { type Content, contentOf, quoted, type S3Request, withEnd } from './s3-request.ts'
import { hexOf, type SignedWaybill } from './signed-waybill.ts'

/** The file that is signed. */
export interface Subject {
  readonly name: string
  readonly type: string
  readonly content: Content
  /** In base64. */
  readonly sha256: string
}

/**
 * A file that a person has chosen.
 *
 * @param type - Its content type as it was signed, which may differ from the browser's.
 */
export async function subjectOf(file: File, type: string): Promise<Subject> {
  const { name } = file
  // A name that begins with a hyphen would be an option.
  const content = contentOf(file, `cat ${quoted(`./${name}`)}`)
  return { name, type, content, sha256: await sha256Of(file) }
}

/** @param type - A content type that the rule accepts. */
export async function writeLetter(type: string, now: number): Promise<Subject> {
  const text = `I am exactly what was signed, on ${new Date(now).toISOString()}`
  const blob = new Blob([text])
  const content = contentOf(blob, `printf %s ${quoted(text)}`)
  return { name: 'letter.txt', type, content, sha256: await sha256Of(blob) }
}

export interface Signed {
  readonly subject: Subject
  readonly waybill: SignedWaybill
  readonly grant: UploadGrant
}

export interface Lie {
  readonly id: string
  readonly name: string
  /** What is sent. */
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
    about: 'the file exactly as it was signed',
    requests: async (signed) => [honest(signed)],
    difference: async () => undefined,
  },
  {
    id: 'byte',
    name: 'One byte more than was signed',
    about: 'the file with an exclamation mark added at its end',
    requests: async (signed) => [{ ...honest(signed), body: lengthened(signed.subject) }],
    difference: async ({ subject: { content } }) => ({
      field: 'size',
      signed: bytesText(content.blob.size),
      sent: bytesText(content.blob.size + 1),
    }),
  },
  {
    id: 'type',
    name: 'Type text/html instead',
    about: 'the file as a web page, so that browsers would run scripts in it',
    requests: async (signed) => [withField(honest(signed), 'content-type', otherType(signed))],
    difference: async (signed) => ({
      field: 'type',
      signed: signed.waybill.type,
      sent: otherType(signed),
    }),
  },
  {
    id: 'bit',
    name: 'Same size, one bit flipped',
    about: 'a file of the same size that differs in one bit',
    requests: async (signed) => [await flippedBit(signed)],
    difference: otherHash,
  },
  {
    id: 'key',
    name: 'Overwrite somebody else’s file',
    about: `the file to ${FOREIGN_KEY}, to overwrite it`,
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
    about: 'the file five seconds after the server signed it for four',
    needs: 'short-lived form',
    requests: async (signed) => [honest(signed)],
    difference: async () => ({ field: 'expires', signed: 'for four seconds', sent: 'too late' }),
  },
  {
    id: 'again',
    name: 'Another file, same signature',
    about: 'the file, and then another one with the same form, to replace it',
    isReplay: true,
    requests: async (signed) => [honest(signed), await flippedBit(signed)],
    difference: otherHash,
  },
  {
    id: 'list',
    name: 'Finish a film without permission',
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

export async function sha256Of(blob: Blob): Promise<string> {
  const hash = await crypto.subtle.digest('SHA-256', await blob.arrayBuffer())
  return btoa(String.fromCharCode(...new Uint8Array(hash)))
}

async function otherHash({ subject: { content, sha256 } }: Signed): Promise<Difference> {
  const { blob } = await flipped(content)
  return { field: 'sha256', signed: hexOf(sha256), sent: hexOf(await sha256Of(blob)) }
}

function honest({ grant, subject }: Signed): S3Request {
  const { url, fields } = expectForm(grant).presignedPost
  return { url, fields, body: subject.content }
}

/** A type whose scripts browsers run. */
function otherType({ waybill }: Signed): string {
  return waybill.type === HTML ? 'image/svg+xml' : HTML
}

async function flippedBit(signed: Signed): Promise<S3Request> {
  return { ...honest(signed), body: await flipped(signed.subject.content) }
}

function lengthened({ content }: Subject): Content {
  return withEnd(content, content.blob.size, ['!'.charCodeAt(0)])
}

/** Flips the lowest bit of the last byte. */
async function flipped(content: Content): Promise<Content> {
  const keeps = content.blob.size - 1
  const [last = 0] = new Uint8Array(await content.blob.slice(keeps).arrayBuffer())
  return withEnd(content, keeps, [last ^ 1])
}

/** @param name - In lower case. It matches the field in any case. */
function withField(request: S3Request, name: string, value: string): S3Request {
  const fields = Object.entries(request.fields ?? {}).map(([field, old]) => [
    field,
    field.toLowerCase() === name ? value : old,
  ])
  return { ...request, fields: Object.fromEntries(fields) }
}

function ownPartList({ parts }: MultipartGrant): S3Request {
  const url = new URL(partUrl(parts, 1))
  url.searchParams.delete('partNumber')
  const list = '<Part><PartNumber>1</PartNumber><ETag>"0"</ETag></Part>'
  const text = `<CompleteMultipartUpload>${list}</CompleteMultipartUpload>`
  return { url: url.href, body: contentOf(new Blob([text]), `printf %s ${quoted(text)}`) }
}

function expectForm(grant: UploadGrant): PostGrant {
  if (grant.strategy === 'post') return grant
  throw new Error(`the signer chose ${grant.strategy} for the file, expected a form`)
}

function expectParts(grant: UploadGrant): MultipartGrant {
  if (grant.strategy === 'multipart') return grant
  throw new Error(`the signer chose ${grant.strategy} for a large file, expected parts`)
}
