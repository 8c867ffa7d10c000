/**
 * The parts of the peers that are used here. Only the benchmark installs them (`bench/peers/`), so
 * their own declarations are missing when the project is checked.
 */

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
