/**
 * Amazon Resource Names.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html
 * @module
 */

/** @returns The region that an ARN names; `undefined` for a plain name, and for an ARN without one. */
export function regionOfArn(text: string): string | undefined {
  return /^arn:[a-z0-9-]+:[a-z0-9-]+:([a-z0-9-]+):/.exec(text)?.[1]
}
