/**
 * Holds the local S3 against the tables.
 *
 * @module
 */

import { temporaryFolder } from '@waybill/test-support/temporary-folders'
import { type StrictS3, startStrictS3 } from 'strict-s3'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { judge } from '../../../../test/conformance/case.ts'
import { System } from '../../../../test/conformance/system.ts'
import { TABLES } from '../../../../test/conformance/tables.ts'

export function holdAgainstTables(kind: 'memory' | 'disk'): void {
  let server: StrictS3

  beforeAll(async () => {
    const dir = kind === 'disk' ? { dir: temporaryFolder('waybill-conformance-') } : {}
    // S3 asks nobody which page sends a request; that pages of other sites are refused is ours.
    server = await startStrictS3({ pagesFrom: ['*'], ...dir })
  })

  afterAll(() => server.close())

  describe.each(Object.entries(TABLES))('%s', (_name, cases) => {
    it.each(cases.map((each) => [each.title, each] as const))('%s', async (_title, each) => {
      expect(await judge(each, await System.open(server))).toEqual([])
    })
  })
}
