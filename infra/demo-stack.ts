/**
 * `WaybillUploads` with rules for the demo page, and the page.
 *
 * @module
 */

import { CfnOutput, RemovalPolicy, Size, Stack, type StackProps } from 'aws-cdk-lib'
import type { Construct } from 'constructs'
import { type DeclaredRule, Delivery, WaybillUploads } from 'waybill/cdk'
import { acknowledgeDeployment, acknowledgeSite } from './acknowledgements.ts'
import { DemoSite } from './demo-site.ts'

export interface DemoStackProps extends StackProps {
  /**
   * Whether everything goes with the stack, uploaded files and logs too.
   * @default false
   */
  readonly demo?: boolean
  /**
   * How many calls to the signer may run at once.
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
   * Whether verified objects are delivered through CloudFront, as the output `DeliveryUrl`.
   * @default false
   */
  readonly delivery?: boolean
  /**
   * Whether that may be although the example's uploads are open: then strangers publish files under your address.
   * @default false
   */
  readonly openDelivery?: boolean
  /**
   * Holds the built page.
   * @default - dist/demo
   */
  readonly pageDirectory?: string
}

/** The one that `waybill dev` has, smaller where it costs money: no client has to name it. */
const RULES: Readonly<Record<string, DeclaredRule>> = {
  files: {
    types: [
      // The first: what a form is signed for when nothing is known of the file.
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
    // A demo: every caller may try it.
    public: true,
  },
}

export class DemoStack extends Stack {
  readonly uploads: WaybillUploads

  constructor(scope: Construct, id: string, props: DemoStackProps = {}) {
    super(scope, id, props)
    // CDK adds `DependsOn` a role and its policy also where a reference says so already.
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
    site.deployPage(this.uploads, RULES)
    acknowledgeSite(site)
    acknowledgeDeployment(this, site)
    if (props.delivery) this.#deliver(site, props.openDelivery ?? false)
    new CfnOutput(this, 'SignerUrl', { value: this.uploads.signerUrl })
    new CfnOutput(this, 'SiteUrl', { value: site.origin })
    new CfnOutput(this, 'BucketName', { value: this.uploads.bucket.bucketName })
  }

  #deliver({ logs }: DemoSite, open: boolean): void {
    if (!open) {
      throw new Error(
        "delivery would publish what strangers upload, under your address: the example's uploads are open to everybody, " +
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
