import { afterEach, describe, expect, it, vi } from 'vitest'
import type { UploaderOptions } from 'waybill/client'
import { createEngine } from '../../../src/client/uploader-options.ts'

const endpoint = 'https://signer.invalid'

/** What a page would have, which sends nothing here. */
class Xhr {}

/** @returns How many connections an uploader may open here. */
function most(options: Partial<UploaderOptions> = {}): number {
  return createEngine({ endpoint, resumeStore: false, ...options }).budget.max
}

function userAgent(value: string): object {
  return { navigator: { userAgent: value, onLine: true } }
}

describe("an uploader's default connections", () => {
  afterEach(() => vi.unstubAllGlobals())

  it.each([
    ['Node', userAgent('Node.js/24'), 12],
    ['Bun', userAgent('Bun/1.3.0'), 12],
    ['Deno, which holds what it sends', userAgent('Deno/2.5.0'), 6],
    ['a runtime that does not say which it is', { navigator: undefined }, 6],
    ['a runtime that only compares itself', userAgent('Other/1.0 (like Node.js/24)'), 6],
    ['a page', { ...userAgent('Mozilla/5.0'), XMLHttpRequest: Xhr }, 6],
    ['a page of tests in Node', { ...userAgent('Node.js/24'), XMLHttpRequest: Xhr }, 6],
    ['a service worker', userAgent('Mozilla/5.0'), 6],
  ])('for %s', (_, globals, expected) => {
    for (const [name, value] of Object.entries(globals)) vi.stubGlobal(name, value)
    expect(most()).toBe(expected)
  })

  it('are six if XMLHttpRequest is given', () => {
    expect(most({ XMLHttpRequest: Xhr as unknown as typeof XMLHttpRequest })).toBe(6)
  })

  it('can be overridden everywhere', () => {
    expect(most({ connections: 3 })).toBe(3)
    vi.stubGlobal('XMLHttpRequest', Xhr)
    expect(most({ connections: 20 })).toBe(20)
  })
})
