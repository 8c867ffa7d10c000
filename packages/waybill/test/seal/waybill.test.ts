import { describe, expect, it } from 'vitest'
import {
  formatWaybill,
  parseWaybill,
  type Waybill,
  WaybillUnreadable,
} from '../../src/seal/waybill.ts'

const ID = 'AAAAAAAAAAAAAAAAAAAAA-'

const LEAST: Waybill = {
  rule: 'video',
  key: `${ID}/a.mp4`,
  size: { min: 5, max: 5 },
  type: 'video/mp4',
  strategy: 'post',
  name: 'a.mp4',
  id: ID,
  metadata: {},
  grantedAt: new Date('2026-11-24T09:00:00Z'),
  expiration: new Date('2026-11-24T10:00:00Z'),
}

const MOST: Waybill = {
  ...LEAST,
  owner: 'me',
  size: { min: 0, max: 5 },
  strategy: 'multipart',
  partSize: 5_242_880,
  sha256: 'hash=',
  name: 'another name.mp4',
  folders: 'album/trip',
  id: 'another id',
  metadata: { folder: 'films' },
}

/** The least that is read, in its sealed form. */
const SEALED = {
  ...{ v: 1, r: 'video', k: LEAST.key, s: 5, t: 'video/mp4', g: 0 },
  ...{ a: 1_795_510_800, x: 1_795_514_400 },
}

const read = (changes: Readonly<Record<string, unknown>>) =>
  parseWaybill(JSON.stringify({ ...SEALED, ...changes }))

describe('formatWaybill', () => {
  it('omits everything that is empty or part of the key', () => {
    expect(formatWaybill(LEAST)).toBe(JSON.stringify(SEALED))
  })

  it('writes everything else, with times in seconds', () => {
    expect(JSON.parse(formatWaybill(MOST))).toEqual({
      ...SEALED,
      o: 'me',
      s: [0, 5],
      g: 2,
      p: 5_242_880,
      h: 'hash=',
      n: 'another name.mp4',
      f: 'album/trip',
      i: 'another id',
      m: { folder: 'films' },
    })
  })

  it('leaves out name and folders when asked to be short', () => {
    const short = JSON.parse(formatWaybill(MOST, 'short'))
    expect(short).not.toHaveProperty('n')
    expect(short).not.toHaveProperty('f')
  })

  it.each([
    ['album/trip/a.mp4', 2],
    [`${ID}/album/trip/a.mp4`, 2],
    [`album/trip/${ID}`, 2],
    ['trip/a.mp4', 'album/trip'],
    ['album/trip/x/a.mp4', 'album/trip'],
    ['an album/trip/a.mp4', 'album/trip'],
  ])('writes folders once: with the key %s, as %j', (key, f) => {
    expect(JSON.parse(formatWaybill({ ...MOST, key }))).toHaveProperty('f', f)
  })

  it('rounds an expiration down, so that no waybill lives longer than stated', () => {
    const expiration = new Date('2026-11-24T10:00:00.999Z')
    expect(formatWaybill({ ...LEAST, expiration })).toBe(JSON.stringify(SEALED))
  })
})

describe('parseWaybill', () => {
  it.each([
    ['post', LEAST],
    ['put', { ...LEAST, strategy: 'put' } as const],
    ['multipart', MOST],
    ['multipart and the folders in the key', { ...MOST, key: 'a/album/trip/b' }],
  ])('reads what was written, with strategy %s', (_strategy, waybill) => {
    expect(parseWaybill(formatWaybill(waybill))).toEqual(waybill)
  })

  it.each([
    ['films/a.mp4', 'a.mp4', ''],
    ['a.mp4', 'a.mp4', ''],
    [`films/${ID}/b/a.mp4`, 'a.mp4', ID],
    [`x${ID}/a.mp4`, 'a.mp4', ''],
    [`${ID}x/a.mp4`, 'a.mp4', ''],
  ])('derives from the key %s the name %s and the id %j', (k, name, id) => {
    expect(read({ k })).toMatchObject({ name, id })
  })

  it.each([
    ['another version', { v: 2 }],
    ['no version', { v: undefined }],
    ['a version as text', { v: '1' }],
    ['no rule', { r: undefined }],
    ['a rule that is not a string', { r: 1 }],
    ['no key', { k: undefined }],
    ['a key that is not a string', { k: 1 }],
    ['no type', { t: undefined }],
    ['a type that is not a string', { t: 1 }],
    ['no size', { s: undefined }],
    ['a size that is text', { s: '5' }],
    ['a size without a least', { s: [null, 5] }],
    ['a size without a most', { s: [0] }],
    ['no strategy', { g: undefined }],
    ['an unknown strategy', { g: 3 }],
    ['the name of a strategy', { g: 'length' }],
    ['the number of a strategy as text', { g: '0' }],
    ['no time of the grant', { a: undefined }],
    ['a time of the grant that is text', { a: '1' }],
    ['no expiration', { x: undefined }],
    ['an expiration that is text', { x: '1795514400' }],
  ])('rejects a waybill with %s', (_what, changes) => {
    expect(() => read(changes)).toThrow(
      new WaybillUnreadable('waybill was sealed by another version of the signer'),
    )
  })

  it.each([['null'], ['1'], ['"text"']])('rejects what is not an object: %s', (text) => {
    expect(() => parseWaybill(text)).toThrow(WaybillUnreadable)
  })

  it.each([
    ['an owner', { o: 1 }, 'owner'],
    ['a part size', { p: '5' }, 'partSize'],
    ['a SHA-256', { h: 1 }, 'sha256'],
    ['folders', { f: true }, 'folders'],
  ])('ignores %s of another type', (_what, changes, name) => {
    expect(read(changes)).not.toHaveProperty(name)
  })

  it.each([[{ a: 'b', c: 1 }], [null], ['text'], [1]])(
    'has no metadata for %j, which are not all strings',
    (m) => {
      expect(read({ m })).toEqual(LEAST)
    },
  )
})
