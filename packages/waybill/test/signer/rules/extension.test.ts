import { describe, expect, it } from 'vitest'
import { extensionOf } from '../../../src/signer/rules/choose-key.ts'

describe('extensionOf', () => {
  it.each([
    ['video/mp4', '.mp4'],
    ['text/markdown', '.md'],
    ['image/x-icns', '.icns'],
    ['image/gx-b', ''],
    ['application/vnd.api+json', ''],
    ['application/octet-stream', '.bin'],
    ['font/ttf', '.ttf'],
    ['image/a', ''],
    ['image/abcdef', ''],
  ])('for %s is %j', (type, extension) => {
    expect(extensionOf(type)).toBe(extension)
  })
})
