/**
 * A deployment in the middle of an upload loses nothing: the package of `formats-1.tgz` and that of
 * now, each as client and as signer, over real HTTP.
 *
 * @module
 */

import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { eventually } from '@waybill/test-support/eventually'
import { sha256Of } from '@waybill/test-support/sha256-of'
import { bytesOf, sendParts } from '@waybill/test-support/signer-storage'
import { postForm } from '@waybill/test-support/upload-form'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { CompleteResponse, CreateResponse, UploadGrant } from 'waybill'
import { type Installed, installPackages, type Packages } from './packages.ts'
import { type Deployment, MIB, startDeployment, temporaryFolder } from './system.ts'

let packages: Packages

beforeAll(async () => {
  packages = await installPackages()
})
afterAll(() => packages.remove())

const TYPE = 'application/octet-stream'
const SMALL = bytesOf(1000)
const LARGE = bytesOf(12 * MIB + 5)
const OWNER = { 'x-owner': 'anna' }

interface ClientRoom {
  readonly createUploader: (options: object) => {
    upload(file: Blob | string, options?: object): { readonly done: Promise<CompleteResponse> }
    interrupted(): Promise<readonly { readonly name: string; readonly sent: number }[]>
  }
  readonly fileResumeStore: (folder: string) => object
}

const clientOf = async (version: Installed) => (await version.load('client')) as ClientRoom

async function upload(
  version: Installed,
  { endpoint }: Deployment,
  bytes: Uint8Array<ArrayBuffer>,
) {
  const { createUploader } = await clientOf(version)
  const file = new File([bytes], 'a.bin', { type: TYPE })
  return createUploader({ endpoint, headers: OWNER }).upload(file).done
}

const PAIRS = [
  ['an old client and a new signer', 'old', 'now'],
  ['a new client and an old signer', 'now', 'old'],
] as const

describe.each(PAIRS)('%s', (_pair, client, signer) => {
  it.each([
    ['in one request', SMALL, 'SHA256'],
    ['in parts', LARGE, 'CRC64NVME'],
  ] as const)('upload a file %s, and arrival verifies it', async (_how, bytes, verifiedBy) => {
    const deployment = await startDeployment()
    await deployment.deploy(packages[signer])
    const completed = await upload(packages[client], deployment, bytes)
    expect(completed).toMatchObject({ size: bytes.length, verifiedBy })
    expect(deployment.told).toMatchObject([
      { key: completed.key, size: bytes.length, authorization: { owner: 'anna' } },
    ])
    expect(await deployment.judge(packages.now)).toMatchObject({
      verdict: 'verified',
      key: completed.key,
      owner: 'anna',
    })
  })
})

