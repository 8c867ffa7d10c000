import { describe, expect, it } from 'vitest'
import { nearest } from '../src/nearest.ts'

const KNOWN = ['SlowDown', 'port', 's3-port', 'host', 'dir', 'rules', 'null-origin', 'help']

describe('nearest', () => {
  it.each([
    ['slowdown', 'SlowDown'],
    ['prot', 'port'],
    ['Port', 'port'],
    ['rule', 'rules'],
    ['ruels', 'rules'],
    ['di', 'dir'],
    ['dri', 'dir'],
    ['null', 'null-origin'],
    ['nul-orign', 'null-origin'],
    ['s3port', 's3-port'],
    ['hots', 'host'],
  ])('suggests, for %s, %s', (given, meant) => {
    expect(nearest(given, KNOWN)).toBe(meant)
  })

  it.each(['', 'p', 'x', 'bucket', 'directory', 'profile'])('suggests nothing for %j', (given) => {
    expect(nearest(given, KNOWN)).toBeUndefined()
  })
})
