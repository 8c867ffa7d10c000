/**
 * Reads the bodies of the calls about a stored object: `POST B/link` and `/remove`.
 *
 * @module
 */

/** Characters of a receipt at most: more than the longest key, name, owner and metadata need. */
export const MAX_RECEIPT_LENGTH = 16_384
