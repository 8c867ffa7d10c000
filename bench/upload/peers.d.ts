/**
 * The parts of the peers that are used here. Only the benchmark installs them (`bench/peers/`), so
 * their own declarations are missing when the project is checked.
 */

declare module 'files-sdk' {
  export class Files {
    constructor(options: { adapter: unknown })
    upload(key: string, body: Blob): Promise<unknown>
  }
}

declare module 'files-sdk/s3' {
  export function s3(options: {
    bucket: string
    endpoint: string
    region: string
    credentials: { accessKeyId: string; secretAccessKey: string }
    forcePathStyle: boolean
  }): unknown
}

declare module '@uppy/aws-s3' {
  import { BasePlugin, type Body, type Meta } from '@uppy/core'
  // biome-ignore lint/style/noDefaultExport: Uppy exports its plugins so
  export default class AwsS3<M extends Meta, B extends Body> extends BasePlugin<object, M, B> {}
}

declare module '@better-upload/client' {
  export function uploadFiles(options: {
    api: string
    route: string
    files: readonly File[]
  }): Promise<{ failedFiles: readonly { error?: { message: string } }[] }>
}

declare module '@better-upload/server' {
  export function route(options: object): () => unknown
}

declare module '@better-upload/server/adapters/node' {
  import type { RequestListener } from 'node:http'
  export function toNodeHandler(router: object): RequestListener
}

declare module '@better-upload/server/clients' {
  export function custom(options: object): unknown
}
