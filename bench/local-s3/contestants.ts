/**
 * Who is measured.
 *
 * @module
 */

import { RADOSGW_PACKAGES, startRadosgw } from '../../scripts/interop/radosgw.ts'
import { SWIFT_PACKAGES, startSwift } from '../../scripts/interop/swift.ts'
import type { Contestant } from '../harness/interleave.ts'
import { startJudge } from './judge-store.ts'
import { startNodeStore } from './node-store.ts'
import type { RunningStore } from './store.ts'

export interface StoreContestant extends Contestant {
  /** For tables. */
  readonly title: string
  /** Whether it takes presigned forms. */
  readonly takesForms: boolean
  /** Whether it is one Node process, of which start and memory can be told. */
  readonly isProcess: boolean
  /** @throws {Error} Why it cannot be had here. */
  start(directory: string): Promise<RunningStore>
}

const nodeStore = (name: string, title: string): StoreContestant => ({
  name,
  title,
  takesForms: true,
  isProcess: true,
  start: (directory) => startNodeStore(name, directory),
})

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
