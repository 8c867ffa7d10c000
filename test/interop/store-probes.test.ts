/**
 * What stores that we did not write answer to the probes: the rows of docs/guide/stores.md.
 *
 * @module
 */

import { expect, it } from 'vitest'
import { createS3Context } from '../../packages/waybill/src/storage/s3-call-context.ts'
import { removeBelow } from '../../packages/waybill-cli/src/doctor/clean-up.ts'
import { STORE_CHECKS, storeCheck } from '../../packages/waybill-cli/src/doctor/store-checks.ts'
import { describeStores, keysIn, type StoreName, send, uploadsIn } from './foreign-bucket.ts'

const ORIGIN = 'https://app.example.com'

/** `no` where a store does not do what AWS does; all else is `yes`. */
const OTHERWISE: Readonly<Record<StoreName, readonly string[]>> = {
  radosgw: [
    'form-checksum',
    'put-headers',
    'put-checksum',
    'multipart-checksum',
    'multipart-if-none-match',
    'versions',
    'cors-refusals',
  ],
  swift: [
    'form',
    'form-fields',
    'form-type',
    'form-size',
    'form-checksum',
    'form-tags',
    'form-limit',
    'put-if-none-match',
    'put-tags',
    'versions',
    'multipart-checksum',
    'cors-refusals',
  ],
}

const VERSIONS = '<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>'
const CORS =
  `<CORSConfiguration><CORSRule><AllowedOrigin>${ORIGIN}</AllowedOrigin>` +
  '<AllowedMethod>PUT</AllowedMethod><AllowedHeader>*</AllowedHeader></CORSRule></CORSConfiguration>'

describeStores('the probes of a store', (place, itUnless) => {
  const askedStore = () => ({
    s3: createS3Context(place),
    folder: 'waybill-doctor/interop/',
    origin: ORIGIN,
  })

  async function expectNothingLeft(): Promise<void> {
    const { s3, folder } = askedStore()
    expect((await removeBelow(s3, folder)).kept).toEqual([])
    expect(await keysIn(place)).toEqual([])
    expect(await uploadsIn(place)).toEqual([])
  }

  it('find out what it enforces, and leave nothing behind', async () => {
    // Swift refuses the setting, and is asked all the same.
    await send(place, { method: 'PUT', query: { cors: '' }, body: CORS })
    const answers: Record<string, string> = {}
    for (const { name, see } of STORE_CHECKS) {
      answers[name] = (await see(askedStore())).verdict === 'ok' ? 'yes' : 'no'
    }
    await expectNothingLeft()
    const asExpected = STORE_CHECKS.map(({ name }) => [
      name,
      OTHERWISE[place.store].includes(name) ? 'no' : 'yes',
    ])
    expect(answers).toEqual(Object.fromEntries(asExpected))
  })

  itUnless({ swift: 'has versions only where its operator turns them on' })(
    'find out that If-None-Match counts for nothing once there are versions',
    async () => {
      await send(place, { method: 'PUT', query: { versioning: '' }, body: VERSIONS })
      expect((await storeCheck('versions').see(askedStore())).verdict).toBe('ok')
      expect((await storeCheck('put-if-none-match').see(askedStore())).verdict).toBe('differs')
      await expectNothingLeft()
    },
  )
})
