/**
 * The form of content types.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6838#section-4.2
 * @module
 */

/**
 * One token, a slash, one token. No parameters and no lists, which browsers may read differently.
 */
const CONTENT_TYPE = /^[a-z0-9][a-z0-9!#$&^_.+-]{0,126}\/[a-z0-9][a-z0-9!#$&^_.+-]{0,126}$/

/** Says whether a text is one content type, in lower case and without parameters. */
export function isContentType(type: string): boolean {
  return CONTENT_TYPE.test(type)
}
