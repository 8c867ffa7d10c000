import { CommandFailure } from './command-failure.ts'

const LOWEST = { major: 22, minor: 18 } as const

/**
 * Throws a `CommandFailure` if Node is too old. npm only prints a warning when it installs the
 * package on an older version.
 *
 * @param version - `process.versions.node`.
 */
export function checkNodeVersion(version: string): void {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  if (major > LOWEST.major || (major === LOWEST.major && minor >= LOWEST.minor)) return
  throw new CommandFailure(
    `this is Node ${version}, expected ${LOWEST.major}.${LOWEST.minor} or newer`,
  )
}
