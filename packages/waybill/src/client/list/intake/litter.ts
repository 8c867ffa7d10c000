/**
 * Hidden files that operating systems put into folders.
 *
 * @module
 */

const LITTER = /^(?:\.DS_Store|Thumbs\.db|desktop\.ini)$/

/** @returns Whether a file of a folder was not put there by a person. */
export function isLitter({ name }: { readonly name: string }): boolean {
  return LITTER.test(name)
}
