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

export interface Signed {
  readonly content: Content
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
  /** Names the responses. The last request is the lie. */
  readonly titles?: readonly string[]
  readonly requests: (signed: Signed) => Promise<readonly S3Request[]>
  /** `undefined` if the request is as it was signed. */
  readonly difference: (signed: Signed) => Promise<Difference | undefined>
}

const HTML = 'text/html'
const FOREIGN_KEY = 'somebody-else/passport.pdf'

/** The first one is chosen at first. */
export const LIES: readonly Lie[] = [
  {
    id: 'type',
    name: 'Type text/html instead',
    about: 'the file as a web page, which browsers would run',
    requests: async (signed) => [withField(honest(signed), 'content-type', otherType(signed))],
    difference: async (signed) => ({
      field: 'type',
      signed: signed.waybill.type,
      sent: otherType(signed),
    }),
  },
  {
    id: 'byte',
    name: 'One byte more than was signed',
    about: 'the file with an exclamation mark added at its end',
    requests: async (signed) => [{ ...honest(signed), body: lengthened(signed.content) }],
    difference: async ({ content: { blob } }) => ({
      field: 'size',
      signed: bytesText(blob.size),
      sent: bytesText(blob.size + 1),
    }),
  },
  {
    id: 'bit',
    name: 'Same size, one bit flipped',
    about: 'a file of the same size that differs in one bit',
    requests: async (signed) => [{ ...honest(signed), body: await flipped(signed.content) }],
    difference: async ({ content, waybill }) => otherHash(waybill, await flipped(content)),
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
    difference: async () => ({ field: 'expires', signed: 'for four seconds', sent: 'after five' }),
  },
  {
    id: 'again',
    name: 'Another file, same signature',
    about: 'the file, and then another of its size with the same form',
    titles: ['First, as signed', 'Then, another file'],
    requests: async (signed) => [honest(signed), { ...honest(signed), body: other(signed) }],
    difference: async (signed) => otherHash(signed.waybill, other(signed)),
  },
  {
    id: 'list',
    name: 'Finish a film without permission',
    about: 'a part list, with a signature for one part',
    needs: 'parts',
    requests: async ({ grant }) => [ownPartList(expectParts(grant))],
    difference: async ({ waybill }) => ({
      field: 'permits',
      signed: waybill.permits,
      sent: 'POST, a part list',
    }),
  },
  {
    id: 'truth',
    name: 'No lie, for comparison',
    about: 'the file exactly as it was signed',
    requests: async (signed) => [honest(signed)],
    difference: async () => undefined,
  },
]

export async function sha256Of(blob: Blob): Promise<string> {
  const hash = await crypto.subtle.digest('SHA-256', await blob.arrayBuffer())
  return btoa(String.fromCharCode(...new Uint8Array(hash)))
}

async function otherHash({ sha256 }: SignedWaybill, { blob }: Content): Promise<Difference> {
  return { field: 'sha256', signed: hexOf(sha256 ?? ''), sent: hexOf(await sha256Of(blob)) }
}

function honest({ grant, content }: Signed): S3Request {
  const { url, fields } = expectForm(grant).presignedPost
  return { url, fields, body: content }
}

/** A type whose scripts browsers run. */
function otherType({ waybill }: Signed): string {
  return waybill.type === HTML ? 'image/svg+xml' : HTML
}

function lengthened(content: Content): Content {
  return withEnd(content, content.blob.size, ['!'.charCodeAt(0)])
}

/** Has the same size, and no byte in common with a text. */
function other({ content: { blob } }: Signed): Content {
  return contentOf(new Blob([new Uint8Array(blob.size)]), `head -c ${blob.size} /dev/zero`)
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
