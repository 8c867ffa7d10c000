/**
 * `waybill/cdk` – uploads in an AWS account of yours: one construct, and the smaller ones that it is made of.
 *
 * @module
 */

export { Arrival, type ArrivalProps } from './arrival.ts'
export type { CustomerDomainProps } from './customer-domain.ts'
export type { DeclaredRule } from './declared-rule.ts'
export { Delivery, type DeliveryProps } from './delivery.ts'
export type { ContentDisposition } from './delivery-headers.ts'
export type { LogProps } from './function-role.ts'
export { MalwareScan, type MalwareScanProps } from './malware-scan.ts'
export { Monitoring, type MonitoringProps } from './monitoring.ts'
export { Signer, type SignerProps } from './signer.ts'
export type { SignerAuth } from './signer-auth.ts'
export { SignerFront, type SignerFrontProps } from './signer-front.ts'
export { UploadBucket, type UploadBucketProps } from './upload-bucket.ts'
export { WaybillUploads, type WaybillUploadsProps } from './waybill-uploads.ts'
