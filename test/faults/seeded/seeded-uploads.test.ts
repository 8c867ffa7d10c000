/**
 * A fifth of all requests is spoiled, by a seed; all uploads must still end `done`, their bytes
 * equal, nothing left over, and each rule told once.
 *
 * @module
 */

import { describe, it } from 'vitest'
import { expectToSurvive, SLICE } from './seeded-uploads.ts'

describe('uploads over a connection that spoils a fifth of all requests', () => {
  it('all arrive, in sizes up to 16 MiB and a byte', async () => {
    await expectToSurvive(1, SLICE)
  })
})
