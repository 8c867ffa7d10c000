/**
 * Looks at a store after its server was killed and started again: at the objects, at the multipart uploads, and at every
 * file that the directory holds.
 *
 * @module
 */

import type { System } from '../../../../test/conformance/system.ts'
import { childrenOf, textOf, type XmlElement } from '../../../waybill-s3/src/xml.ts'
import { type CutUploads, type MultipartUpload, sha256 } from './cut-uploads.ts'
import { storedFiles } from './stored-files.ts'

export interface Inspection {
  /** What is wrong, one line each. */
  readonly wrong: readonly string[]
  /** SHA-256 of each object, by key. */
  readonly held: ReadonlyMap<string, string>
}

/** Aborts the uploads under way, so that nothing is left but the objects and what they rest in. */
export async function inspect(
  system: System,
  uploads: CutUploads,
  dir: string,
): Promise<Inspection> {
  const { wrong, held, files } = await inspectObjects(system, uploads)
  const reply = await system.expectReply(200, { query: { uploads: '' } })
  const listed = childrenOf(reply.xml ?? NOTHING, 'Upload')
  for (const element of listed) {
    const uploadId = textOf(element, 'UploadId') ?? ''
    const key = textOf(element, 'Key') ?? ''
    const upload = uploads.multipart.get(uploadId)
    if (upload) wrong.push(...(await inspectUpload(system, uploadId, upload)))
    await system.expectReply(204, { method: 'DELETE', key, query: { uploadId } })
  }
  const known = new Set(listed.map((element) => textOf(element, 'UploadId')))
  for (const [uploadId, { key, completion }] of uploads.multipart) {
    if (completion === undefined && !known.has(uploadId)) {
      wrong.push(`the upload ${uploadId} of ${key} was answered and is gone`)
    }
  }
  const found = await storedFiles(dir)
  if (found.length !== files) wrong.push(`expected ${files} files, there are: ${found.join(', ')}`)
  return { wrong, held }
}

const NOTHING: XmlElement = { name: '', text: '', children: [] }

async function inspectObjects(system: System, { slots }: CutUploads) {
  const wrong: string[] = []
  const held = new Map<string, string>()
  let files = 0
  for (const [key, { before, sent, answered }] of slots) {
    const reply = await system.reply({ key })
    if (reply.status === 404) {
      if (answered || before !== undefined) wrong.push(`${key} was stored and is gone`)
      continue
    }
    const digest = sha256(reply.body)
    held.set(key, digest)
    if (reply.status !== 200) wrong.push(`${key} answers ${reply.status} ${reply.code}`)
    else if (digest === before && answered) wrong.push(`${key} was replaced and is the old one`)
    else if (digest !== before && !sent.has(digest)) wrong.push(`${key} is none that was sent`)
    // An object in parts rests in as many files more.
    files += 1 + Number(/-(\d+)"$/.exec(reply.headers.etag ?? '')?.[1] ?? 0)
  }
  const keys = await system.keys()
  if (keys.join() !== [...held.keys()].sort().join()) wrong.push(`listed are ${keys.join()}`)
  return { wrong, held, files }
}

async function inspectUpload(
  system: System,
  uploadId: string,
  { key, etags, completion }: MultipartUpload,
): Promise<string[]> {
  if (completion === 'answered') return [`the upload ${uploadId} was completed and is under way`]
  const reply = await system.expectReply(200, { key, query: { uploadId } })
  const listed = new Map(
    childrenOf(reply.xml ?? NOTHING, 'Part').map((part) => [
      Number(textOf(part, 'PartNumber')),
      textOf(part, 'ETag'),
    ]),
  )
  return [...etags]
    .filter(([partNumber, etag]) => listed.get(partNumber) !== etag)
    .map(([partNumber]) => `part ${partNumber} of ${uploadId} was answered and is gone`)
}
