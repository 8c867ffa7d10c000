import { describe, expect, it } from 'vitest'
import { namedPaths } from '../../../tools/docs/named-paths.ts'

const pathsOf = (page: string) => namedPaths(page).map(({ path }) => path)

describe('namedPaths', () => {
  it('finds files, folders and patterns between backticks', () => {
    const page =
      'See `s3/part-plan.ts`, `aws/`, `packages/waybill-s3/test/*.test.ts` and `package.json`.'
    expect(pathsOf(page)).toEqual([
      's3/part-plan.ts',
      'aws/',
      'packages/waybill-s3/test/*.test.ts',
      'package.json',
    ])
  })

  it('leaves other code alone', () => {
    expect(
      pathsOf('`createSigner`, `waybill-s3`, `npm run check`, `image/*`, `/simple.html`'),
    ).toEqual([])
  })

  it('finds the folders of a tree, each below its room', () => {
    const page = '```\ns3/        knows no rule\n  sigv4/   the steps     crc64/  of bytes\n```'
    expect(namedPaths(page)).toEqual([
      { path: 's3/', below: ['', 'packages/waybill/src/', 's3/', 'packages/waybill-s3/src/'] },
      { path: 'sigv4/', below: ['', 'packages/waybill/src/', 's3/', 'packages/waybill-s3/src/'] },
      { path: 'crc64/', below: ['', 'packages/waybill/src/', 's3/', 'packages/waybill-s3/src/'] },
    ])
  })

  it('takes no part of a longer path for a folder', () => {
    expect(pathsOf('```\nsrc/client/  the engine: upload/ retry/\n```')).toEqual([
      'packages/waybill/src/client/',
      'upload/',
      'retry/',
    ])
  })
})
