/**
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html
 * @module
 */

/** Returns the region in an ARN; `undefined` for a plain name or an ARN without a region. */
export function regionOfArn(text: string): string | undefined {
  return /^arn:[a-z0-9-]+:[a-z0-9-]+:([a-z0-9-]+):/.exec(text)?.[1]
}
