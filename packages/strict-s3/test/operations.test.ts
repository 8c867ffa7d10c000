import * as sdk from '@aws-sdk/client-s3'
import { type LogEntry, startStrictS3 } from 'strict-s3'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { Operation } from '../src/operations/operation-row.ts'
import { ELSEWHERE, OPERATIONS } from '../src/operations/operation-table.ts'

const PATHS = { service: '/', bucket: '/uploads', object: '/uploads/a' } as const

/** Values without which S3 takes a query for another operation's. */
const VALUES: Readonly<Record<string, string>> = {
  'list-type': 'list-type=2',
  uploadId: 'uploadId=1&partNumber=1',
}

/** Operations without a command in the SDK. */
const OURS = ['ListenBucketEvents', 'PostObject']

describe('OPERATIONS', () => {
  it("has a row for each command of the AWS SDK's client", () => {
    const commands = Object.keys(sdk)
      .filter((name) => /^[A-Z]\w+Command$/.test(name))
      .map((name) => name.replace(/Command$/, ''))
    const rows = [...Object.keys(OPERATIONS), ...Object.keys(ELSEWHERE)]
    expect(rows.filter((name) => !OURS.includes(name)).sort()).toEqual(commands.sort())
  })

  it('names each request as its row does, and answers 501 for rows without a handler', async () => {
    const entries: LogEntry[] = []
    const s3 = await startStrictS3({
      buckets: ['uploads'],
      log: (_line, entry) => entries.push(entry),
    })
    onTestFinished(() => s3.close())
    const expected: unknown[] = []
    for (const [operation, row] of Object.entries<Operation>(OPERATIONS)) {
      const { method, on, query, header } = row
      const search = query === undefined ? '' : `?${VALUES[query] ?? query}`
      const headers: Record<string, string> = header === undefined ? {} : { [header]: '/uploads/b' }
      await fetch(s3.endpoint + PATHS[on] + search, { method, headers })
      expected.push({ operation, isMissing: row.run === undefined })
    }
    expect(
      entries.map((entry) =>
        'status' in entry
          ? { operation: entry.operation, isMissing: entry.status === 501 }
          : entry.warning,
      ),
    ).toEqual(expected)
  })
})
