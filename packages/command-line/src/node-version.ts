/**
 * Ends the process if Node is too old. npm only prints a warning when it installs a package on an
 * older version. Import this before anything else, because other modules fail on an older Node when
 * they are evaluated.
 *
 * @module
 */

const LOWEST = { major: 22, minor: 18 } as const

const problem = nodeProblem(process.versions.node)
if (problem) {
  console.error(problem)
  process.exit(1)
}

/**
 * Returns what to print if Node is too old.
 *
 * @param version - `process.versions.node`.
 */
export function nodeProblem(version: string): string | undefined {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  if (major > LOWEST.major || (major === LOWEST.major && minor >= LOWEST.minor)) return undefined
  const wanted = `${LOWEST.major}.${LOWEST.minor} or newer`
  return `this is Node ${version}, expected ${wanted}: install it from https://nodejs.org, then run this command again`
}
