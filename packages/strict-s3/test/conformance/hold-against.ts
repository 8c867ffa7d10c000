/**
 * Holds the local S3 against the tables.
 *
 * @module
 */

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type StrictS3, startStrictS3 } from 'strict-s3'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { judge } from './case.ts'
import { System } from './system.ts'
import { TABLES } from './tables.ts'

export function holdAgainstTables(kind: 'memory' | 'disk'): void {
  let server: StrictS3
  let directory: string | undefined

  beforeAll(async () => {
    if (kind === 'disk') directory = await mkdtemp(join(tmpdir(), 'waybill-conformance-'))
    server = await startStrictS3({
      // S3 asks nobody which page sends a request; that pages of other sites are refused is ours.
      pagesFrom: ['*'],
      ...(directory === undefined ? {} : { dir: directory }),
    })
  })

  afterAll(async () => {
    await server.close()
    if (directory !== undefined) await rm(directory, { recursive: true })
  })

  describe.each(Object.entries(TABLES))('%s', (_name, cases) => {
    it.each(cases.map((each) => [each.title, each] as const))('%s', async (_title, each) => {
      expect(await judge(each, await System.open(server))).toEqual([])
    })
  })
}
