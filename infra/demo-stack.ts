/**
 * The example's stack: `WaybillUploads` with rules for the demo page, and the page.
 *
 * @module
 */

import { Annotations, CfnOutput, RemovalPolicy, Size, Stack, type StackProps } from 'aws-cdk-lib'
import type { Construct } from 'constructs'
import { type DeclaredRule, Delivery, WaybillUploads } from 'waybill-aws/cdk'
import { acknowledgeDeployment, acknowledgeSite } from './acknowledgements.ts'
import { DemoSite } from './demo-site.ts'

/** Options of `DemoStack`. */
export interface DemoStackProps extends StackProps {
  /**
   * Whether to delete everything with the stack, including uploaded files and logs.
   * @default false
   */
  readonly demo?: boolean
  /**
   * The maximum number of concurrent calls to the signer.
   * @default 'unreserved'
   */
  readonly reservedConcurrency?: number | 'unreserved'
  /**
   * Whether GuardDuty scans each object before its verdict.
   * @default false
   */
  readonly malwareScan?: boolean
  /**
   * Whether uploads go through Transfer Acceleration.
   * @default false
   */
  readonly transferAcceleration?: boolean
  /**
   * Whether to deliver verified objects through CloudFront, at the URL in the output `DeliveryUrl`.
   * @default false
   */
  readonly delivery?: boolean
  /**
   * Whether to allow delivery although anyone can upload to the example. Strangers can then publish
   * files under your address.
   * @default false
   */
  readonly openDelivery?: boolean
  /**
   * The directory with the built page.
   * @default - packages/waybill/dist/demo
   */
  readonly pageDirectory?: string
}

/**
 * The same rule as that of `waybill dev`, with smaller limits where size costs money. There is only
 * one rule, so clients need not name it.
 */
const RULES: Readonly<Record<string, DeclaredRule>> = {
  files: {
    types: [
      // If a form is signed before the file is known, the first type is used.
      'video/mp4',
      'video/*',
      'audio/*',
      'image/*',
      'text/plain',
      'text/csv',
      'application/pdf',
      'application/zip',
    ],
    maxSize: Size.gibibytes(5),
    form: Size.mebibytes(100),
    // In this demo, everyone may upload.
    public: true,
  },
}

/** The example's stack. */
export class DemoStack extends Stack {
  readonly uploads: WaybillUploads

  constructor(scope: Construct, id: string, props: DemoStackProps = {}) {
    super(scope, id, props)
    // CDK adds `DependsOn` for a role and its policy, even if a reference already implies it.
    this.templateOptions.metadata = { 'cfn-lint': { config: { ignore_checks: ['W3005'] } } }
    const { demo = false, reservedConcurrency, pageDirectory } = props
    const { malwareScan = false, transferAcceleration = false } = props
    const site = new DemoSite(this, 'Site', {
      destroyWithStack: demo,
      transferAcceleration,
      ...(pageDirectory === undefined ? {} : { pageDirectory }),
    })
    this.uploads = new WaybillUploads(this, 'Uploads', {
      allowedOrigins: [site.origin],
      auth: { type: 'none' },
      rules: RULES,
      accessLogs: site.logs,
      destroyWithStack: demo,
      logRemovalPolicy: demo ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
      malwareScan,
      transferAcceleration,
      ...(reservedConcurrency === undefined ? {} : { reservedConcurrency }),
    })
    // A trial, whose dashboard somebody looks at.
    Annotations.of(this.uploads).acknowledgeWarning('waybill:silent-alarms')
    site.deployPage(this.uploads, RULES)
    acknowledgeSite(site)
    acknowledgeDeployment(this, site)
    if (props.delivery) this.#deliver(site, props.openDelivery ?? false)
    new CfnOutput(this, 'SignerUrl', { value: this.uploads.signerUrl })
    new CfnOutput(this, 'SiteUrl', { value: site.origin })
    new CfnOutput(this, 'BucketName', { value: this.uploads.bucket.bucketName })
    // Needed for `waybill-aws redrive` and `waybill-aws rescan`.
    new CfnOutput(this, 'ArrivalFunction', {
      value: this.uploads.arrival.function.functionName,
    })
  }

  #deliver({ logs }: DemoSite, open: boolean): void {
    if (!open) {
      throw new Error(
        "delivery would publish what strangers upload, under your address: the example's uploads are public, " +
          'and so would be its files. Where that is meant, add -c openDelivery=true; in an app of your own, give ' +
          'WaybillUploads an auth, or Delivery key groups as viewers',
      )
    }
    const { bucket } = this.uploads
    const { url } = new Delivery(this, 'Delivery', {
      bucket,
      viewers: 'everybody',
      accessLogs: logs,
    })
    new CfnOutput(this, 'DeliveryUrl', { value: url })
  }
}
