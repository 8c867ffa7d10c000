/**
 * Holds the local S3 against the tables.
 *
 * @module
 */

import { join } from 'node:path'
import { temporaryFolder } from '@waybill/test-support/temporary-folders'
import { type StrictS3, startStrictS3 } from 'strict-s3'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Case, judge } from '../../../../test/conformance/case.ts'
import { System, type Target } from '../../../../test/conformance/system.ts'
import { TABLES } from '../../../../test/conformance/tables.ts'
import { canMakeCertificates, makeCertificate } from '../certificate.ts'

export function holdAgainstTables(kind: 'memory' | 'disk'): void {
  let server: StrictS3
  let httpsServer: StrictS3 | undefined
  let certificate: Awaited<ReturnType<typeof makeCertificate>> | undefined
  let directory: string | undefined

  beforeAll(async () => {
    if (kind === 'disk') directory = temporaryFolder('waybill-conformance-')
    // S3 asks nobody which page sends a request; that pages of other sites are refused is ours.
    const pagesFrom = ['*']
    const dir = (name: string) => (directory === undefined ? {} : { dir: join(directory, name) })
    server = await startStrictS3({ pagesFrom, ...dir('http') })
    if (!canMakeCertificates) return
    certificate = await makeCertificate()
    httpsServer = await startStrictS3({ pagesFrom, tls: certificate, ...dir('https') })
  })

  afterAll(async () => {
    await server.close()
    await httpsServer?.close()
  })

  const canHold = ({ secure }: Case) => canMakeCertificates || !secure

  describe.each(Object.entries(TABLES))('%s', (_name, cases) => {
    it.each(cases.filter(canHold).map((each) => [each.title, each] as const))(
      '%s',
      async (_title, each) => {
        expect(await judge(each, await System.open(target(each)))).toEqual([])
      },
    )
  })

  function target({ secure }: Case): Target {
    if (!secure) return server
    if (!httpsServer || !certificate) throw new Error('openssl is not installed')
    return { ...httpsServer, ca: certificate.cert }
  }
}
