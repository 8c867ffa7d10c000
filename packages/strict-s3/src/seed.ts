/**
 * Stores a folder's files when the server starts: `<folder>/<bucket>/<key>` becomes an object.
 * Everything is checked before anything is stored.
 *
 * @module
 */

import { createReadStream } from 'node:fs'
import { access, constants, readdir, realpath, stat } from 'node:fs/promises'
import { extname, join, relative, sep } from 'node:path'
import { receive } from './body/receive.ts'
import { checkBucketName } from './buckets/bucket-name.ts'
import type { Store } from './buckets/store.ts'
import { requestedEncryption } from './encryption/requested-encryption.ts'
import { checkKeyLength } from './message/request.ts'
import { describeObject } from './objects/new-object.ts'
import { etagAndChecksum } from './objects/object-headers.ts'

/** How many of the folder's files were stored, and how many not, because their keys existed. */
export interface Seeded {
  readonly stored: number
  readonly kept: number
}

export interface Seed {
  readonly buckets: readonly string[]
  readonly files: readonly {
    readonly path: string
    readonly bucket: string
    readonly key: string
  }[]
}

/** The message names the file or folder. */
export class SeedError extends Error {
  override readonly name = 'SeedError'
}

/** What Git and macOS need or leave in folders. */
const LEFT_OUT = new Set(['.gitkeep', '.DS_Store'])

/** @throws {SeedError} */
export async function readSeed(folder: string): Promise<Seed> {
  const root = await named(folder, () => realpath(folder))
  const entries = await named(root, () => readdir(root, { recursive: true, withFileTypes: true }))
  const seed = { buckets: [] as string[], files: [] as Seed['files'][number][] }
  for (const entry of entries) {
    const path = join(entry.parentPath, entry.name)
    const [bucket = '', ...rest] = relative(root, path).split(sep)
    const key = rest.join('/')
    if (LEFT_OUT.has(entry.name)) continue
    await named(path, async () => {
      if (key === '' && !entry.isDirectory()) throw new Error('is not in a folder for a bucket')
      if (key === '') checkBucketName(bucket)
      if (key === '') seed.buckets.push(bucket)
      if (entry.isDirectory()) return
      const target = await realpath(path)
      if (!target.startsWith(root + sep)) throw new Error('is a link that leaves the folder')
      if (!(await stat(path)).isFile()) throw new Error('is not a file')
      checkKeyLength(key)
      await access(path, constants.R_OK)
      seed.files.push({ path, bucket, key })
    })
  }
  return seed
}

async function named<T>(path: string, task: () => Promise<T>): Promise<T> {
  try {
    return await task()
  } catch (cause) {
    throw new SeedError(`seed: ${path}: ${cause instanceof Error ? cause.message : cause}`, {
      cause,
    })
  }
}

/** Keeps the objects that exist. */
export async function storeSeed(seed: Seed, store: Store, region: string): Promise<Seeded> {
  const { storage } = store
  for (const name of seed.buckets) if (!store.has(name)) await store.createBucket({ name })
  let stored = 0
  for (const { path, bucket: name, key } of seed.files) {
    const bucket = store.bucket(name)
    if (bucket.sequenceOf(key) > 0) continue
    const { encryption: byDefault } = bucket.record
    const wanted = requestedEncryption({ values: {}, secure: false }, byDefault, region)
    const type = TYPES.get(extname(key).toLowerCase())
    const described = describeObject(type ? { 'content-type': type } : {}, bucket.record)
    const chunks = createReadStream(path)
    await named(path, () =>
      receive({ storage, chunks, demand: {} }, ({ draft, size, digests }) => {
        const bytes = { size, ...etagAndChecksum(digests, wanted.encryption) }
        return bucket.put({ key, ...described, ...wanted, ...bytes }, draft)
      }),
    )
    stored += 1
  }
  return { stored, kept: seed.files.length - stored }
}

const TYPES = new Map(
  Object.entries({
    application: 'gz gzip, json json, pdf pdf, wasm wasm, xml xml, zip zip',
    audio: 'm4a mp4, mp3 mpeg, ogg ogg, wav wav',
    font: 'woff2 woff2',
    image: 'avif avif, gif gif, heic heic, jpeg jpeg, jpg jpeg, png png, svg svg+xml, webp webp',
    text: 'css css, csv csv, htm html, html html, js javascript, md markdown, mjs javascript, txt plain',
    video: 'mov quicktime, mp4 mp4, webm webm',
  }).flatMap(([kind, list]) =>
    list.split(', ').map((each): [string, string] => {
      const [extension, subtype] = each.split(' ')
      return [`.${extension}`, `${kind}/${subtype}`]
    }),
  ),
)
