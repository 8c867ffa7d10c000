/**
 * In bytes.
 *
 * @see https://docs.aws.amazon.com/guardduty/latest/ug/malware-protection-s3-quotas-guardduty.html
 */
const LARGEST_SCANNED = 100e9

/**
 * GuardDuty does not scan larger objects, so they would expire without a verdict.
 *
 * @param scan - The option that enables scans, for the error message.
 * @throws {Error} If a rule's `maxSize` is larger than GuardDuty's limit.
 */
export function checkScannable(scan: string, rules: Iterable<readonly [string, number]>): void {
  for (const [name, maxSize] of rules) {
    if (maxSize <= LARGEST_SCANNED) continue
    throw new Error(
      `rules.${name}.maxSize is ${maxSize} bytes, but GuardDuty scans at most ${LARGEST_SCANNED} (100 GB), and objects it ` +
        `does not scan expire without a verdict: lower maxSize, or omit ${scan}`,
    )
  }
}
