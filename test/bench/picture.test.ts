import { describe, expect, it } from 'vitest'
import { barChart, groupsOf, PALETTES, type Palette, wordsOf } from '../../bench/harness/picture.ts'

const PLAN = { title: 'Seconds & more', column: 'seconds', unit: 's' }

const MARKDOWN = `
Words.

| 32 MiB from Chromium | seconds | MB/s |
| --- | --- | --- |
| limit: bare \`fetch\` | 1,036.55 (935.95–1,137.52) | 0.9 |
| waybill <b> | 40.21 (38.88–41.49) | 0.8 |

| goal | measured |  |
| --- | --- | --- |
| fast | 1 | met |
`

const GROUPS = groupsOf(MARKDOWN, 'seconds')

describe('groupsOf', () => {
  it('reads the tables that contain the column', () => {
    expect(GROUPS).toEqual([
      {
        title: '32 MiB from Chromium',
        bars: [
          { label: 'limit: bare fetch', value: 1036.55, low: 935.95, high: 1137.52 },
          { label: 'waybill <b>', value: 40.21, low: 38.88, high: 41.49 },
        ],
      },
    ])
  })

  it('rejects a cell without quartiles', () => {
    expect(() => groupsOf('| a | seconds |\n| --- | --- |\n| x | – |', 'seconds')).toThrow("'–'")
  })
})

describe('barChart', () => {
  const svg = barChart(PLAN, GROUPS, PALETTES.light)

  it('exposes its numbers to screen readers', () => {
    expect(wordsOf(PLAN, GROUPS)).toBe(
      'Seconds & more, shorter is better. 32 MiB from Chromium: limit: bare fetch 1036.5 s; waybill <b> 40.2 s.',
    )
    expect(svg).toContain('<title id="title">Seconds &amp; more</title>')
    expect(svg).toContain('waybill &lt;b&gt; 40.2 s.</desc>')
  })

  it('gives text a contrast of 4.5 and bars one of 3', () => {
    for (const { ground, text, quiet, ours, others } of Object.values<Palette>(PALETTES)) {
      for (const ink of [text, quiet]) expect(contrast(ink, ground)).toBeGreaterThan(4.5)
      for (const ink of [ours, others]) expect(contrast(ink, ground)).toBeGreaterThan(3)
    }
  })
})

/** @see https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio */
function contrast(one: string, other: string): number {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b)
  return (light + 0.05) / (dark + 0.05)
}

function luminance(color: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const share = Number.parseInt(color.slice(at, at + 2), 16) / 255
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}
