import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { temporaryDirectory } from '@waybill/test-support/waybill-process'
import { describe, expect, it } from 'vitest'

const MODULE = new URL('../../../command-line/src/own-directory.ts', import.meta.url).href

/** Two threads make the same directories, each at the same moment. */
const RACER = `
  const { workerData: { module, root, barrier, rounds } } = require('node:worker_threads')
  import(module).then(({ makeDirectory }) => {
    for (let round = 1; round <= rounds; round += 1) {
      Atomics.add(barrier, 0, 1)
      while (Atomics.load(barrier, 0) < 2 * round) {}
      try { makeDirectory(root + '/' + round + '/a/b') }
      catch (error) { Atomics.store(barrier, 0, 2 * rounds); throw error }
    }
  })`

describe('makeDirectory', () => {
  it('lets two servers create one directory at the same time', async () => {
    const root = join(await temporaryDirectory(), 'new')
    const barrier = new Int32Array(new SharedArrayBuffer(4))
    const workerData = { module: MODULE, root, barrier, rounds: 50 }
    const ends = [1, 2].map(() => {
      const racer = new Worker(RACER, { eval: true, workerData })
      return new Promise((resolve, reject) => racer.on('exit', resolve).on('error', reject))
    })
    expect(await Promise.all(ends)).toEqual([0, 0])
  })
})
