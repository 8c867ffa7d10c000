import { describe, expect, it } from 'vitest'
import { barCodePath } from 'waybill/element'

/** @returns One character for each module: `1` for a dark one. */
function modulesOf(path: string): string {
  const modules = Array.from({ length: 72 }, () => '0')
  for (const [, start, width] of path.matchAll(/M(\d+) 0h(\d+)v1h-\2z/g)) {
    modules.fill('1', Number(start), Number(start) + Number(width))
  }
  return modules.join('')
}

describe('barCodePath', () => {
  it('draws the first 64 bits between two bars at each end', () => {
    const bits = '0000000100100011010001010110011110001001101010111100110111101111'
    expect(modulesOf(barCodePath('0123456789abcdef'))).toBe(`1010${bits}0101`)
    expect(barCodePath(`0123456789abcdef${'f'.repeat(48)}`)).toBe(barCodePath('0123456789abcdef'))
  })

  it('joins neighboring dark modules, so that no gap shows between them', () => {
    expect(barCodePath('f'.repeat(16))).toBe(
      'M0 0h1v1h-1zM2 0h1v1h-1zM4 0h64v1h-64zM69 0h1v1h-1zM71 0h1v1h-1z',
    )
  })

  it('throws for text that is not hexadecimal', () => {
    expect(() => barCodePath('not a hash')).toThrow(SyntaxError)
  })
})
