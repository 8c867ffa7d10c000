/**
 * Addresses of S3 other than the usual ones: as the AWS SDK finds them, and as botocore knows those
 * beside S3.
 *
 * @module
 */

import { S3Client } from '@aws-sdk/client-s3'
import { Bucket } from 'aws-cdk-lib/aws-s3'
import { beforeAll, describe, expect, it } from 'vitest'
import { WaybillUploads, type WaybillUploadsProps } from 'waybill-aws/cdk'
import { storageOrigins } from 'waybill-s3'
import { builtLambdas } from '../../../../../tools/build/built-packages.ts'
import { signedForm } from '../deployed-handler.ts'
import { newStack, read, USUAL, variablesOf } from '../synthesised.ts'

beforeAll(() => builtLambdas())

const BUCKET = 'their-uploads'

/** The settings of a function, as CloudFormation fills them in. */
function settingsIn(region: string, props: Partial<WaybillUploadsProps>, id = /Signer/) {
  const stack = newStack(region)
  const bucket = Bucket.fromBucketName(stack, 'Theirs', BUCKET)
  const shared = { ...USUAL, bucket }
  new WaybillUploads(stack, 'Uploads', {
    ...shared,
    functionUrl: !/^(us-gov|cn)-/.test(region),
    ...props,
  })
  const suffix = region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com'
  const text = JSON.stringify(variablesOf(read(stack), id)).replaceAll('amazonaws.com', suffix)
  return JSON.parse(text) as Record<string, string>
}

interface Addressed {
  readonly dualStack?: boolean
  readonly fips?: boolean
  readonly transferAcceleration?: boolean
}

async function sdksHost(region: string, asked: Addressed): Promise<string> {
  const client = new S3Client({ region })
  const found = client.config.endpointProvider({
    Region: region,
    Bucket: BUCKET,
    UseDualStack: asked.dualStack ?? false,
    UseFIPS: asked.fips ?? false,
    Accelerate: asked.transferAcceleration ?? false,
  })
  client.destroy()
  return found.url.host
}

const CASES: readonly (readonly [string, Addressed])[] = [
  ['eu-west-1', {}],
  ['eu-west-1', { dualStack: true }],
  ['eu-west-1', { transferAcceleration: true }],
  ['eu-west-1', { transferAcceleration: true, dualStack: true }],
  ['us-east-1', { fips: true }],
  ['us-east-1', { fips: true, dualStack: true }],
  ['us-gov-west-1', { fips: true }],
  ['us-gov-west-1', { dualStack: true }],
  ['cn-north-1', { dualStack: true }],
]

describe("the bucket's address", () => {
  it.each(CASES)('in %s with %o is the one that the AWS SDK uses', async (region, asked) => {
    const { url } = await signedForm({ ...settingsIn(region, asked), AWS_REGION: region })
    expect(new URL(url).host).toBe(await sdksHost(region, asked))
  })

  it('is the same for arrival, except with Transfer Acceleration', () => {
    const asked = { dualStack: true, transferAcceleration: true }
    expect(settingsIn('eu-west-1', asked, /Arrival/).WAYBILL_ENDPOINT).toBe(
      'https://s3.dualstack.eu-west-1.amazonaws.com',
    )
  })

  it("has the bucket in its path if the bucket's name contains a dot", () => {
    const stack = newStack()
    const bucket = Bucket.fromBucketName(stack, 'Dotted', 'their.uploads')
    const shared = { ...USUAL, bucket }
    new WaybillUploads(stack, 'Uploads', { ...shared, dualStack: true })
    expect(variablesOf(read(stack)).WAYBILL_ADDRESSING).toBe('path')
  })
})

describe('fips', () => {
  it.each([
    ['us-east-1', '-fips'],
    // Here the usual endpoints are those with FIPS.
    ['us-gov-west-1', ''],
  ])('in %s uses FIPS endpoints for the secret, the bus and the quotas', (region, fips) => {
    for (const id of [/Signer/, /Arrival/]) {
      expect(settingsIn(region, { fips: true }, id)).toMatchObject({
        WAYBILL_SECRETS_ENDPOINT: `https://secretsmanager-fips.${region}.amazonaws.com`,
        WAYBILL_EVENTS_ENDPOINT: `https://events${fips}.${region}.amazonaws.com`,
        WAYBILL_QUOTAS_ENDPOINT: `https://dynamodb${fips}.${region}.amazonaws.com`,
      })
    }
  })

  it('is rejected with Transfer Acceleration, for which S3 has no FIPS endpoint', () => {
    expect(() => settingsIn('us-east-1', { fips: true, transferAcceleration: true })).toThrow(
      /transferAcceleration and fips exclude each other/,
    )
  })
})

describe("the construct's storageOrigins", () => {
  it.each(CASES)("match waybill-s3's in %s with %j", async (region, asked) => {
    const stack = newStack(region)
    const bucket = Bucket.fromBucketName(stack, 'Theirs', BUCKET)
    const shared = { ...USUAL, bucket }
    const functionUrl = !/^(us-gov|cn)-/.test(region)
    const uploads = new WaybillUploads(stack, 'Uploads', { ...shared, functionUrl, ...asked })
    const suffix = region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com'
    const origins = uploads.storageOrigins.map((each) =>
      String(stack.resolve(each)['Fn::Join'][1].map(textOf(suffix)).join('')),
    )
    const isUsual = Object.keys(asked).length === 0
    const first = `https://${await sdksHost(region, asked)}`
    const usual = storageOrigins({ bucket: BUCKET, region })
    expect(origins).toEqual(isUsual ? usual : [first])
  })
})

/** @returns What fills in the one reference that these addresses have. */
function textOf(suffix: string) {
  return (part: unknown) => (typeof part === 'string' ? part : suffix)
}
