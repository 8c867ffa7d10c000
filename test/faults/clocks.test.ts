/**
 * A signer whose clock is wrong: callers are told what is true, and `onError` by how much.
 *
 * @module
 */

import { seededFile } from '@waybill/test-support/seeded-file'
import { startSystem } from '@waybill/test-support/system'
import { failureOf } from '@waybill/test-support/upload-watch'
import { describe, expect, it } from 'vitest'

const MINUTE_MS = 60_000
const START = Date.parse('2026-03-01T12:00:00Z')

/** A system whose signer is so many minutes ahead of its S3, from a moment that the test chooses. */
async function startSkewed(minutes: number) {
  const told: unknown[] = []
  let isWrong = true
  const system = await startSystem({
    now: () => new Date(START),
    signer: {
      onError: (error) => told.push(error),
      effects: { now: () => new Date(START + (isWrong ? minutes * MINUTE_MS : 0)) },
    },
  })
  return {
    system,
    told,
    setRight: (isRight: boolean) => {
      isWrong = !isRight
    },
  }
}

describe("a signer's clock", () => {
  it('that jumps ahead before the completion is reported as such rather than as a refusal', async () => {
    const { system, told, setRight } = await startSkewed(16)
    setRight(true)
    system.storageProxy.usePlan(({ operation }) => {
      if (operation === 'PostObject') setRight(false)
      return undefined
    })
    const failure = await failureOf(system.uploader('me').upload(seededFile('a', 1000, 1)))
    expect(failure).toMatchObject({ code: 'CLOCK_SKEWED' })
    expect(told).toContainEqual(expect.objectContaining({ code: 'CLOCK_SKEWED' }))
  })

  it('that is too far off for S3 is reported with its difference, once a minute', async () => {
    const { system, told } = await startSkewed(20)
    const uploads = [1, 2].map((seed) =>
      failureOf(system.uploader('me').upload(seededFile(`${seed}`, 17 * 1024 ** 2, seed))),
    )
    const message =
      "the signer's clock is 20 min fast, so the storage rejects what it signs: set the clock of the server it runs on"
    for (const failure of await Promise.all(uploads)) {
      expect(failure).toMatchObject({ code: 'CLOCK_SKEWED', message })
    }
    expect(told).toMatchObject([{ code: 'CLOCK_SKEWED', message }])
  })

  it.each([
    ['a form', 1000],
    ['a file in parts', 17 * 1024 ** 2],
  ])('that is slow is reported if the signature of %s has expired at once', async (_, size) => {
    const { system, told } = await startSkewed(-6)
    const failure = await failureOf(system.uploader('me').upload(seededFile('a', size, 1)))
    expect(failure).toMatchObject({
      code: 'CLOCK_SKEWED',
      message: "the storage took a fresh signature for an expired one: set the signer's clock",
    })
    expect(told).toMatchObject([
      {
        code: 'CLOCK_SKEWED',
        message:
          "the signer's clock is 360 s slow, so its signatures expire too early: correct the clock",
      },
    ])
  })
})