async function call({ endpoint }: Deployment, path: string, body: object, owner = 'anna') {
  const response = await fetch(`${endpoint}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-owner': owner },
    body: JSON.stringify(body),
  })
  const text = await response.text()
  return { status: response.status, body: text === '' ? {} : JSON.parse(text) }
}

/** @returns An upload that the old signer has granted; the new one has taken its place since. */
async function grantedBefore(
  deployment: Deployment,
  bytes: Uint8Array<ArrayBuffer>,
  singleRequest: 'post' | 'put' = 'post',
) {
  await deployment.deploy(packages.old, { singleRequest })
  const file = { name: 'a.bin', type: TYPE, size: bytes.length }
  const hash = bytes.length > 5 * MIB ? {} : { sha256: await sha256Of(bytes) }
  const { body } = await call(deployment, '', { files: [{ ...file, ...hash }] })
  const [grant] = (body as CreateResponse).uploads
  if (!grant || 'error' in grant) throw new Error(JSON.stringify(body))
  await deployment.deploy(packages.now, { singleRequest })
  return grant
}

async function sendSingle(grant: UploadGrant, bytes: Uint8Array<ArrayBuffer>): Promise<number> {
  if (grant.strategy === 'put') {
    const { url, headers } = grant
    return (await fetch(url, { method: 'PUT', headers, body: bytes })).status
  }
  if (grant.strategy !== 'post') throw new Error(`the strategy is ${grant.strategy}`)
  return (await postForm(grant.presignedPost, bytes)).status
}

describe('an upload granted by the old signer', () => {
  it.each([
    ['post', 204],
    ['put', 200],
  ] as const)(
    'is completed and verified after the deployment, with strategy %s',
    async (strategy, ok) => {
      const deployment = await startDeployment()
      const grant = await grantedBefore(deployment, SMALL, strategy)
      expect(await sendSingle(grant, SMALL)).toBe(ok)
      const completed = await call(deployment, '/complete', { waybill: grant.waybill })
      expect(completed).toMatchObject({
        status: 200,
        body: { key: grant.key, verifiedBy: 'SHA256' },
      })
      const id = grant.key.split('/')[1]
      expect(deployment.told).toMatchObject([
        { name: 'a.bin', id, authorization: { owner: 'anna' } },
      ])
      expect(await deployment.judge(packages.now)).toMatchObject({ verdict: 'verified' })
    },
  )

  it('continues in parts: listed, signed and completed by the new signer', async () => {
    const deployment = await startDeployment()
    const grant = await grantedBefore(deployment, LARGE)
    if (grant.strategy !== 'multipart') throw new Error(`the strategy is ${grant.strategy}`)
    const { waybill, uploadId } = grant
    await sendParts(grant, LARGE, [1])
    const listed = await call(deployment, '/list', { waybill, uploadId })
    expect(listed.body.parts).toMatchObject([{ partNumber: 1 }])
    const window = await call(deployment, '/parts', { waybill, uploadId, from: 2, count: 2 })
    await sendParts({ ...grant, parts: window.body }, LARGE, [2, 3])
    const completed = await call(deployment, '/complete', { waybill, uploadId })
    expect(completed).toMatchObject({ status: 200, body: { size: LARGE.length } })
    expect(await deployment.judge(packages.now)).toMatchObject({ verdict: 'verified' })
  })

  it('can be aborted by the new signer, but not by another owner', async () => {
    const deployment = await startDeployment()
    const { waybill, ...grant } = await grantedBefore(deployment, LARGE)
    const uploadId = 'uploadId' in grant ? grant.uploadId : ''
    const foreign = await call(deployment, '/abort', { waybill, uploadId }, 'eve')
    expect(foreign.body.error.code).toBe('WAYBILL_NOT_YOURS')
    expect((await call(deployment, '/abort', { waybill, uploadId })).status).toBe(204)
    const listed = await call(deployment, '/list', { waybill, uploadId })
    expect(listed.body.error.code).toBe('UPLOAD_NOT_FOUND')
  })
})

describe('a receipt from the old signer', () => {
  it('can be read by the new one, and vice versa', async () => {
    const deployment = await startDeployment()
    for (const [from, to] of [
      ['old', 'now'],
      ['now', 'old'],
    ] as const) {
      await deployment.deploy(packages[from])
      const { receipt, key } = await upload(packages[from], deployment, SMALL)
      const signer = await deployment.deploy(packages[to])
      expect(await signer.readReceipt(receipt, { owner: 'anna' })).toMatchObject({ key })
    }
  })
})

describe('a resume record from the old client', () => {
  it('is resumed by the new client, even after the signer was replaced', async () => {
    const deployment = await startDeployment()
    const folder = await temporaryFolder()
    const path = join(await temporaryFolder(), 'film.bin')
    await writeFile(path, LARGE)
    const { endpoint } = deployment
    const old = await clientOf(packages.old)
    await deployment.deploy(packages.old)
    const options = { endpoint, headers: OWNER, connections: 1 }
    const interrupted = old.createUploader({
      ...options,
      resumeStore: old.fileResumeStore(folder),
      fetch: refusingAfter(1),
    })
    await expect(interrupted.upload(path, { type: TYPE }).done).rejects.toMatchObject({
      code: 'STORAGE_REFUSED',
    })
    await deployment.deploy(packages.now)
    const parts: string[] = []
    const now = await clientOf(packages.now)
    const uploader = now.createUploader({
      ...options,
      resumeStore: now.fileResumeStore(folder),
      fetch: countingParts(parts),
    })
    // The old client writes its record beside its failure.
    await eventually(() => uploader.interrupted()).toMatchObject([
      { name: 'film.bin', sent: 5 * MIB },
    ])
    const { size, verifiedBy } = await uploader.upload(path, { type: TYPE }).done
    expect({ size, verifiedBy }).toEqual({ size: LARGE.length, verifiedBy: 'CRC64NVME' })
    expect(parts.toSorted()).toEqual(['2', '3'])
    expect(await uploader.interrupted()).toEqual([])
    expect(await deployment.judge(packages.now)).toMatchObject({ verdict: 'verified' })
  })
})

const partOf = (input: unknown) => new URL(String(input)).searchParams.get('partNumber')

/** A `fetch` to which storage refuses every part after the first few. */
function refusingAfter(parts: number): typeof fetch {
  return (input, init) => {
    if (Number(partOf(input)) <= parts) return fetch(input, init)
    const xml = '<Error><Code>AccessDenied</Code><Message>not now</Message></Error>'
    return Promise.resolve(new Response(xml, { status: 403 }))
  }
}

function countingParts(parts: string[]): typeof fetch {
  return (input, init) => {
    const part = partOf(input)
    if (part !== null) parts.push(part)
    return fetch(input, init)
  }
}
