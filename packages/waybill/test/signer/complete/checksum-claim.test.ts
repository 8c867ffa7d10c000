/**
 * The CRC64NVME that comes with `complete` is one caller's claim: it decides about that caller's answer, never about
 * an object that another call may have confirmed.
 *
 * @module
 */

import {
  BYTES,
  complete,
  crc64Of,
  RULES,
  sent,
  smallSignerOf,
  storedBytes,
} from '@waybill/test-support/film'
import { askStorage, spoiledFetch, startStorage } from '@waybill/test-support/signer-storage'
import { codeOf } from '@waybill/test-support/signing'
import { describe, expect, it } from 'vitest'
import type { CompletedUpload, SignerResponse } from 'waybill'

const WRONG = 'AAAAAAAAAAA='

function tellingRules(told: string[]) {
  const onComplete = ({ key }: CompletedUpload<object>) => void told.push(key)
  return { video: { ...RULES.video, onComplete } }
}

const isCompletion = (input: unknown, init?: RequestInit) =>
  init?.method === 'POST' && String(input).includes('uploadId=')

describe('a wrong CRC64NVME', () => {
  it('does not affect an object that another instance is completing', async () => {
    const s3 = await startStorage()
    const told: string[] = []
    const other = smallSignerOf(s3, tellingRules(told))
    const crc64nvme = await crc64Of(BYTES)
    let right: SignerResponse | undefined
    const signer = smallSignerOf(s3, tellingRules(told), {
      fetch: async (input, init) => {
        const response = await fetch(input, init)
        if (isCompletion(input, init)) right = await complete(other, grant, { crc64nvme })
        return response
      },
    })
    const grant = await sent(signer)
    const wrong = await complete(signer, grant, { crc64nvme: WRONG })
    expect([wrong.status, codeOf(wrong)]).toEqual([422, 'CHECKSUM_MISMATCH'])
    expect(right?.status).toBe(200)
    expect(told).toEqual([grant.key])
    expect(Buffer.compare(await storedBytes(s3, grant.key), BYTES)).toBe(0)
  })

  it('does not affect an object that another instance has just completed', async () => {
    const s3 = await startStorage()
    const told: string[] = []
    const other = smallSignerOf(s3, tellingRules(told))
    const crc64nvme = await crc64Of(BYTES)
    const signer = smallSignerOf(s3, tellingRules(told), {
      fetch: async (input, init) => {
        if (isCompletion(input, init)) await complete(other, grant, { crc64nvme })
        return fetch(input, init)
      },
    })
    const grant = await sent(signer)
    expect(codeOf(await complete(signer, grant, { crc64nvme: WRONG }))).toBe('CHECKSUM_MISMATCH')
    expect(told).toEqual([grant.key])
    expect(Buffer.compare(await storedBytes(s3, grant.key), BYTES)).toBe(0)
  })

  it('creates no object, and the right one can follow', async () => {
    const s3 = await startStorage()
    const signer = smallSignerOf(s3, RULES)
    const grant = await sent(signer)
    expect(codeOf(await complete(signer, grant, { crc64nvme: WRONG }))).toBe('CHECKSUM_MISMATCH')
    expect((await askStorage(s3, 'HEAD', grant.key)).status).toBe(404)
    const response = await complete(signer, grant, { crc64nvme: await crc64Of(BYTES) })
    expect(JSON.parse(response.body)).toMatchObject({ verifiedBy: 'CRC64NVME' })
  })

  it('leaves no version in a versioned bucket', async () => {
    const s3 = await startStorage()
    const enabled = '<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>'
    await askStorage(s3, 'PUT', undefined, { versioning: '' }, enabled)
    const signer = smallSignerOf(s3, RULES)
    const grant = await sent(signer)
    expect(codeOf(await complete(signer, grant, { crc64nvme: WRONG }))).toBe('CHECKSUM_MISMATCH')
    const versions = await (await askStorage(s3, 'GET', undefined, { versions: '' })).text()
    expect(versions).not.toContain('<Key>')
  })

  it("affects no other owner's object under a key chosen by the application", async () => {
    const s3 = await startStorage()
    const rules = { video: { ...RULES.video, key: () => 'profile/film' } }
    const { fetch: spoiled } = spoiledFetch()
    const signer = smallSignerOf(s3, rules, {
      fetch: async (input, init) => {
        const response = await withoutChecksumType(spoiled)(input, init)
        if (isCompletion(input, init)) {
          await askStorage(s3, 'PUT', 'profile/film', {}, 'of another')
        }
        return response
      },
    })
    const response = await complete(signer, await sent(signer), { crc64nvme: WRONG })
    expect(codeOf(response)).toBe('OBJECT_MISMATCH')
    expect(await (await askStorage(s3, 'GET', 'profile/film')).text()).toBe('of another')
  })

  it('is detected by the signer if the store does not reject it, and the object stays', async () => {
    const s3 = await startStorage()
    const told: string[] = []
    const lax = { fetch: withoutChecksumType(fetch) }
    const signer = smallSignerOf(s3, tellingRules(told), lax)
    const other = smallSignerOf(s3, tellingRules(told), lax)
    const grant = await sent(signer)
    expect(codeOf(await complete(signer, grant, { crc64nvme: WRONG }))).toBe('CHECKSUM_MISMATCH')
    expect(told).toEqual([])
    const right = await complete(other, grant, { crc64nvme: await crc64Of(BYTES) })
    expect(right.status).toBe(200)
    expect(told).toEqual([grant.key])
    expect(Buffer.compare(await storedBytes(s3, grant.key), BYTES)).toBe(0)
  })
})

/** A store that takes the checksum of a creation, and says nothing of it when it lists the parts. */
function withoutChecksumType(send: typeof fetch): typeof fetch {
  return async (input, init) => {
    const response = await send(input, init)
    const isList = init?.method === 'GET' && String(input).includes('uploadId=')
    if (!isList) return response
    const text = await response.text()
    return new Response(text.replace(/<ChecksumType>[A-Z_]+<\/ChecksumType>/, ''), response)
  }
}
