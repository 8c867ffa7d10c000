import { describe, expect, it } from 'vitest'
import { signerPath } from '../../src/signer/fetch-handler.ts'

describe('signerPath', () => {
  it.each([
    ['/api/uploads', ''],
    ['/api/uploads/', ''],
    ['/api/uploads/complete', '/complete'],
    ['/api/uploads/complete//', '/complete'],
    ['/api/uploads/verdict', '/verdict'],
    ['/complete', '/complete'],
    ['/', ''],
  ])('finds the call at the end of %s', (pathname, path) => {
    expect(signerPath(pathname)).toBe(path)
  })

  it.each([
    ['/api', '/api', ''],
    ['/api//', '/api', ''],
    ['/api', '/api/', ''],
    ['/api/parts', '/api//', '/parts'],
    ['/api/other/parts', '/api', '/other/parts'],
    ['/', '', ''],
    ['/parts', '/', '/parts'],
  ])('parses %s below %s as "%s"', (pathname, basePath, path) => {
    expect(signerPath(pathname, basePath)).toBe(path)
  })

  it.each([
    ['/elsewhere/parts', '//elsewhere/parts'],
    ['/apiary/parts', '//apiary/parts'],
    ['/parts', '//parts'],
    ['/', '//'],
  ])('finds no call in %s, which is outside the base path', (pathname, path) => {
    expect(signerPath(pathname, '/api')).toBe(path)
  })
})
