/**
 * The little of AWS SDK v2 that the seed's design uses. It is installed by the benchmark alone (`bench/peers`), so its
 * own declarations are not there when the project is checked.
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
