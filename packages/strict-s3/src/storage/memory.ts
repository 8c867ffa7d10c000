import type { ObjectRecord, PartRecord } from '../buckets/records.ts'
import { type Draft, type Storage, started } from './storage.ts'

export function memoryStorage(): Storage {
  const bytes = new Map<string, Buffer>()
  const sourcesOf = (bucket: string, record: ObjectRecord): readonly Buffer[] =>
    (record.parts
      ? record.parts.map((part) => bytes.get(partName(bucket, record.uploadId ?? '', part)))
      : [bytes.get(objectName(bucket, record))]
    ).map((each) => each ?? Buffer.alloc(0))
  const removePart = (bucket: string, uploadId: string, part: PartRecord) =>
    bytes.delete(partName(bucket, uploadId, part))

  return {
    load: async () => [],
    createBucket: async () => {},
    saveBucket: async () => {},
    removeBucket: async (bucket) => {
      // Remove the parts of unfinished multipart uploads too.
      for (const name of bytes.keys()) if (bucketOfName(name) === bucket) bytes.delete(name)
    },
    openDraft: memoryDraft,
    saveObject: async (bucket, record, draft) => {
      bytes.set(objectName(bucket, record), takeBytes(draft))
    },
    saveAmendment: async () => {},
    removeObject: async (bucket, record) => {
      bytes.delete(objectName(bucket, record))
      for (const part of record.parts ?? []) removePart(bucket, record.uploadId ?? '', part)
    },
    readObject: (bucket, record, start, end) =>
      started(readBuffers(sourcesOf(bucket, record), start, end)),
    saveUpload: async () => {},
    savePart: async (bucket, uploadId, part, draft) => {
      bytes.set(partName(bucket, uploadId, part), takeBytes(draft))
    },
    removePart: async (bucket, uploadId, part) => {
      removePart(bucket, uploadId, part)
    },
    removeUpload: async () => {},
    saveIndex: async () => {},
    close: async () => bytes.clear(),
  }
}

function objectName(bucket: string, record: ObjectRecord): string {
  return JSON.stringify([bucket, 'object', record.key, record.sequence])
}

function partName(bucket: string, uploadId: string, part: PartRecord): string {
  return JSON.stringify([bucket, 'part', uploadId, part.fileName])
}

function bucketOfName(name: string): unknown {
  const [bucket] = JSON.parse(name)
  return bucket
}

/** Only the storage can read the bytes of a draft. */
const drafts = new WeakMap<Draft, () => Buffer>()

function memoryDraft(): Draft {
  const chunks: Uint8Array[] = []
  const draft: Draft = {
    write: (chunk) => {
      chunks.push(chunk)
      return undefined
    },
    discard: async () => {
      chunks.length = 0
    },
  }
  drafts.set(draft, () => Buffer.concat(chunks))
  return draft
}

function takeBytes(draft: Draft | undefined): Buffer {
  return (draft && drafts.get(draft)?.()) ?? Buffer.alloc(0)
}

/**
 * The maximum size of a piece in bytes. Larger pieces are not faster, but would block other
 * requests.
 */
const PIECE = 1024 * 1024

async function* readBuffers(
  buffers: readonly Buffer[],
  start: number,
  end: number,
): AsyncGenerator<Uint8Array, undefined> {
  let offset = 0
  for (const buffer of buffers) {
    const from = Math.max(start - offset, 0)
    const to = Math.min(end - offset, buffer.length)
    for (let at = from; at < to; at += PIECE) {
      yield buffer.subarray(at, Math.min(at + PIECE, to))
    }
    offset += buffer.length
  }
}
