/**
 * The workloads of the stores.
 *
 * @module
 */

import { inLanes } from '../../../bench/harness/lanes.ts'
import { memoryOf } from '../../../bench/harness/proc.ts'
import { type BenchRequest, form, presigned, send } from './requests.ts'
import type { Store, StoreAddress } from './stores.ts'

const MIB = 1024 ** 2
export const LARGE_SIZE = 256 * MIB
const HUGE_SIZE = 4096 * MIB
const SMALL_SIZE = 1024
export const SMALL_COUNT = 600
export const LISTS = 10
/** In bytes, of an object in a list. */
const LEAST_ENTRY = 50

/** Not all zeros, so that compression is not free. */
const PIECE = new Uint8Array(MIB).map((_, index) => (index * 2654435761) >>> 24)
const LARGE = Array.from({ length: LARGE_SIZE / MIB }, () => PIECE)

/** Runs a workload and returns milliseconds. Throws when the store refuses or sends too little. */
type Workload = (store: StoreAddress) => Promise<number>

/** All workloads. */
export const WORKLOADS = {
  PUT: async (store) => {
    const ms = await timed(await presigned(store, 'PUT', 'large', LARGE))
    await send(await presigned(store, 'DELETE', 'large'))
    return ms
  },
  GET: async (store) => {
    await send(await presigned(store, 'PUT', 'wanted', LARGE))
    const ms = await timed(await presigned(store, 'GET', 'wanted'), LARGE_SIZE)
    await send(await presigned(store, 'DELETE', 'wanted'))
    return ms
  },
  POST: async (store) => {
    const ms = await timed(await form(store, 'posted', LARGE))
    await send(await presigned(store, 'DELETE', 'posted'))
    return ms
  },
  small: async (store) => {
    const ms = await putSmall(store)
    await removeSmall(store)
    return ms
  },
  list: async (store) => {
    await putSmall(store)
    const list = await presigned(store, 'GET')
    const started = performance.now()
    for (let count = 0; count < LISTS; count += 1) {
      const size = await send(list)
      if (size < SMALL_COUNT * LEAST_ENTRY) throw new Error(`a list has only ${size} bytes`)
    }
    const ms = performance.now() - started
    await removeSmall(store)
    return ms
  },
} satisfies Record<string, Workload>

const SMALL_KEYS = Array.from({ length: SMALL_COUNT }, (_, index) => `small-${index}`)

async function putSmall(store: StoreAddress): Promise<number> {
  const body = [PIECE.subarray(0, SMALL_SIZE)]
  const puts = await Promise.all(SMALL_KEYS.map((key) => presigned(store, 'PUT', key, body)))
  const started = performance.now()
  await inLanes(puts, send)
  return performance.now() - started
}

async function removeSmall(store: StoreAddress): Promise<void> {
  await inLanes(await Promise.all(SMALL_KEYS.map((key) => presigned(store, 'DELETE', key))), send)
}

async function timed(request: BenchRequest, size?: number): Promise<number> {
  const started = performance.now()
  const answered = await send(request)
  if (size !== undefined && answered !== size) {
    throw new Error(`the response to ${request.method} has ${answered} bytes of ${size}`)
  }
  return performance.now() - started
}

/**
 * Returns the most bytes of memory that the store's process needs to receive and send one object of
 * 4 GiB; `NaN` without `/proc`.
 */
export async function peakMemory({ name, start }: Store, directory: string): Promise<number> {
  const store = await start(directory)
  try {
    const body = Array.from({ length: HUGE_SIZE / MIB }, () => PIECE)
    await send(await presigned(store, 'PUT', 'huge', body))
    const size = await send(await presigned(store, 'GET', 'huge'))
    if (size !== HUGE_SIZE) throw new Error(`${name} sent ${size} bytes`)
    const held = memoryOf(store.pid ?? Number.NaN, 'VmHWM')
    await send(await presigned(store, 'DELETE', 'huge'))
    return held
  } finally {
    await store.stop()
  }
}
