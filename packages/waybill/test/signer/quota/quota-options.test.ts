import { signerFor, VIDEO_RULE } from '@waybill/test-support/signing'
import { describe, expect, it } from 'vitest'
import type { UploadRules } from 'waybill'
import { counting, MINE, RULES } from './counting.ts'

describe('createSigner', () => {
  it('requires quotas if a rule has a quota', () => {
    expect(() => signerFor<UploadRules>(RULES)).toThrow(
      'rules.video has a quota, but the signer has no store to count it in',
    )
  })

  it.each([
    [{}, 'quotas is without the function take, expected a QuotaStore such as memoryQuotas()'],
    [{ take: () => {} }, 'quotas is without the function giveBack'],
    [{ take: () => {}, giveBack: () => {} }, 'quotas is without the function remaining'],
    ['memory', 'quotas is string'],
    [null, 'quotas is null, expected'],
  ])('rejects %j as quotas', (quotas, message) => {
    expect(() => signerFor({ video: VIDEO_RULE }, { quotas: quotas as never })).toThrow(message)
  })

  it.each([
    [{ every: 'day' }, 'rules.video.quota has neither files nor size'],
    [{ files: 0, every: 'day' }, 'rules.video.quota.files is 0, expected a whole number from 1'],
    [{ files: 1.5, every: 'day' }, 'rules.video.quota.files is 1.5'],
    [{ files: '3', every: 'day' }, 'rules.video.quota.files is'],
    [{ files: 3 }, "rules.video.quota.every is missing, expected 'hour', 'day' or 'month'"],
    [{ files: 3, every: 'week' }, 'rules.video.quota.every is'],
    [
      { files: 3, every: 'day', per: 1 },
      'rules.video.quota has "per", expected only files, size, every',
    ],
    [{ size: '7 lightyears', every: 'day' }, "rules.video.quota.size is '7 lightyears'"],
    [{ size: true, every: 'day' }, 'rules.video.quota.size is true'],
    [
      { size: '99 MiB', every: 'day' },
      'rules.video.quota.size is 103809024 bytes, less than maxSize 104857600: a file of that size could never be uploaded',
    ],
    [3, 'rules.video.quota is 3, expected an object'],
  ])('rejects the quota %j', (quota, message) => {
    expect(() => counting({ video: { ...MINE, quota: quota as never } })).toThrow(message)
  })
})
