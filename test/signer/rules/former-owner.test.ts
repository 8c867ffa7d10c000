import { describe, expect, it } from 'vitest'
import { isOwner, rememberFormerOwner } from '../../../src/signer/rules/former-owner.ts'
import { parseWaybill } from '../../../src/signer/waybill/waybill.ts'

const FILE = { r: 'video', k: 'AbCdEfGhIjKlMnOpQrStUv/a.mp4', s: 9, t: 'video/mp4', g: 0, x: 1 }

/** Waybills of the first version do not say when they were granted. */
const first = (owner?: string) => parseWaybill(JSON.stringify({ v: 1, ...FILE, o: owner }))
const second = (owner?: string) => parseWaybill(JSON.stringify({ v: 2, ...FILE, o: owner, a: 1 }))

describe('isOwner', () => {
  it.each([first, second])('holds for the owner whom the waybill names, and no other', (of) => {
    expect(isOwner({ owner: 'ann' }, of('ann'))).toBe(true)
    expect(isOwner({ owner: 'ann' }, of('bob'))).toBe(false)
    expect(isOwner({ owner: 'ann' }, of())).toBe(false)
    expect(isOwner({}, of('ann'))).toBe(false)
    expect(isOwner({}, of())).toBe(true)
  })

  it('holds for an owner of another name since, for waybills of version 1 alone', () => {
    const ann = { owner: 'https://issuer.example#ann' }
    rememberFormerOwner(ann, 'ann')
    expect(isOwner(ann, first('ann'))).toBe(true)
    expect(isOwner(ann, first('bob'))).toBe(false)
    expect(isOwner(ann, second('ann'))).toBe(false)
    expect(isOwner({ ...ann }, first('ann'))).toBe(false)
  })
})
