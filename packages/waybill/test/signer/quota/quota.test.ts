import { codeOf, FILE, get, NOW, VIDEO_RULE } from '@waybill/test-support/signing'
import { describe, expect, it } from 'vitest'
import { UploadError } from 'waybill'
import { counting, create, EXCEEDED, MIB, MINE, RULES, times } from './counting.ts'

describe('a rule with a file quota', () => {
  it('grants each owner a number of files a day, in one call or in several', async () => {
    const signer = counting()
    expect((await create(signer, times(2, FILE))).codes).toEqual(['granted', 'granted'])
    expect((await create(signer, times(3, FILE))).codes).toEqual(['granted', EXCEEDED, EXCEEDED])
    expect((await create(signer, [FILE])).codes).toEqual([EXCEEDED])
    expect((await create(signer, [FILE], { cookie: 'ben' })).codes).toEqual(['granted'])
  })

  it('reports what is allowed, and when to try again', async () => {
    const signer = counting()
    const { status, headers, uploads } = await create(signer, times(4, FILE))
    const seconds = 12 * 3600 // NOW is noon
    expect([status, headers['retry-after']]).toEqual([201, String(seconds)])
    expect(uploads[3]).toMatchObject({
      error: {
        code: EXCEEDED,
        message: `file is one more than the 3 files that are allowed a day: ask again in ${seconds} s`,
        details: { actual: FILE.size, allowed: 0, retryAfterSeconds: seconds },
      },
    })
    expect(new UploadError('QUOTA_EXCEEDED', '')).toMatchObject({ status: 429, retryable: true })
  })

  it('does not mention trying again if nothing was rejected because of it', async () => {
    const { headers, codes } = await create(counting(), [FILE, { ...FILE, type: 'text/html' }])
    expect(codes).toEqual(['granted', 'FILE_TYPE_NOT_ALLOWED'])
    expect(headers).not.toHaveProperty('retry-after')
  })

  it('starts afresh the next day', async () => {
    let now = NOW
    const signer = counting(RULES, { effects: { now: () => now } })
    await create(signer, times(3, FILE))
    now = new Date('2026-03-01T23:59:59.400Z')
    const last = await create(signer, [FILE])
    expect([last.codes, last.headers['retry-after']]).toEqual([[EXCEEDED], '1'])
    now = new Date('2026-03-02T00:00:00Z')
    expect((await create(signer, times(4, FILE))).codes).toEqual([...times(3, 'granted'), EXCEEDED])
  })

  it('does not count rejected files', async () => {
    const video = {
      ...RULES.video,
      accept: ({ file }: { file: { name: string } }) => file.name !== 'no.mp4',
    }
    const signer = counting({ video })
    const refused = [
      { ...FILE, type: 'text/html' },
      { ...FILE, size: 101 * MIB },
      { ...FILE, name: 'no.mp4' },
      { ...FILE, sha256: undefined },
      { ...FILE, name: '' },
    ]
    const { codes } = await create(signer, [...refused, ...times(4, FILE)])
    expect(codes.slice(5)).toEqual([...times(3, 'granted'), EXCEEDED])
    expect(codes.slice(0, 5)).not.toContain(EXCEEDED)
  })
})

describe('a rule with a byte quota', () => {
  it('rejects a file that does not fit, and grants a smaller one', async () => {
    const signer = counting({ video: { ...MINE, quota: { size: '100 MiB', every: 'hour' } } })
    const sized = (size: number) => ({ ...FILE, size: size * MIB })
    expect((await create(signer, [sized(10)])).codes).toEqual(['granted'])
    const { uploads } = await create(signer, [
      { ...FILE, size: 90 * MIB + 1, sha256: undefined },
      sized(15),
    ])
    expect(uploads).toMatchObject([
      {
        error: {
          code: EXCEEDED,
          message:
            'file is 94371841 bytes, 94371840 are left of the 104857600 that are allowed an hour: ask again in 3600 s',
          details: { actual: 94_371_841, allowed: 94_371_840, retryAfterSeconds: 3600 },
        },
      },
      { strategy: 'post' },
    ])
  })
})

describe('a rule with a quota of both files and bytes', () => {
  it('reports the remaining bytes to a caller who may send one more, smaller file', async () => {
    const quota = { files: 2, size: 2 * FILE.size, every: 'hour' }
    const signer = counting({ video: { ...MINE, maxSize: quota.size, quota } })
    await create(signer, [FILE])
    const { uploads } = await create(signer, [{ ...FILE, size: FILE.size + 1 }, FILE, FILE])
    expect(uploads).toMatchObject([
      {
        error: {
          message:
            'file is 5000001 bytes, 5000000 are left of the 10000000 that are allowed an hour: ask again in 3600 s',
          details: { actual: 5_000_001, allowed: 5_000_000 },
        },
      },
      { strategy: 'post' },
      {
        error: {
          message:
            'file is one more than the 2 files that are allowed an hour: ask again in 3600 s',
          details: { allowed: 0 },
        },
      },
    ])
  })
})

describe('GET B under a quota', () => {
  const form = {
    video: { ...RULES.video, form: '50 MiB', quota: { size: '100 MiB', every: 'month' } },
  }

  it('counts a form without a size at its maximum', async () => {
    const signer = counting(form)
    expect((await get(signer)).status).toBe(200)
    expect((await get(signer, { size: String(MIB) })).status).toBe(200)
    const refused = await get(signer)
    const seconds = (31 * 24 - 12) * 3600
    expect([refused.status, codeOf(refused)]).toEqual([429, EXCEEDED])
    expect(refused.headers['retry-after']).toBe(String(seconds))
    expect((await get(signer, { size: String(49 * MIB) })).status).toBe(200)
  })

  it('gives back what it did not sign', async () => {
    let fails = true
    const key = ({ id }: { id: string }) => {
      if (fails) throw new Error('no key today')
      return id
    }
    const signer = counting({ video: { ...form.video, key } })
    expect((await get(signer)).status).toBe(503)
    fails = false
    expect((await get(signer)).status).toBe(200)
    expect((await get(signer)).status).toBe(200)
    expect((await get(signer)).status).toBe(429)
  })
})

describe('a public rule with a quota', () => {
  const open = { video: { ...VIDEO_RULE, quota: { files: 12, every: 'day' } } }

  it('counts callers without an owner together, at most ten files per call', async () => {
    const signer = counting(open)
    const first = await create(signer, times(15, FILE))
    expect(first.codes).toEqual([...times(10, 'granted'), ...times(5, 'TOO_MANY_UPLOADS')])
    const second = await create(signer, times(15, FILE))
    expect(second.codes).toEqual([
      ...times(2, 'granted'),
      ...times(8, EXCEEDED),
      ...times(5, 'TOO_MANY_UPLOADS'),
    ])
  })

  it('counts an owner separately if its authorize returns one', async () => {
    const authorize = ({ headers }: { headers: Readonly<Record<string, string>> }) =>
      headers.cookie ? { owner: headers.cookie } : {}
    const signer = counting({
      video: { ...open.video, authorize, quota: { files: 1, every: 'day' } },
    })
    expect((await create(signer, [FILE, FILE])).codes).toEqual(['granted', EXCEEDED])
    expect((await create(signer, [FILE, FILE], { cookie: 'ben' })).codes).toEqual([
      'granted',
      EXCEEDED,
    ])
  })
})
