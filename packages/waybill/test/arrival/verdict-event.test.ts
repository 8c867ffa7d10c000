import { describe, expect, it } from 'vitest'
import type { Rejected, Verified } from 'waybill/arrival'
import { verdictEvent } from '../../src/arrival/judge-object.ts'
import type { Waybill } from '../../src/seal/waybill.ts'

const NOW = new Date('2026-11-26T10:00:07Z')
const OBJECT = { id: 'b/k#v', bucket: 'b', key: 'k', size: 5, type: 'text/plain', etag: 'e' }

function eventOf(verdict: Verified | Rejected, waybill?: Partial<Waybill>): unknown {
  return verdictEvent(NOW, verdict, waybill ? { waybill: waybill as Waybill } : {})
}

describe('verdictEvent', () => {
  it('includes everything known about an object, and the time since the grant', () => {
    const known = { rule: 'notes', owner: 'ada', versionId: 'v' }
    const verdict: Verified = { verdict: 'verified', ...OBJECT, ...known }
    const grantedAt = new Date('2026-11-26T10:00:00Z')
    expect(eventOf(verdict, { grantedAt })).toStrictEqual({
      ...{ type: 'verdict', at: NOW, verdict: 'verified', key: 'k', size: 5, etag: 'e' },
      ...{ contentType: 'text/plain', ...known, secondsSinceGrant: 7 },
    })
  })

  it('omits everything unknown', () => {
    const verdict: Rejected = {
      ...{ verdict: 'rejected', ...OBJECT, reason: 'no-waybill', message: 'm', deleted: false },
    }
    expect(eventOf(verdict)).toStrictEqual({
      ...{ type: 'verdict', at: NOW, verdict: 'rejected', key: 'k', size: 5, etag: 'e' },
      ...{ contentType: 'text/plain', reason: 'no-waybill' },
    })
  })
})
