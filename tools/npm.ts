/**
 * Runs npm from other scripts. On Windows, npm is a shell script, which Node cannot start directly.
 *
 * @module
 */

import { sync } from 'cross-spawn'

/**
 * @returns npm's standard output.
 * @throws {Error} If npm fails. Its error output goes to standard error.
 */
export function npm(
  args: readonly string[],
  options: { readonly cwd?: string; readonly timeout?: number } = {},
): string {
  const stdio: ['ignore', 'pipe', 'inherit'] = ['ignore', 'pipe', 'inherit']
  const { status, stdout, error } = sync('npm', args, { ...options, stdio, encoding: 'utf8' })
  if (error) throw error
  if (status !== 0) throw new Error(`npm ${args[0]} ended with ${status}`)
  return stdout.trim()
}
