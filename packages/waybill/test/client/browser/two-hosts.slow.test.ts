/**
 * Both host names of a bucket from a page in Chromium: when the second one is connected to, and
 * what becomes of an upload when it cannot be.
 *
 * Slow: each test sends a large file until the line has shown what it carries.
 * `packages/waybill/test/client/upload/part-limit.test.ts` has the same decisions on lines of a
 * script.
 *
 * @module
 */

import { sha256Given, sha256Stored } from '@waybill/test-support/stored'
import { BUCKET } from '@waybill/test-support/system'
import type { Page } from 'playwright'
import { describe, expect, it } from 'vitest'
import { storageOrigins } from 'waybill-s3'
import type { ObservedRequest } from '../../../../strict-s3/src/faults/fault.ts'
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

/** Parts that take long enough to be measured, also on a quick machine. */
function slowParts({ operation }: ObservedRequest) {
  return operation === 'UploadPart' ? ({ kind: 'slow-request', lastsMs: 500 } as const) : undefined
}

/**
 * Uploads the chosen file with both names allowed.
 *
 * @param isLossy - Whether each connection carries little, 800 kB/s, so that more connections are
 *   faster. Otherwise the line is fast. The clock advances with the bytes that leave, so that the
 *   rate does not depend on this machine.
 * @returns The key, and how often a retry was told.
 */
function upload(page: Page, system: BrowserSystem, isLossy: boolean) {
  const { endpoint } = system.storageProxy
  const origins = storageOrigins({ bucket: BUCKET, region: 'us-east-1', endpoint })
  return page.evaluate(
    async ({ origins, isLossy }) => {
      let underWay = 0
      let most = 0
      let at = 0
      class Counted extends XMLHttpRequest {
        constructor() {
          super()
          let before = 0
          // Both are heard before the client's own listeners, so before it sends the next part.
          for (const end of ['load', 'error', 'abort']) {
            this.addEventListener(end, () => {
              underWay -= 1
            })
          }
          this.upload.addEventListener('progress', ({ loaded }) => {
            const bytesPerMs = isLossy ? 800 * underWay : 100_000
            at += (loaded - before) / bytesPerMs
            before = loaded
          })
        }

        override send(body: Blob): void {
          underWay += 1
          most = Math.max(most, underWay)
          super.send(body)
        }
      }
      const monotonicMs = () => at
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
  it('gets no connection if no packets are lost', async () => {
    const system = await startPage()
    const page = await system.open()
    const file = await choose(page, 72 * MIB, 1)
    const { key, most } = await upload(page, system, false)
    expect(await sha256Stored(system, key)).toBe(await sha256Given(file))
    expect(most).toBeGreaterThan(2)
    expect(secondOperations(system)).toEqual([])
  })

  it("gets six connections in addition to the first host's six if each is slow", async () => {
    const system = await startPage({ signer: { partSize: 5 * MIB }, storagePlan: slowParts })
    const page = await system.open()
    const file = await choose(page, 144 * MIB, 2)
    const { key, most } = await upload(page, system, true)
    expect(await sha256Stored(system, key)).toBe(await sha256Given(file))
    expect(secondOperations(system)).toContain('UploadPart')
    expect(most).toBeGreaterThan(6)
  })

  it.each([
    ['that CORS does not allow', { kind: 'InternalError', cors: false, early: true } as const],
    ['that resets connections', { kind: 'reset-request', afterBytes: 0 } as const],
  ])('is abandoned silently if it is one %s', async (_, fault) => {
    const system = await startPage({
      signer: { partSize: 5 * MIB },
      storagePlan: (request) => (isSecond(request.headers) ? fault : slowParts(request)),
    })
    const page = await system.open()
    const file = await choose(page, 72 * MIB, 3)
    const { key, retries } = await upload(page, system, true)
    expect(await sha256Stored(system, key)).toBe(await sha256Given(file))
    expect(retries).toBe(0)
    expect(secondOperations(system)).not.toEqual([])
    expect(secondOperations(system)).not.toContain('UploadPart')
  })

  it("is abandoned if the page's own policy does not allow it", async () => {
    const system = await startPage(
      { signer: { partSize: 5 * MIB }, storagePlan: slowParts },
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
