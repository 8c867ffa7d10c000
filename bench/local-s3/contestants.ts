/**
 * The stores that are measured.
 *
 * @module
 */

import { RADOSGW_PACKAGES, startRadosgw } from '../../scripts/interop/radosgw.ts'
import { SWIFT_PACKAGES, startSwift } from '../../scripts/interop/swift.ts'
import type { Contestant } from '../harness/interleave.ts'
import { startJudge } from './judge-store.ts'
import { startNodeStore } from './node-store.ts'
import type { RunningStore } from './store.ts'

/** A store to measure. */
export interface StoreContestant extends Contestant {
  /** Name in tables. */
  readonly title: string
  /** Whether it accepts presigned forms. */
  readonly takesForms: boolean
  /** Whether it is one Node process, so that start and memory can be measured. */
  readonly isProcess: boolean
  /** Starts the store. Throws with the reason when it is not available. */
  start(directory: string): Promise<RunningStore>
}

const nodeStore = (name: string, title: string): StoreContestant => ({
  name,
  title,
  takesForms: true,
  isProcess: true,
  start: (directory) => startNodeStore(name, directory),
})

/** All stores. */
export const CONTESTANTS: readonly StoreContestant[] = [
  nodeStore('pipe', 'limit: bare `node:http` pipe'),
  nodeStore('waybill', 'waybill'),
  nodeStore('s3rver', 's3rver'),
  {
    name: 'radosgw',
    title: 'Ceph radosgw',
    takesForms: true,
    isProcess: false,
    start: () => startJudge(RADOSGW_PACKAGES, startRadosgw),
  },
  {
    name: 'swift',
    title: 'OpenStack Swift',
    takesForms: false,
    isProcess: false,
    start: () => startJudge(SWIFT_PACKAGES, startSwift),
  },
]
