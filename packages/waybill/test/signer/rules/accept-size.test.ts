import { describe, expect, it } from 'vitest'
import { acceptSize } from '../../../src/signer/rules/choose-key.ts'
import type { SignerRule } from '../../../src/signer/rules/signer-rule.ts'

const RULE = { size: { min: 10, max: 20 } } as SignerRule

describe('acceptSize', () => {
  it.each([10, 15, 20])('accepts %i bytes within 10 to 20', (size) => {
    expect(() => acceptSize(RULE, size)).not.toThrow()
  })

  it.each([
    [21, 'FILE_TOO_LARGE', "file is 21 bytes, the signer's rule allows at most 20 (maxSize)", 20],
    [9, 'FILE_TOO_SMALL', "file is 9 bytes, the signer's rule wants at least 10 (minSize)", 10],
  ])('rejects %i bytes with both limits', (actual, code, message, allowed) => {
    const error = { code, message, details: { actual, allowed } }
    expect(() => acceptSize(RULE, actual)).toThrow(expect.objectContaining(error))
  })
})
