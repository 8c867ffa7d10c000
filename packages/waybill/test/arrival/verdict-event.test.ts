import { describe, expect, it } from 'vitest'
import type { Rejected, Verified } from 'waybill/arrival'
import { tellVerdict } from '../../src/arrival/verdict-event.ts'
import type { Waybill } from '../../src/signer/waybill/waybill.ts'

const NOW = new Date('2026-11-26T10:00:07Z')
const OBJECT = { id: 'b/k#v', bucket: 'b', key: 'k', size: 5, type: 'text/plain', etag: 'e' }

/** @returns The event of a verdict. */
function told(verdict: Verified | Rejected, waybill?: Partial<Waybill>): unknown {
  const events: unknown[] = []
  const judgement = waybill ? { waybill: waybill as Waybill } : {}
  tellVerdict((event) => events.push(event), NOW, verdict, judgement)
  expect(events).toHaveLength(1)
  return events[0]
}

describe('tellVerdict', () => {
  it('tells all that is known of an object, and how long it was since the grant', () => {
    const known = { rule: 'notes', owner: 'ada', versionId: 'v' }
    const verdict: Verified = { verdict: 'verified', ...OBJECT, ...known }
    const grantedAt = new Date('2026-11-26T10:00:00Z')
    expect(told(verdict, { grantedAt })).toStrictEqual({
      ...{ type: 'verdict', verdict: 'verified', key: 'k', size: 5, etag: 'e' },
      ...{ contentType: 'text/plain', ...known, secondsSinceGrant: 7 },
    })
  })

  it('names nothing that is not known', () => {
    const verdict: Rejected = {
      ...{ verdict: 'rejected', ...OBJECT, reason: 'no-waybill', message: 'm', deleted: false },
    }
    expect(told(verdict)).toStrictEqual({
      ...{ type: 'verdict', verdict: 'rejected', key: 'k', size: 5, etag: 'e' },
      ...{ contentType: 'text/plain', reason: 'no-waybill' },
    })
  })
})
