/**
 * Objects whose waybill was sealed with a secret that arrival no longer has: it cannot judge them,
 * and neither rejects them nor takes back an earlier verdict.
 *
 * @module
 */

import { SECRET, useLanding } from '@waybill/test-support/landing'
import { PNG } from '@waybill/test-support/samples'
import { describe, expect, it } from 'vitest'

const NEW = 'the secret that has taken the place of the first'
const RETIRED = { secret: NEW } as const
const BOTH = { secret: [NEW, SECRET] } as const

const landing = await useLanding()

const CANNOT_JUDGE =
  /secret that is not among those given .*: add that secret again, or update the arrival handler, and judge/

describe('an object sealed with a retired secret', () => {
  it('cannot be judged, keeps its tags, and is verified once the secret is back', async () => {
    const { object } = await landing.land()
    const count = landing.published.length
    await expect(landing.judge(object, RETIRED)).rejects.toThrow(CANNOT_JUDGE)
    expect(await landing.tagsOf(object.key)).toEqual({})
    expect(landing.published).toHaveLength(count)
    expect(await landing.judge(object, BOTH)).toMatchObject({ verdict: 'verified' })
  })

  it.each([
    ['', {}],
    [' where rejected objects are deleted', { rejected: 'delete' }],
    [' where scans are required', { requireScan: true }],
  ] as const)('stays verified when its event is repeated%s', async (_where, more) => {
    const { object } = await landing.land()
    const clean = { ...object, scanResult: 'NO_THREATS_FOUND' }
    await landing.judge(clean, more)
    const tags = await landing.tagsOf(object.key)
    expect(tags).toMatchObject({ waybill: 'verified' })
    for (const event of [object, clean]) {
      await expect(landing.judge(event, { ...RETIRED, ...more })).rejects.toThrow(CANNOT_JUDGE)
    }
    expect(await landing.tagsOf(object.key)).toEqual(tags)
    expect(await landing.read(object.key)).toBeDefined()
  })

  it('is still rejected if a scan finds malware', async () => {
    const object = { ...(await landing.land()).object, scanResult: 'THREATS_FOUND' }
    expect(await landing.judge(object, RETIRED)).toMatchObject({ reason: 'malware' })
  })

  it('gets no verdict from the bytes it has replaced', async () => {
    const { object, key, waybill } = await landing.land()
    let replaced = false
    const fetchAndReplace: typeof fetch = async (input, init) => {
      const isTagging = init?.method === 'PUT' && String(input).includes('tagging')
      if (isTagging && !replaced) {
        replaced = true
        await landing.putObject(key, { bytes: PNG, type: 'image/png', waybill: foreign(waybill) })
      }
      return fetch(input, init)
    }
    await expect(landing.judge(object, { fetch: fetchAndReplace })).rejects.toThrow(CANNOT_JUDGE)
    expect(await landing.tagsOf(key)).toEqual({ waybill: 'pending' })
  })

  it('is distinguished from a forged one, which names an existing secret', async () => {
    const { key, waybill } = await landing.land()
    const forged = `${waybill.slice(0, -6)}${waybill.endsWith('AAAAAA') ? 'B' : 'A'}AAAAA`
    const put = { bytes: PNG, type: 'image/png', waybill: forged }
    expect(await landing.putAround(key, put)).toMatchObject({ reason: 'waybill-invalid' })
  })
})

/** The same waybill, under the name of a key that nobody has. */
function foreign(waybill: string): string {
  const [, ...rest] = waybill.split('.')
  const header = JSON.stringify({ alg: 'dir', enc: 'A256GCM', kid: 'AAAAAAAA' })
  return [Buffer.from(header).toString('base64url'), ...rest].join('.')
}
