import { Duration } from 'aws-cdk-lib'
import { Code } from 'aws-cdk-lib/aws-lambda'
import { describe, expect, it } from 'vitest'
import { only, synthesise } from './synthesised.ts'

const arrivalCode = Code.fromInline('exports.handler = async () => ({})')

describe('arrivalCode', () => {
  it("runs with its own environment and the prebuilt arrival function's settings", async () => {
    const stack = await synthesise({
      arrivalCode,
      environment: { OF_THE_SIGNER: 'yes' },
      arrivalEnvironment: { CLAMD_HOST: 'clamd.internal', WAYBILL_BUCKET: 'another' },
      arrivalTimeout: Duration.minutes(5),
    })
    const arrival = only(stack, 'AWS::Lambda::Function', /Arrival/).Properties
    const signer = only(stack, 'AWS::Lambda::Function', /Signer/).Properties
    expect(arrival.Code.ZipFile).toContain('exports.handler')
    expect(arrival.Timeout).toBe(300)
    const { Variables } = arrival.Environment
    expect(Variables).toMatchObject({ CLAMD_HOST: 'clamd.internal', WAYBILL_REQUIRE_SCAN: 'off' })
    expect(Variables.WAYBILL_BUCKET).toEqual(signer.Environment.Variables.WAYBILL_BUCKET)
    expect(Variables).not.toHaveProperty('OF_THE_SIGNER')
    expect(signer.Environment.Variables).not.toHaveProperty('CLAMD_HOST')
  })

  it('has an alarm for failed scans if it scans, and none otherwise', async () => {
    const alarmed = await synthesise({ arrivalCode, arrivalScans: true })
    expect(only(alarmed, 'AWS::CloudWatch::Alarm', /NotScanned/).Properties.Threshold).toBe(1)
    const { resources } = await synthesise({ arrivalCode })
    expect(JSON.stringify(resources)).not.toContain('uploads not scanned')
  })
})
