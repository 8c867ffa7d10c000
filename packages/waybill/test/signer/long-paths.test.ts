/**
 * What one unauthenticated request, or a file, can hold: long texts take time in proportion to their length.
 *
 * @module
 */

import { createContext, Script } from 'node:vm'
import { functionUrlEvent } from '@waybill/test-support/lambda-events'
import { CREDENTIALS, SECRET, signerFor, VIDEO_RULE } from '@waybill/test-support/signing'
import { describe, expect, it } from 'vitest'
import { UploadError } from 'waybill'
import { createUploader } from 'waybill/client'
import { lambdaHandler } from 'waybill-aws/lambda'
import { bucketUrl } from '../../../waybill-s3/src/bucket-url.ts'
import { otherReading } from '../../src/arrival/active-content.ts'
import { isActiveType } from '../../src/protocol/content-type.ts'
import { signerPath } from '../../src/signer/fetch-handler.ts'

/**
 * A millisecond or two where each character is read a few times, hours where each of them begins a search to the end:
 * no machine is so busy that the limit below could not tell the two apart.
 */
const LENGTH = 4_000_000
const LIMIT_MS = 60_000
const SLASHES = '/'.repeat(LENGTH)

/** Runs `work`, which is stopped at the limit even inside a regular expression. */
function inTime<T>(work: () => T): T {
  const script = new Script('work()')
  return script.runInContext(createContext({ work }), { timeout: LIMIT_MS })
}

describe('a string of a million characters is handled quickly', () => {
  it("as a call's path", () => {
    expect(inTime(() => signerPath(`${SLASHES}x`))).toBe('')
    expect(inTime(() => signerPath(`/api/parts${SLASHES}`))).toBe('/parts')
    expect(inTime(() => signerPath(`${SLASHES}x`, '/api'))).toBe(`/${SLASHES}x`)
    expect(inTime(() => signerPath('/parts', `${SLASHES}x`))).toBe('//parts')
  })

  it.each(['<a href=', '<a href="', '<a href', '<a onclick', '<!doctype'])(
    'as spaces after %s in a picture',
    (before) => {
      const picture = Buffer.from(`GIF89a${before}${' '.repeat(LENGTH)}x`, 'latin1')
      expect(inTime(() => otherReading(picture, 'image/gif'))).toBeUndefined()
    },
  )

  it("as a Request's URL", async () => {
    const signer = signerFor({ video: VIDEO_RULE })
    // Only `authorize` and the network are waited for: the rest is done before `fetch` returns.
    const response = await inTime(() => signer.fetch(new Request(`https://x${SLASHES}y`)))
    expect(response.status).toBe(403)
  })

  it("as an event's path", async () => {
    const handler = lambdaHandler({
      environment: {
        AWS_REGION: 'eu-west-1',
        AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
        AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
        WAYBILL_BUCKET: 'uploads',
        WAYBILL_AUTH: 'none',
        WAYBILL_SECRET: SECRET,
        WAYBILL_BASE_PATH: '/api',
      },
      rules: { video: VIDEO_RULE },
      log: () => {},
    })
    const event = functionUrlEvent({ path: `${SLASHES}x` })
    expect((await inTime(() => handler(event))).statusCode).toBe(404)
  })

  it('as an endpoint', () => {
    const place = { bucket: 'uploads', region: 'eu-west-1' }
    const endpoint = `http://127.0.0.1:9000${SLASHES}x`
    expect(inTime(() => bucketUrl({ ...place, endpoint })).basePath).toBe(`${SLASHES}x/uploads`)
    expect(inTime(() => createUploader({ endpoint: `/api${SLASHES}` }))).toBeDefined()
    expect(() => inTime(() => createUploader({ endpoint: `/a${SLASHES}x` }))).not.toThrow(
      UploadError,
    )
  })

  it('as a content type', () => {
    expect(inTime(() => isActiveType(`application${SLASHES}x`))).toBe(false)
    expect(inTime(() => isActiveType(`application/${'+'.repeat(LENGTH)}x`))).toBe(false)
  })
})
