import { describe, expect, it } from 'vitest'
import { namedPaths } from '../../../tools/docs/named-paths.ts'

const pathsOf = (page: string) => namedPaths(page).map(({ path }) => path)

describe('namedPaths', () => {
  it('finds files, folders and patterns in backticks', () => {
    const page =
      'See `s3/multipart-limits.ts`, `aws/`, `packages/waybill-s3/test/*.test.ts` and `package.json`.'
    expect(pathsOf(page)).toEqual([
      's3/multipart-limits.ts',
      'aws/',
      'packages/waybill-s3/test/*.test.ts',
      'package.json',
    ])
  })

  it('ignores other code', () => {
    expect(
      pathsOf('`createSigner`, `waybill-s3`, `npm run check`, `image/*`, `/simple.html`'),
    ).toEqual([])
  })

  it("finds a tree's folders, each below its room", () => {
    const page = '```\nwaybill/   an application\n  signer/  permission\n    rules/   who\n```'
    const [home, room, folder] = namedPaths(page)
    expect(home).toEqual({ path: 'waybill/', below: expect.arrayContaining(['', 'packages/']) })
    expect(room).toEqual({
      path: 'signer/',
      below: expect.arrayContaining(['packages/waybill/src/']),
    })
    expect(folder).toEqual({
      path: 'rules/',
      below: expect.arrayContaining(['packages/waybill/src/signer/']),
    })
  })

  it('does not mistake part of a longer path for a folder', () => {
    expect(pathsOf('```\nsrc/client/  the engine: upload/ retry/\n```')).toEqual([
      'src/client/',
      'upload/',
      'retry/',
    ])
  })
})
