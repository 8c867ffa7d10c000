/**
 * Both host names of a bucket from a page in Chromium: when the second one is connected to, and what becomes of an
 * upload when it cannot be.
 *
 * @module
 */

import type { Page } from 'playwright'
import { describe, expect, it } from 'vitest'
import { storageOrigins } from 'waybill/s3'
import { BUCKET } from '../../support/system.ts'
import { sha256Given, sha256Stored } from '../stored.ts'
import { type BrowserSystem, browserSystems, type PageWindow } from './browser-page.ts'
import { choose } from './page-uploads.ts'

const MIB = 1024 ** 2
const startPage = browserSystems()

declare const window: PageWindow

function isSecond({ host }: { readonly host?: string | undefined }): boolean {
  return host?.startsWith('localhost') === true
}

/** What was asked under the second host name. */
function secondOperations({ storageProxy }: BrowserSystem): string[] {
  return storageProxy.exchanges
    .filter(({ request }) => isSecond(request.headers))
    .map(({ request }) => request.operation)
}

/**
 * Uploads the chosen file with both names allowed.
 *
 * @param isLossy - Whether it looks as if each connection carried little: the clock slows down when there are more. Else
 *   the line looks fast, however busy this machine is: the clock is slow from the start.
 * @returns The key, and how often a retry was told.
 */
function upload(page: Page, system: BrowserSystem, isLossy: boolean) {
  const { endpoint } = system.storageProxy
  const origins = storageOrigins({ bucket: BUCKET, region: 'us-east-1', endpoint })
  return page.evaluate(
    async ({ origins, isLossy }) => {
      let underWay = 0
      let most = 0
      let seenAt = performance.now()
      let at = seenAt
      class Counted extends XMLHttpRequest {
        override send(body: Blob): void {
          underWay += 1
          most = Math.max(most, underWay)
          this.addEventListener('loadend', () => {
            underWay -= 1
          })
          super.send(body)
        }
      }
      const monotonicMs = () => {
        const now = performance.now()
        const speed = most <= 2 ? 500 : most <= 6 ? 100 : 20
        at += (now - seenAt) * (isLossy ? speed : 1 / 50)
        seenAt = now
        return at
      }
      const uploader = window.createUploader({
        ...{ endpoint: window.endpoint, headers: { 'x-owner': 'me' }, storageOrigins: origins },
        ...{ XMLHttpRequest: Counted, effects: { monotonicMs } },
      })
      let retries = 0
      const sending = uploader.upload(window.file)
      sending.on('retry', () => {
        retries += 1
      })
      const { key } = await sending.done
      return { key, retries, most }
    },
    { origins, isLossy },
  )
}

describe('the second host name, from Chromium', () => {
  it('gets no connection where no packets are lost', async () => {
    const system = await startPage()
    const page = await system.open()
    const file = await choose(page, 72 * MIB, 1)
    const { key, most } = await upload(page, system, false)
    expect(await sha256Stored(system, key)).toBe(await sha256Given(file))
    expect(most).toBeGreaterThan(2)
    expect(secondOperations(system)).toEqual([])
  })

  it('has six connections beside the six of the first where each carries little', async () => {
    const system = await startPage({ signer: { partSize: 5 * MIB } })
    const page = await system.open()
    const file = await choose(page, 72 * MIB, 2)
    const { key, most } = await upload(page, system, true)
    expect(await sha256Stored(system, key)).toBe(await sha256Given(file))
    expect(secondOperations(system)).toContain('UploadPart')
    expect(most).toBeGreaterThan(6)
  })

  it.each([
    ['that CORS does not allow', { kind: 'InternalError', cors: false, early: true } as const],
    ['that resets connections', { kind: 'reset-request', afterBytes: 0 } as const],
  ])('is given up without a word when it is one %s', async (_, fault) => {
    const system = await startPage({
      signer: { partSize: 5 * MIB },
      storagePlan: ({ headers }) => (isSecond(headers) ? fault : undefined),
    })
    const page = await system.open()
    const file = await choose(page, 72 * MIB, 3)
    const { key, retries } = await upload(page, system, true)
    expect(await sha256Stored(system, key)).toBe(await sha256Given(file))
    expect(retries).toBe(0)
    expect(secondOperations(system)).not.toEqual([])
    expect(secondOperations(system)).not.toContain('UploadPart')
  })

  it("is given up when the page's own policy does not allow it", async () => {
    const system = await startPage(
      { signer: { partSize: 5 * MIB } },
      { policy: ({ signer, bucket }) => `connect-src ${signer} ${bucket}` },
    )
    const page = await system.open()
    const file = await choose(page, 72 * MIB, 4)
    const { key, retries } = await upload(page, system, true)
    expect(await sha256Stored(system, key)).toBe(await sha256Given(file))
    expect([retries, secondOperations(system)]).toEqual([0, []])
    expect(system.refusals).toHaveLength(1)
  })
})
