/**
 * `waybill-aws/cdk` – CDK constructs for uploads in your AWS account: `WaybillUploads`, and the
 * smaller constructs it consists of.
 *
 * @module
 */

export { ArrivalFunction, type ArrivalFunctionProps } from './arrival-function/arrival-function.ts'
export { MalwareScan, type MalwareScanProps } from './arrival-function/malware-scan.ts'
export { UploadBucket, type UploadBucketProps } from './bucket/upload-bucket.ts'
export type { ContentDisposition } from './delivery/delivery.ts'
export { Delivery, type DeliveryProps } from './delivery/delivery.ts'
export type { DeliveryLinks } from './delivery/delivery-links.ts'
export { SignerFirewall, type SignerFirewallProps } from './firewall/signer-firewall.ts'
export type { CustomDomainProps } from './front/custom-domain.ts'
export { SignerFront, type SignerFrontProps } from './front/signer-front.ts'
export type { FunctionSettings, LogProps } from './functions.ts'
export type { AlarmThresholds } from './monitoring/alarms.ts'
export { Monitoring, type MonitoringProps } from './monitoring/monitoring.ts'
export type { EndpointProps } from './network/endpoints.ts'
export type { FunctionNetworkProps } from './network/function-network.ts'
export type { CodeFeatures } from './signer-function/allowed-by-rules.ts'
export type { DeclaredQuota, DeclaredRule } from './signer-function/declared-rule.ts'
export type { ObjectDefaultsProps } from './signer-function/object-defaults.ts'
export type { StoredObjectAccess } from './signer-function/permissions.ts'
export type { SignerAuth } from './signer-function/signer-auth.ts'
export { SignerFunction } from './signer-function/signer-function.ts'
export type { SignerFunctionProps } from './signer-function/signer-function-props.ts'
export type { WaybillUploadsProps } from './waybill-uploads.ts'
export { WaybillUploads } from './waybill-uploads.ts'
