import { createHash } from 'node:crypto'
import { BYTES, crc64Of, RULES, SIZE, SMALL } from '@waybill/test-support/film'
import { askStorage, sendParts, signerOf, startStorage } from '@waybill/test-support/signer-storage'
import { createOne, post } from '@waybill/test-support/signing'
import { postForm } from '@waybill/test-support/upload-form'
import { describe, expect, it } from 'vitest'
import type { CompletedUpload, SignerEvent, UploadGrant } from 'waybill'
import type { Signer } from 'waybill/signer'

const VERSIONING =
  '<VersioningConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Status>Enabled</Status></VersioningConfiguration>'

const TEXT = 'a film in one line'
const SHA256 = createHash('sha256').update(TEXT).digest('base64')
const CALLER = { 'x-user': 'user-7', 'x-trace': 'of the completing call' }

interface Told extends CompletedUpload<{ owner: string; trace: string | undefined }> {}

async function setUp() {
  const s3 = await startStorage()
  await askStorage(s3, 'PUT', undefined, { versioning: '' }, VERSIONING)
  const told: Told[] = []
  const events: SignerEvent[] = []
  const rule = {
    ...RULES.video,
    authorize: ({ headers }: { headers: Readonly<Record<string, string>> }) => ({
      owner: headers['x-user'] ?? '',
      trace: headers['x-trace'],
    }),
    key: ({ id }: { id: string }) => `films/${id}.mp4`,
    onComplete: (upload: Told) => void told.push(upload),
  }
  let now = new Date()
  const options = {
    ...SMALL,
    effects: { now: () => now },
    onEvent: (event: SignerEvent) => void events.push(event),
  }
  const signer = signerOf(s3, { video: rule }, options)
  const wait = (seconds: number) => {
    now = new Date(now.getTime() + seconds * 1000)
  }
  return { s3, signer, told, events, wait }
}

async function grantOf(signer: Signer, file: object): Promise<UploadGrant> {
  const grant = await createOne(signer, file, { 'x-user': 'user-7', 'x-trace': 'of the first' })
  if ('error' in grant) throw new Error(JSON.stringify(grant))
  return grant
}

async function sendForm(grant: UploadGrant): Promise<void> {
  if (grant.strategy !== 'post') throw new Error(`the strategy is ${grant.strategy}`)
  expect((await postForm(grant.presignedPost, TEXT)).status).toBe(204)
}

describe('onComplete', () => {
  it('receives the stored object, the original file, and who completed it', async () => {
    const { s3, signer, told, events, wait } = await setUp()
    const file = { name: 'Ferien 🏖.mp4', size: TEXT.length, type: 'video/mp4', sha256: SHA256 }
    const metadata = { album: 'alps' }
    const grant = await grantOf(signer, { ...file, path: `Été:/2026/${file.name}`, metadata })
    await sendForm(grant)
    wait(40)
    const answer = await post(signer, '/complete', { waybill: grant.waybill }, CALLER)
    const versionId = (await askStorage(s3, 'HEAD', grant.key)).headers.get('x-amz-version-id')
    expect(versionId).toMatch(/./)
    const checksum = { algorithm: 'SHA256', value: SHA256 }
    expect(told).toEqual([
      {
        bucket: 'uploads',
        key: grant.key,
        versionId,
        size: TEXT.length,
        type: 'video/mp4',
        etag: `"${createHash('md5').update(TEXT).digest('hex')}"`,
        checksum,
        name: 'Ferien 🏖.mp4',
        path: 'Été-/2026/Ferien 🏖.mp4',
        id: grant.key.slice('films/'.length, -'.mp4'.length),
        metadata: { album: 'alps' },
        authorization: { owner: 'user-7', trace: 'of the completing call' },
      },
    ])
    expect(JSON.parse(answer.body)).toMatchObject({ key: grant.key, versionId, checksum })
    expect(events.at(-1)).toMatchObject({ type: 'completion', versionId, secondsSinceGrant: 40 })
  })

  it('receives the same for a multipart upload', async () => {
    const { signer, told } = await setUp()
    const grant = await grantOf(signer, { name: 'film.mp4', size: SIZE, type: 'video/mp4' })
    if (grant.strategy !== 'multipart') throw new Error(`the strategy is ${grant.strategy}`)
    await sendParts(grant, BYTES)
    const crc64nvme = await crc64Of(BYTES)
    const { waybill, uploadId } = grant
    const answer = await post(signer, '/complete', { waybill, uploadId, crc64nvme }, CALLER)
    const { versionId } = JSON.parse(answer.body)
    expect(versionId).toMatch(/./)
    expect(told).toMatchObject([
      {
        versionId,
        name: 'film.mp4',
        path: 'film.mp4',
        checksum: { algorithm: 'CRC64NVME', value: crc64nvme },
      },
    ])
  })

  it('receives no version from an unversioned bucket', async () => {
    const { s3, signer, told } = await setUp()
    await askStorage(
      s3,
      'PUT',
      undefined,
      { versioning: '' },
      VERSIONING.replace('Enabled', 'Suspended'),
    )
    const file = { name: 'a.mp4', size: TEXT.length, type: 'video/mp4', sha256: SHA256 }
    const grant = await grantOf(signer, file)
    await sendForm(grant)
    const answer = await post(signer, '/complete', { waybill: grant.waybill }, CALLER)
    expect(told).toHaveLength(1)
    expect(told[0]).not.toHaveProperty('versionId')
    expect(JSON.parse(answer.body)).not.toHaveProperty('versionId')
  })
})
