/**
 * Laws of passive drawings: one way out anywhere is found, and what only draws passes.
 *
 * @module
 */

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checkContent } from 'waybill/arrival'
import {
  HONEST_ATTRIBUTES,
  HONEST_ELEMENTS,
  honestDrawing,
  hostileDrawing,
  hostilePieces,
} from './drawings.ts'

async function problemOf(text: string): Promise<string | undefined> {
  const bytes = new TextEncoder().encode(text)
  return (await checkContent(bytes, 'image/svg+xml', bytes.length))?.message
}

const svg = (inside: string, attributes = '') =>
  `<svg xmlns="http://www.w3.org/2000/svg" ${attributes}>${inside}</svg>`
const HOSTILE = hostilePieces('evil.example')

describe('checkContent of an SVG', () => {
  it.each(HOSTILE.attributes)('finds what is wrong with %s', async (attribute) => {
    expect(await problemOf(svg('', attribute))).toBeDefined()
    expect(await problemOf(svg(`<g><rect ${attribute}/></g>`))).toBeDefined()
  })

  it.each(HOSTILE.elements)('finds what is wrong with %s', async (element) => {
    expect(await problemOf(svg(element))).toBeDefined()
  })

  it.each(HONEST_ATTRIBUTES)('lets %s pass', async (attribute) => {
    expect(await problemOf(svg(`<rect ${attribute}/>`))).toBeUndefined()
  })

  it.each(HONEST_ELEMENTS)('lets %s pass', async (element) => {
    expect(await problemOf(svg(element))).toBeUndefined()
  })

  it('finds one way out, wherever it stands', async () => {
    await fc.assert(
      fc.asyncProperty(hostileDrawing('evil.example'), async (text) => {
        expect(await problemOf(text)).toBeDefined()
      }),
      { numRuns: 2_000 },
    )
  })

  it('lets what only draws pass', async () => {
    await fc.assert(
      fc.asyncProperty(honestDrawing, async (text) => {
        expect(await problemOf(text)).toBeUndefined()
      }),
      { numRuns: 1_000 },
    )
  })

  it.each([
    ['a document type', `<!DOCTYPE svg>${svg('')}`],
    [
      'a root with a prefix, which HTML does not know',
      `<x:svg xmlns:x="http://www.w3.org/2000/svg"><title><!-- a --></title></x:svg>`,
    ],
    ['another root', '<x:html xmlns:x="http://www.w3.org/1999/xhtml"/>'],
    ['an entity that is not XML’s', svg('&nbsp;')],
    ['a NUL', svg('\0')],
    ['two roots', `${svg('')}${svg('')}`],
    ['an attribute twice', svg('<g fill="red" fill="blue"/>')],
    ['UTF-7', `<?xml version="1.0" encoding="utf-7"?>${svg('')}`],
    ['nothing', ''],
  ])('refuses %s', async (_what, text) => {
    expect(await problemOf(text)).toBeDefined()
  })

  it('reads a byte order mark, a declaration and comments around the root', async () => {
    const text = `\ufeff<?xml version="1.0" encoding="UTF-8"?>\n<!-- a -->${svg('')}\n<!-- b -->`
    expect(await problemOf(text)).toBeUndefined()
  })

  it('comes to an end with a drawing as deep as it is long', async () => {
    const depth = 140_000
    expect(await problemOf(svg('<g>'.repeat(depth) + '</g>'.repeat(depth)))).toBeOneOf([
      undefined,
      expect.stringContaining('not well-formed XML'),
    ])
  })
})
