/**
 * The table of what regions lack: each row builds, or is refused with a sentence; the documents say
 * the same.
 *
 * Slow: synthesises a stack for each row of the table and applies all of CDK's rules to it.
 * `region-of.test.ts` has what depends on the region.
 *
 * @module
 */

import { readFile } from 'node:fs/promises'
import type { Stack } from 'aws-cdk-lib'
import { Tracing } from 'aws-cdk-lib/aws-lambda'
import { RegionInfo } from 'aws-cdk-lib/region-info'
import { beforeAll, describe, expect, it } from 'vitest'
import { Delivery, SignerFront, WaybillUploads, type WaybillUploadsProps } from 'waybill-aws/cdk'
import { builtLambdas } from '../../../../../tools/build/built-packages.ts'
import { type Feature, lacks, REGION_TABLE } from '../../../src/cdk/regions.ts'
import { nagFindings } from '../nag-findings.ts'
import { EVERY_CALLER, newStack, ORIGIN, RULES, read } from '../synthesised.ts'

beforeAll(() => builtLambdas())

/** A region of each row; for the beginning of names the first that AWS has. */
const REGIONS = REGION_TABLE.map(({ regions: [name = ''] }) => {
  const found = RegionInfo.regions.find((each) => each.name.startsWith(name))
  if (!found) throw new Error(`AWS has no region ${name}`)
  return found.name
})

function uploadsIn(stack: Stack, props: Partial<WaybillUploadsProps>) {
  const shared = { allowedOrigins: [ORIGIN], auth: EVERY_CALLER, rules: RULES }
  return new WaybillUploads(stack, 'Uploads', { ...shared, ...props })
}

/** An address that the region has, so that each other feature can be asked for. */
const addressIn = (region: string) => ({ functionUrl: !lacks(region, 'functionUrls') })

const BUILT: Readonly<Record<Exclude<Feature, 'cloudFrontLogs'>, (stack: Stack) => void>> = {
  functionUrls: (stack) => uploadsIn(stack, {}),
  httpApis: (stack) => uploadsIn(stack, { functionUrl: false }),
  cloudFront: (stack) => {
    const { bucket } = uploadsIn(stack, addressIn(stack.region))
    new Delivery(stack, 'Delivery', { bucket, viewers: 'everybody' })
  },
  malwareScan: (stack) => uploadsIn(stack, { ...addressIn(stack.region), malwareScan: true }),
  transferAcceleration: (stack) =>
    uploadsIn(stack, { ...addressIn(stack.region), transferAcceleration: true }),
  tracing: (stack) => uploadsIn(stack, { ...addressIn(stack.region), tracing: Tracing.ACTIVE }),
  dualStack: (stack) => uploadsIn(stack, { ...addressIn(stack.region), dualStack: true }),
  fips: (stack) => uploadsIn(stack, { ...addressIn(stack.region), fips: true }),
}

const CASES = REGIONS.flatMap((region) =>
  Object.entries(BUILT).map(
    ([feature, build]) => [region, feature as keyof typeof BUILT, build] as const,
  ),
)

describe('a region from each row', () => {
  it.each(CASES)(
    '%s: each feature works or is rejected with an explanation: %s',
    (region, feature, build) => {
      const stack = newStack(region)
      if (lacks(region, feature)) {
        expect(() => build(stack)).toThrow(new RegExp(`${region}.*(leave|set|give) .*trustRegion`))
        return
      }
      if (lacks(region, 'httpApis')) return
      build(stack)
      expect(() => read(stack)).not.toThrow()
    },
  )

  it.each(REGIONS.filter((region) => !lacks(region, 'httpApis')))(
    '%s: all its features synthesize together, with no more findings than elsewhere',
    (region) => {
      const stack = newStack(region, {}, true)
      const has = (feature: Feature) => !lacks(region, feature)
      const uploads = uploadsIn(stack, {
        ...addressIn(region),
        behindCloudFront: has('functionUrls') && has('cloudFront'),
        malwareScan: has('malwareScan'),
        tracing: has('tracing') ? Tracing.ACTIVE : Tracing.DISABLED,
      })
      if (has('functionUrls') && has('cloudFront')) {
        new SignerFront(stack, 'Front', { signer: uploads.signer })
      }
      // Access logs are the application's to choose.
      const findings = nagFindings(stack).filter((each) => !/ (S1|CFR3)$/.test(each))
      expect(findings).toEqual([])
    },
  )
})

describe('the region table', () => {
  it('lists each region once', () => {
    const names = REGION_TABLE.flatMap(({ regions }) => regions)
    expect(new Set(names).size).toBe(names.length)
    const rowsOf = (region: string) =>
      names.filter((name) => (name.endsWith('-') ? region.startsWith(name) : region === name))
    for (const { name, partition } of RegionInfo.regions) {
      // AWS has announced it; CDK knows nothing else of it.
      if (name === 'me-west-1') continue
      expect([name, rowsOf(name).length]).toEqual([name, 1])
      const isBeyond = rowsOf(name)[0]?.endsWith('-')
      expect([name, isBeyond]).toEqual([name, partition !== 'aws'])
    }
  })

  it('contains the opt-in regions', () => {
    for (const { name, isOptInRegion, partition } of RegionInfo.regions) {
      if (partition !== 'aws' || name === 'me-west-1') continue
      expect([name, lacks(name, 'cloudFrontLogs')]).toEqual([name, isOptInRegion])
    }
  })

  it('matches the docs, row by row', async () => {
    const page = await readFile(
      new URL('../../../../../docs/operate/scale/organization.md', import.meta.url),
      'utf8',
    )
    const [, section = ''] = page.split('## Regions and partitions')
    const rows = section
      .split('\n')
      .filter((line) => line.startsWith('|'))
      .slice(2)
      .map((line) =>
        line
          .split('|')
          .slice(1, -1)
          .map((cell) => cell.trim()),
      )
    const features: Readonly<Record<Feature, string>> = {
      functionUrls: 'Function URLs',
      httpApis: 'HTTP APIs',
      cloudFront: 'CloudFront',
      cloudFrontLogs: 'CloudFront logs',
      malwareScan: '`malwareScan`',
      transferAcceleration: '`transferAcceleration`',
      tracing: '`tracing`',
      dualStack: '`dualStack`',
      fips: '`fips`',
    }
    expect(rows).toEqual(
      REGION_TABLE.map(({ regions, lacks: lacking }) => [
        regions.map((name) => name.replace(/-$/, '-*')).join(', '),
        Object.entries(features)
          .filter(([feature]) => lacking.some((lacked) => lacked === feature))
          .map(([, name]) => name)
          .join(', ') || 'nothing',
      ]),
    )
  })
})
