/**
 * What the benchmarks use of their peers. Only `npm run bench` installs these (`bench/peers`), so
 * their own declarations are missing when the project is checked.
 */

declare module 'aws-sdk' {
  export class S3 {
    constructor(options: { region: string })
    createPresignedPost(params: {
      Bucket: string
      Expires: number
      Conditions: readonly unknown[]
      Fields: Readonly<Record<string, string>>
    }): { url: string; fields: Record<string, string> }
  }
}

declare module 'fastify' {
  import type { IncomingHttpHeaders, RequestListener } from 'node:http'

  interface Fastify {
    post(
      path: string,
      handler: (
        request: { readonly headers: IncomingHttpHeaders; readonly body: unknown },
        reply: { status(code: number): unknown },
      ) => Promise<unknown>,
    ): void
    ready(): Promise<void>
    readonly routing: RequestListener
  }
  export function fastify(): Fastify
}

declare module 'aws4fetch' {
  export class AwsClient {
    constructor(options: {
      accessKeyId: string
      secretAccessKey: string
      sessionToken: string
      service: string
      region: string
    })
    sign(
      url: string,
      init: {
        method: string
        headers: Record<string, string>
        aws: { signQuery: boolean; allHeaders: boolean }
      },
    ): Promise<Request>
  }
}

declare module 'minio' {
  interface PostPolicy {
    setBucket(bucket: string): void
    setKey(key: string): void
    setExpires(expiration: Date): void
    setContentType(type: string): void
    setContentLengthRange(min: number, max: number): void
  }
  export class Client {
    constructor(options: {
      endPoint: string
      region: string
      accessKey: string
      secretKey: string
      sessionToken: string
    })
    newPostPolicy(): PostPolicy
    presignedPostPolicy(policy: PostPolicy): Promise<{ formData: Record<string, string> }>
    presignedUrl(
      method: string,
      bucket: string,
      key: string,
      expiresInSeconds: number,
      query: Record<string, string>,
    ): Promise<string>
  }
}

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
