/**
 * The checksums of the five bytes `hello`.
 *
 * @module
 */

export const SUMS = {
  crc32: 'NhCmhg==',
  crc32c: 'mnG7TA==',
  crc64nvme: 'M3eFcAZSQlc=',
  md5: 'XUFAKrxLKna5cZ2REBfFkg==',
  sha1: 'qvTGHdzF6KLavt4PO0gs2a6pQ00=',
  sha256: 'LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=',
  sha512:
    'm3HSJL1i83hdltRq0+o9czGb+8KJDKra4t/3JRlnPKcjI8PZm6XBHXx6zG4UuMXaDEZjR1wuXDre9G9zvN7AQw==',
  xxhash128: 'tenBrQcbPn/Hec+qXlI4GA==',
  xxhash3: 'lVXoVVxi3P0=',
  xxhash64: 'JseCfYifbaM=',
} as const
