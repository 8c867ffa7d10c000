/**
 * What clients hold while they send 2,000 small files, and Chromium while it sends 4 GiB.
 *
 * @module
 */

import type { Scratch } from '../harness/scratch.ts'
import { spreadOf } from '../harness/spread.ts'
import { buildPages } from '../upload/build-pages.ts'
import { openChromium } from '../upload/chromium.ts'
import { measureInNode } from '../upload/node/measure.ts'
import { LOOPBACK } from '../upload/place.ts'
import { startBenchServer } from '../upload/start-server.ts'
import { makeFiles, type Workload } from '../upload/workload.ts'

const MANY: Workload = { name: '2,000 × 100 KB', count: 2000, size: 100_000 }
const LARGE: Workload = { name: '4 GiB', count: 1, size: 4 * 1024 ** 3 }

/** V8 collects late where there is much memory: this is what it has in a small container. */
const SMALL_HEAP = ['--max-old-space-size=64', '--max-semi-space-size=4']

/** Bytes above the idle client: of Waybill, and of limits with the same files. */
export interface Memory {
  readonly manyInNode: number
  readonly bareInNode: number
  readonly manyInSmallHeap: number
  readonly provenInSmallHeap: number
  readonly manyInChromium: number
  readonly bareInChromium: number
  readonly largeInChromium: number
}

/** Measures Node once each, and Chromium, whose collector comes when it likes, three times. */
export async function measureMemory(scratch: Scratch): Promise<Memory> {
  const pages = scratch.directory('pages')
  await buildPages(['waybill', 'fetch'], pages)
  const server = await startBenchServer(LOOPBACK, { objects: scratch.directory('objects'), pages })
  const { appUrl, access } = server
  const browser = await openChromium(LOOPBACK, appUrl, scratch.path)
  const many = makeFiles(MANY, scratch.directory('many'))
  const inNode = async (contestant: string, options: readonly string[] = []) => {
    const task = { appUrl, access, paths: many.paths, size: many.size }
    const { memory = Number.NaN } = await measureInNode(LOOPBACK, contestant, task, options)
    await server.takeArrived()
    return memory
  }
  const inChromium = async (contestant: string, paths: readonly string[]) => {
    const all: number[] = []
    for (let times = 0; times < 3; times += 1) {
      const { memory = Number.NaN } = await browser.measure(contestant, paths, true)
      await server.takeArrived()
      all.push(memory)
    }
    return spreadOf(all).median
  }
  try {
    return {
      manyInNode: await inNode('waybill'),
      bareInNode: await inNode('fetch'),
      manyInSmallHeap: await inNode('waybill', SMALL_HEAP),
      provenInSmallHeap: await inNode('fetch-proven', SMALL_HEAP),
      manyInChromium: await inChromium('waybill', many.paths),
      bareInChromium: await inChromium('fetch', many.paths),
      largeInChromium: await inChromium(
        'waybill',
        makeFiles(LARGE, scratch.directory('large')).paths,
      ),
    }
  } finally {
    await browser.close()
    await server.close()
  }
}
