/**
 * A directory that came with a repository: whatever its records contain, the server creates, changes,
 * deletes and shows nothing outside of it.
 *
 * @module
 */

import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { cp, mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { temporaryFolder } from '@waybill/test-support/temporary-folders'
import { startStrictS3 } from 'strict-s3'
import { beforeAll, expect, it } from 'vitest'
import { System } from '../../../../test/conformance/system.ts'
import type { ObjectRecord } from '../../src/buckets/records.ts'
import { indexPieces, pieceOf } from '../../src/storage/disk/object-index.ts'
import { readRecord } from '../../src/storage/disk/record-file.ts'
import { changeRecord } from './stored-files.ts'

type Fields = Record<string, unknown>

interface StoredRecord {
  readonly fields: Fields
  save(fields: Fields): void
}

const RULE = { enabled: true, filter: {}, expirationDays: 1, abortIncompleteDays: 1 }
const TAGS = '<Tagging><TagSet><Tag><Key>a</Key><Value>b</Value></Tag></TagSet></Tagging>'
const CANARY = 'belongs to somebody else'

/** Holds the server's directory, and beside it one of somebody else. */
let root: string
let dir: string
let original: string
/** Of an upload in progress. */
let uploadId: string

beforeAll(async () => {
  root = temporaryFolder('waybill-hostile-')
  dir = join(root, 'served')
  original = join(root, 'original')
  const server = await startStrictS3({ dir: original, buckets: ['uploads'] })
  const system = new System(server, 'uploads')
  await system.put('a', 'hello')
  const joined = await system.createUpload()
  const etag = await system.uploadPart(joined, 1, 'joined')
  await system.expect(200, await system.complete(joined, [[1, etag]]))
  const tagged = { method: 'PUT', key: system.key, query: { tagging: '' }, body: TAGS }
  await system.expectReply(200, tagged)
  uploadId = await system.createUpload()
  await system.uploadPart(uploadId, 1, 'part')
  await server.close()
  const settings = jsonRecord(join(original, 'buckets/uploads/bucket.json'))
  settings.save({ ...settings.fields, lifecycle: [RULE] })
  await mkdir(join(root, 'other'))
  const parts = readdirSync(join(original, 'buckets/uploads/uploads'), { recursive: true })
  for (const name of ['file', ...parts.map((each) => String(each).split(/[/\\]/).at(-1) ?? '')]) {
    writeFileSync(join(root, 'other', name), CANARY)
  }
})

function jsonRecord(path: string): StoredRecord {
  return {
    fields: JSON.parse(readFileSync(path, 'utf8')) as Fields,
    save: (fields) => writeFileSync(path, JSON.stringify(fields)),
  }
}

function fileRecord(path: string): StoredRecord {
  return {
    fields: { ...readRecord(path) },
    save: (fields) => changeRecord(path, () => fields),
  }
}

function indexRecord(path: string, records: readonly ObjectRecord[], at: number): StoredRecord {
  const [header = Buffer.of()] = indexPieces(records)
  return {
    fields: { ...records[at] },
    save: (fields) =>
      writeFileSync(path, Buffer.concat([header, pieceOf(records.with(at, fields as never))])),
  }
}

/** Every kind of record in the bucket, by its name. */
function storedRecords(bucket: string): Record<string, StoredRecord> {
  const objects = readdirSync(join(bucket, 'objects')).map((each) => join(bucket, 'objects', each))
  const upload = join(bucket, 'uploads', uploadId)
  const [part = ''] = readdirSync(upload).filter((each) => /^\d/.test(each))
  const [tags = ''] = objects.filter((each) => each.endsWith('.amended'))
  const files = objects.filter((each) => each !== tags)
  const [plain = '', joined = ''] = files.sort((a) => (tags.startsWith(a) ? 1 : -1))
  const records = [plain, joined].map((each) => readRecord(each) as ObjectRecord)
  const index = join(bucket, 'index')
  return {
    bucket: jsonRecord(join(bucket, 'bucket.json')),
    'index of an object': indexRecord(index, records, 0),
    'index of an object in parts': indexRecord(index, records, 1),
    object: fileRecord(plain),
    'object in parts': fileRecord(joined),
    tags: jsonRecord(tags),
    upload: jsonRecord(join(upload, 'upload.json')),
    part: fileRecord(join(upload, part)),
  }
}

const KINDS = [
  'bucket',
  'index of an object',
  'index of an object in parts',
  'object',
  'object in parts',
  'tags',
  'upload',
  'part',
]

/** From the folder of uploads, of an upload, and of objects, each to somebody else's. */
const PATHS = ['../../../../other', '../../../../../other/file', '/../../../../../other/file']
/** Node would abort the process if it were to read as much as the last one needs. */
const NOT_TEXTS = [null, [], 2e14]

/** @returns The paths of all properties, also of those in lists and objects. */
function placesIn(value: unknown): string[][] {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, inner]) => [
    [name],
    ...placesIn(inner).map((place) => [name, ...place]),
  ])
}

