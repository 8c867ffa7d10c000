/**
 * The part of AWS SDK v2 that the first design uses. Only the benchmark installs the SDK
 * (`bench/peers`), so its own declarations are missing when the project is checked.
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
