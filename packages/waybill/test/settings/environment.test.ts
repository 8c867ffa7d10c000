import { describe, expect, it } from 'vitest'
import { bucketFrom } from '../../src/settings/environment.ts'

const BUCKET = { WAYBILL_BUCKET: 'uploads', AWS_REGION: 'eu-west-1' }

describe('bucketFrom', () => {
  it('reads bucket and region', () => {
    expect(bucketFrom(BUCKET)).toStrictEqual({ bucket: 'uploads', region: 'eu-west-1' })
    expect(bucketFrom({ ...BUCKET, WAYBILL_REGION: 'us-east-1' })).toMatchObject({
      region: 'us-east-1',
    })
  })

  it.each(['virtual', 'path'] as const)('reads the addressing style %s', (addressing) => {
    expect(bucketFrom({ ...BUCKET, WAYBILL_ADDRESSING: addressing })).toMatchObject({ addressing })
  })

  it("leaves the addressing style to the endpoint if it is 'default'", () => {
    const environment = { ...BUCKET, WAYBILL_ADDRESSING: 'default' }
    expect(bucketFrom(environment)).not.toHaveProperty('addressing')
  })

  it('names the setting if its value is unknown', () => {
    expect(() => bucketFrom({ ...BUCKET, WAYBILL_ADDRESSING: 'host' })).toThrow(
      /WAYBILL_ADDRESSING.*host.*virtual.*path/,
    )
  })

  it.each(['WAYBILL_BUCKET', 'AWS_REGION'] as const)('names %s if it is missing', (name) => {
    expect(() => bucketFrom({ ...BUCKET, [name]: '' })).toThrow(name)
  })
})
