/**
 * The workloads of the stores.
 *
 * @module
 */

import { type BenchRequest, send } from './requests.ts'
import { form, presigned } from './signed.ts'
import type { StoreAddress } from './store.ts'

const MIB = 1024 ** 2
export const LARGE_SIZE = 256 * MIB
const SMALL_SIZE = 1024
export const SMALL_COUNT = 600
const CONNECTIONS = 6

/** Not all zeros, so that compression is not free. */
const PIECE = new Uint8Array(MIB).map((_, index) => (index * 2654435761) >>> 24)

/** A workload. */
export interface Workload {
  readonly name: 'PUT' | 'GET' | 'POST' | 'small'
  /** Runs it and returns milliseconds. Throws when the store refuses or sends too little. */
  readonly run: (store: StoreAddress) => Promise<number>
}

/** All workloads. */
export const WORKLOADS: readonly Workload[] = [
  { name: 'PUT', run: putLarge },
  { name: 'GET', run: getLarge },
  { name: 'POST', run: postLarge },
  { name: 'small', run: putSmall },
]

/** Makes the pieces of a body of `size` bytes (whole MiB). */
export function bodyOf(size: number): readonly Uint8Array[] {
  return Array.from({ length: size / MIB }, () => PIECE)
}

async function putLarge(store: StoreAddress): Promise<number> {
  const ms = await timed(await presigned(store, 'PUT', 'large', bodyOf(LARGE_SIZE)))
  await done(await presigned(store, 'DELETE', 'large'))
  return ms
}

async function postLarge(store: StoreAddress): Promise<number> {
  const ms = await timed(await form(store, 'posted', bodyOf(LARGE_SIZE)))
  await done(await presigned(store, 'DELETE', 'posted'))
  return ms
}

async function getLarge(store: StoreAddress): Promise<number> {
  await done(await presigned(store, 'PUT', 'wanted', bodyOf(LARGE_SIZE)))
  const ms = await timed(await presigned(store, 'GET', 'wanted'), LARGE_SIZE)
  await done(await presigned(store, 'DELETE', 'wanted'))
  return ms
}

async function putSmall(store: StoreAddress): Promise<number> {
  const keys = Array.from({ length: SMALL_COUNT }, (_, index) => `small-${index}`)
  const body = [PIECE.subarray(0, SMALL_SIZE)]
  const puts = await Promise.all(keys.map((key) => presigned(store, 'PUT', key, body)))
  const started = performance.now()
  await inLanes(puts)
  const ms = performance.now() - started
  await inLanes(await Promise.all(keys.map((key) => presigned(store, 'DELETE', key))))
  return ms
}

async function inLanes(requests: readonly BenchRequest[]): Promise<void> {
  const waiting = requests.values()
  const lane = async () => {
    for (const request of waiting) await done(request)
  }
  await Promise.all(Array.from({ length: CONNECTIONS }, lane))
}

async function timed(request: BenchRequest, size?: number): Promise<number> {
  const started = performance.now()
  const answered = await done(request)
  if (size !== undefined && answered !== size) {
    throw new Error(`the response to ${request.method} has ${answered} bytes of ${size}`)
  }
  return performance.now() - started
}

/** Sends a request; returns the bytes of the response. */
async function done(request: BenchRequest): Promise<number> {
  const { status, size } = await send(request)
  if (status < 200 || status > 299)
    throw new Error(`the response to ${request.method} was ${status}`)
  return size
}
