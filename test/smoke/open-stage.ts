/**
 * A stage for all tests of a file.
 *
 * @module
 */

import { afterAll, afterEach, beforeAll } from 'vitest'
import { type Stage, startStage } from './stage.ts'

/**
 * Opens before the tests of the file that calls it, is right again after each, and closes after
 * them.
 */
export function openStage(): Stage {
  const stage = {} as Stage
  beforeAll(async () => {
    Object.assign(stage, await startStage())
  }, 60_000)
  afterEach(() => stage.right?.())
  afterAll(() => stage.close?.())
  return stage
}
