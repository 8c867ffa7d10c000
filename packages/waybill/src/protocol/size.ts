const UNITS: Readonly<Record<string, number>> = {
  b: 1,
  kb: 1000,
  mb: 1000 ** 2,
  gb: 1000 ** 3,
  tb: 1000 ** 4,
  kib: 1024,
  mib: 1024 ** 2,
  gib: 1024 ** 3,
  tib: 1024 ** 4,
}

/** A number of bytes, or a string such as `'100 MiB'`. */
export type Size =
  | number
  | `${number} ${'B' | 'KB' | 'MB' | 'GB' | 'TB' | 'KiB' | 'MiB' | 'GiB' | 'TiB'}`

/**
 * Converts a size to bytes. A string such as `'1.1 MiB'` is rounded to the nearest byte.
 *
 * @param name - Name of the size in error messages, such as `rules.video.maxSize`.
 * @throws {RangeError} If `size` is not a size, or is a negative or fractional number.
 */
export function parseSize(size: number | string, name = 'size'): number {
  const bytes = typeof size === 'string' ? parseText(size) : size
  if (!Number.isSafeInteger(bytes) || bytes < 0) {
    throw new RangeError(`${name} is '${size}', expected bytes or a string such as '100 MiB'`)
  }
  return bytes
}

function parseText(text: string): number {
  const match = /^(\d+(?:\.\d+)?)\s*([a-z]+)$/i.exec(text.trim())
  const unit = UNITS[match?.[2]?.toLowerCase() ?? '']
  return unit === undefined ? Number.NaN : Math.round(Number(match?.[1]) * unit)
}

/**
 * Formats a number of bytes in binary units, with up to one decimal.
 *
 * @example
 * ```ts
 * formatSize(1_572_864) // '1.5 MiB'
 * ```
 */
export function formatSize(bytes: number): string {
  const names = ['B', 'KiB', 'MiB', 'GiB', 'TiB']
  let value = bytes
  let step = 0
  // Rounding first prevents 1,048,575 bytes from being shown as 1024 KiB.
  while (Math.round(value) >= 1024 && step < names.length - 1) {
    value /= 1024
    step += 1
  }
  const digits = Number.isInteger(value) || value >= 99.95 ? 0 : 1
  return `${value.toFixed(digits).replace('.0', '')} ${names[step]}`
}
