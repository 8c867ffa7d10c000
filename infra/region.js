/**
 * Finds the region of a CDK command. If none is set, the CLI silently uses us-east-1.
 *
 * Written in plain JavaScript for Node 20, like tools/setup.js.
 *
 * @see https://docs.aws.amazon.com/sdkref/latest/guide/feature-region.html
 * @module
 */

import { readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'

/**
 * Finds the region as the CLI does: in the environment, then in the profile.
 *
 * @param args - The command's arguments, such as `--profile me`.
 * @returns `undefined` if no region is set.
 */
export function regionOf(args, env = process.env) {
  const named = env.AWS_REGION || env.AWS_DEFAULT_REGION
  if (named) return named
  const profile = profileOf(args) || env.AWS_PROFILE || 'default'
  const folder = join(homedir(), '.aws')
  const config = env.AWS_CONFIG_FILE || join(folder, 'config')
  const credentials = env.AWS_SHARED_CREDENTIALS_FILE || join(folder, 'credentials')
  return (
    regionIn(config, profile === 'default' ? 'default' : `profile ${profile}`) ??
    regionIn(credentials, profile)
  )
}

function profileOf(args) {
  for (const [index, arg] of args.entries()) {
    if (arg === '--profile') return args[index + 1]
    if (arg.startsWith('--profile=')) return arg.slice('--profile='.length)
  }
  return undefined
}

/** Reads `region` from a section of an INI file. */
function regionIn(file, section) {
  let current = ''
  for (const line of linesOf(file)) {
    const [, name] = /^\s*\[\s*([^\]]+?)\s*\]/.exec(line) ?? []
    if (name !== undefined) current = name.replace(/\s+/g, ' ')
    const [, region] = /^\s*region\s*=\s*(\S+)/.exec(line) ?? []
    if (region !== undefined && current === section) return region
  }
  return undefined
}

function linesOf(file) {
  try {
    return readFileSync(file, 'utf8').split(/\r?\n/)
  } catch {
    return []
  }
}
