/**
 * Files in thousands of parts, and what S3 says of them.
 *
 * @module
 */

const MIB = 1024 ** 2

export const PART_SIZE = 5 * MIB
/** Of every part and of the whole: the signer compares it, but computes none. */
export const CRC64 = 'AAAAAAAAAAA='
export const BUCKET = 'uploads'
export const REGION = 'eu-west-1'
export const CREDENTIALS = { accessKeyId: 'AKIDBENCH', secretAccessKey: 'signs nothing of value' }
