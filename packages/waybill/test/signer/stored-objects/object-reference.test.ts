import { describe, expect, it } from 'vitest'
import { readKeyReference } from '../../../src/signer/stored-objects/find-object.ts'

describe('readKeyReference', () => {
  it.each([
    ['a receipt', 'sealed'],
    ['null', null],
    ['nothing', undefined],
    ['a number', 7],
  ])('leaves %s to other parsers', (_, reference) => {
    expect(readKeyReference(reference)).toBeUndefined()
  })

  it('reads a key, and a version if there is one', () => {
    expect(readKeyReference({ key: 'a/b' })).toEqual({ key: 'a/b' })
    expect(readKeyReference({ key: 'a/b', versionId: '3' })).toEqual({ key: 'a/b', versionId: '3' })
  })

  it.each([
    [{}, 'key is missing, expected text'],
    [{ key: 'a', versionId: '' }, /^versionId is .*, expected text$/],
    [{ key: 'a', versionId: 7 }, 'versionId is 7, expected text'],
  ])('rejects %j', (reference, message) => {
    expect(() => readKeyReference(reference)).toThrow(TypeError)
    expect(() => readKeyReference(reference)).toThrow(message)
  })
})
