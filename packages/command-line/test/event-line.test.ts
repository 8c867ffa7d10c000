import { describe, expect, it } from 'vitest'
import { eventLine, PLAIN } from '../src/event-line.ts'

const TIME = new Date(2026, 0, 31, 12, 0, 1)
const STORED = {
  time: TIME,
  tone: 'quiet',
  what: 'PostObject',
  status: 204,
  size: 1_258_291,
  place: 'uploads/2026/0b9f5c1e-63c5-4f6e-9a35-5d4f2b7c8a11/holiday.mp4',
  note: '12 ms',
} as const
const REFUSED = {
  ...STORED,
  tone: 'warning',
  status: 403,
  size: undefined,
  reason: 'AccessDenied: Invalid according to Policy: Policy Condition failed: ["eq", "$key", "a"]',
} as const

describe('eventLine', () => {
  it('uses columns and a single line when there is no terminal', () => {
    expect(eventLine(STORED)).toBe(
      '12:00:01  PostObject               204   1.3 MB  uploads/2026/0b9f5c1e-63c5-4f6e-9a35-5d4f2b7c8a11/holiday.mp4  12 ms',
    )
    expect(eventLine(REFUSED)).toMatch(/^12:00:01 {2}PostObject +403 {11}uploads.*"a"\]$/)
  })

  it.each([
    [80, 'uploads/20…2b7c8a11/holiday.mp4'],
    [100, 'uploads/2026/0b9…4f6e-9a35-5d4f2b7c8a11/holiday.mp4'],
  ])('shortens the key on a terminal of %d columns', (columns, key) => {
    const line = eventLine(STORED, { ...PLAIN, columns })
    expect(line).toHaveLength(columns)
    expect(line).toContain(key)
  })

  it('leaves out the note rather than shortening the key', () => {
    const short = { ...STORED, place: 'uploads/holiday.mp4' }
    expect(eventLine(short, { ...PLAIN, columns: 80 })).toMatch(
      / {2}uploads\/holiday\.mp4 {2}12 ms$/,
    )
    expect(eventLine(short, { ...PLAIN, columns: 73 })).toMatch(/ {2}uploads\/holiday\.mp4$/)
  })

  it('prints the full reason below the line on a terminal', () => {
    const [line, ...reason] = eventLine(REFUSED, { ...PLAIN, columns: 80 }).split('\n')
    expect(line).toHaveLength(80)
    expect(reason).toEqual([
      '          AccessDenied: Invalid according to Policy: Policy Condition failed:',
      '          ["eq", "$key", "a"]',
    ])
  })

  it.each([
    [0, '    0 B'],
    [999, '  999 B'],
    [1024, ' 1.0 kB'],
    [999_499, ' 999 kB'],
    [999_999, ' 1.0 MB'],
    [53_687_091_200, '53.7 GB'],
  ])('writes %d bytes as %s', (size, shown) => {
    expect(eventLine({ ...STORED, size })).toContain(`204  ${shown}  uploads`)
  })
})