function changed(value: unknown, [name, ...place]: readonly string[], hostile: unknown): unknown {
  if (name === undefined) return hostile
  if (Array.isArray(value))
    return value.with(Number(name), changed(value[Number(name)], place, hostile))
  const fields = value as Fields
  return { ...fields, [name]: changed(fields[name], place, hostile) }
}

/** @returns What the server has answered. */
async function serve(hostile: unknown): Promise<string> {
  let later = 0
  const server = await startStrictS3({ dir, now: () => new Date(Date.now() + later) })
  const system = new System(server, 'uploads')
  const { key } = system
  const part = (id: string) => ({
    method: 'PUT',
    key,
    query: { uploadId: id, partNumber: '1' },
    body: 'x',
  })
  const answers: string[] = []
  for (const ask of [
    { key: 'a' },
    { key },
    { method: 'PUT', key: 'a', query: { tagging: '' }, body: TAGS },
    part(uploadId),
    ...(typeof hostile === 'string' ? [part(hostile)] : []),
    {
      method: 'DELETE',
      key,
      query: { uploadId: typeof hostile === 'string' ? hostile : uploadId },
    },
    { method: 'DELETE', key: 'a' },
  ]) {
    answers.push((await system.reply(ask)).body.toString())
  }
  // Objects and uploads that are left expire at the next request.
  later = 10 * 86_400_000
  await fetch(`${server.endpoint}/uploads`)
  await server.close()
  return answers.join()
}

function otherFiles(): [name: string, text: string][] {
  return readdirSync(join(root, 'other')).map((name) => [
    name,
    readFileSync(join(root, 'other', name), 'utf8'),
  ])
}

it.each(KINDS)('a %s record cannot lead out of the directory', async (kind) => {
  const before = otherFiles()
  const records = storedRecords(join(original, 'buckets/uploads'))
  const own = records[kind]?.fields ?? {}
  const places = placesIn(own)
  // A field of another kind could be read from this one too.
  for (const { fields } of Object.values(records)) {
    for (const name of Object.keys(fields)) {
      if (!places.some(([first]) => first === name)) places.push([name])
    }
  }
  for (const place of places) {
    const isOwn = Object.hasOwn(own, place[0] ?? '')
    for (const hostile of isOwn ? [...PATHS, ...NOT_TEXTS] : PATHS) {
      await rm(dir, { recursive: true, force: true })
      await cp(original, dir, { recursive: true })
      const record = storedRecords(join(dir, 'buckets/uploads'))[kind]
      record?.save(changed(own, place, hostile) as Fields)
      const answers = await serve(hostile).catch(String)
      expect({ place, hostile, answers, other: otherFiles() }).toEqual({
        place,
        hostile,
        answers: expect.not.stringContaining(CANARY),
        other: before,
      })
      expect(readdirSync(root).sort()).toEqual(['original', 'other', 'served'])
    }
  }
})
