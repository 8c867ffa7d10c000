import { temporaryDirectory } from '@waybill/test-support/waybill-process'
import { describe, expect, it } from 'vitest'
import PACKAGE from '../../package.json' with { type: 'json' }
import { fileWith, startS3 } from './program.ts'

/** @returns The lines up to `Ready`. */
const bannerOf = async (...settings: Parameters<typeof startS3>) =>
  (await startS3(...settings)).stdout()

describe('the banner of strict-s3', () => {
  it('shows the version, and nothing about default settings', async () => {
    const banner = await bannerOf(['--memory'])
    expect(banner).toContain(`strict-s3 ${PACKAGE.version} is only for tests`)
    expect(banner).toMatch(/^ {2}Kept in {2}memory\n\nReady/m)
  })

  it('lists changed settings on one line, without secrets', async () => {
    const banner = await bannerOf(['--memory'], {
      DOMAIN: 's3.test',
      BUCKETS: 'uploads,images:public',
      REGION: 'us-east-1,eu-west-1',
      FAULTS: 'SlowDown,count=1; skew-clock,skewMs=60000; SlowDown',
      STRICT_S3_CORS: 'https://app.test',
      STRICT_S3_WEBHOOK: 'http://localhost/hush',
      ADMIN_KEY: 'hush',
      STRICT_S3_SEED: await temporaryDirectory(),
    })
    expect(banner).toMatch(
      /^ {11}buckets uploads, images \(public\)\n {11}regions us-east-1, eu-west-1$/m,
    )
    expect(banner).toContain('\n  Seeded   0 stored\n')
    expect(banner).toContain(
      '  With     pages from https://app.test; subdomains of s3.test; faults SlowDown, skew-clock; webhook; /_admin\n',
    )
    expect(banner).not.toContain('hush')
  })

  it("lists the config file's settings, and its key pairs' rights", async () => {
    const credentials = [
      { accessKeyId: 'viewer', secretAccessKey: 'hush', readOnly: true },
      { accessKeyId: 'tenant', secretAccessKey: 'hush', prefix: 'tenant/' },
    ]
    const faults = [{ kind: 'delay', delayMs: 1 }]
    const config = await fileWith({ credentials, faults, domains: ['s3.test'] })
    const banner = await bannerOf(['--memory', '--config', config])
    expect(banner).toContain('access key viewer, read-only\n')
    expect(banner).toContain('access key tenant, only under tenant/\n')
    expect(banner).toContain('  With     subdomains of s3.test; faults delay\n')
    expect(banner).not.toContain('hush')
  })
})
