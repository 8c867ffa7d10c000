/**
 * Values and functions from the reader's own application, which the examples in `docs/` and in
 * docstrings assume to exist. Only add a name if its meaning is obvious from the example.
 */

// The bucket and its signer
declare const bucket: string
declare const region: string
declare const endpoint: string
declare const prefix: string
declare const secret: string
declare const privateKey: string
declare const credentials: import('waybill-s3').Credentials
declare const place: import('waybill-s3').SigningTarget & { credentials: typeof credentials }
declare const forClients: import('waybill-s3').Credentials
declare const forSigner: import('waybill-s3').Credentials

// An object and its upload
declare const file: File
declare const key: string
declare const versionId: string
declare const uploadId: string
declare const sent: ReadonlyMap<string, string>
declare function sendPart(partNumber: number, part: Blob): Promise<void>
declare function sha256Hex(text: string): Promise<string>
declare function sha256Base64(file: Blob): Promise<string>

// The application's server
declare const request: Request
declare const response: Response
declare const form: FormData
declare const allowedOrigins: readonly string[]
declare const rules: { readonly notes: import('waybill').PublicRule }
declare const options: import('waybill/signer').SignerOptions<typeof rules>
declare const signer: import('waybill/signer').Signer
declare const arrival: import('waybill/arrival').Arrival
declare const s3: import('strict-s3').StrictS3
declare const onVerdict: (verdict: import('waybill/arrival').Verdict) => void
declare function ownerOf(cookie?: string): Promise<{ owner: string } | false>
declare function userOf(
  cookie?: string,
): Promise<{ id: string; plan: string; suspended: boolean } | undefined>
declare function reserve(owner: string, file: { id: string; size: number }): Promise<boolean>
declare function recordStored(file: { id: string; size: number }): Promise<void>
declare function sql(
  query: TemplateStringsArray,
  ...values: readonly unknown[]
): Promise<readonly { readonly files: number; readonly size: number }[]>
declare function usedOf(id: string): Promise<{ readonly files: number; readonly size: number }>
declare function addVideo(...video: unknown[]): Promise<string>
declare function saveDocument(...document: unknown[]): Promise<void>
declare function saveVideo(...video: unknown[]): Promise<string>

// The application's page
declare const user: { readonly id: string }
declare const uploader: import('waybill/client').Uploader<import('waybill').UploadRules>
declare const list: import('waybill/client').UploadList
declare const zone: HTMLElement
declare const receipt: string
declare function bearer(): Promise<string>
declare function draw(fraction: number): void
declare function show(state: string): void
declare function offer(
  name: string,
  fraction: number,
  canReopen: boolean,
  resume: (chosen?: File) => unknown,
): void

// The application's stack
declare const stack: import('aws-cdk-lib').Stack
declare const props: import('waybill-aws/cdk').WaybillUploadsProps
declare const uploads: import('waybill-aws/cdk').WaybillUploads
declare const uploadBucket: import('aws-cdk-lib/aws-s3').IBucket
declare const sealingSecret: import('aws-cdk-lib/aws-secretsmanager').ISecret
declare const certificate: import('aws-cdk-lib/aws-certificatemanager').ICertificate
declare const pages: import('aws-cdk-lib/aws-s3').IBucket
declare const encryptionKey: import('aws-cdk-lib/aws-kms').IKey
declare const vpc: import('aws-cdk-lib/aws-ec2').IVpc
declare const publicKey: string
declare const linkKey: import('aws-cdk-lib/aws-secretsmanager').ISecret
declare const serverRole: import('aws-cdk-lib/aws-iam').IRole
declare const thumbnailer: import('aws-cdk-lib/aws-iam').IGrantable

// Packages that a reader's application uses and this repository does not
declare module 'express' {
  type Handler = ReturnType<typeof import('waybill/node').toNodeHandler>
  const express: () => {
    use(path: string, handler: Handler): void
    listen(port: number): void
  }
  // biome-ignore lint/style/noDefaultExport: Express has one
  export default express
}
declare module '@uppy/dashboard' {
  import { BasePlugin, type Body, type Meta } from '@uppy/core'
  // biome-ignore lint/style/noDefaultExport: Uppy exports its plugins like this
  export default class Dashboard<M extends Meta, B extends Body> extends BasePlugin<object, M, B> {}
}
declare module '*.css' {}

// The globals that SST provides to its configuration
declare function $config<Config extends { app: () => object; run: () => Promise<object> }>(
  config: Config,
): Config
declare namespace $util {
  namespace asset {
    class FileAsset {
      constructor(path: string)
      readonly path: Promise<string>
    }
  }
}
/** A value that is known once a resource has been created. */
interface Output<Value> {
  apply<Result>(use: (value: Value) => Result): Output<Result>
}
declare namespace aws {
  namespace s3 {
    class BucketObjectv2 {
      constructor(
        name: string,
        object: { bucket: string; key: string; source: $util.asset.FileAsset },
      )
      readonly bucket: Output<string>
    }
  }
  namespace cloudformation {
    class Stack {
      constructor(
        name: string,
        stack: {
          templateBody: string
          capabilities: readonly string[]
          parameters: Readonly<Record<string, string | Output<string>>>
        },
      )
      readonly outputs: Output<Readonly<Record<string, string>>>
    }
  }
}
