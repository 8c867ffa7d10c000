/**
 * Formats a date for `x-amz-date`, for example `20151229T000000Z`. The first eight characters are
 * the date in the credential scope.
 */
export function formatAmzDate(date: Date): string {
  const iso = date.toISOString()
  return `${iso.slice(0, 4)}${iso.slice(5, 7)}${iso.slice(8, 13)}${iso.slice(14, 16)}${iso.slice(17, 19)}Z`
}

/** @returns `undefined` if `text` is not a date such as `20151229T000000Z`. */
export function parseAmzDate(text: string): Date | undefined {
  const match = /(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z/.exec(text)
  if (!match) return undefined
  const [, year, month, day, hour, minute, second] = match
  const date = new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`)
  // `new Date` turns 30 February into a date in March. This check also rejects extra text.
  return Number.isNaN(date.getTime()) || formatAmzDate(date) !== text ? undefined : date
}
