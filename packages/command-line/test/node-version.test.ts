import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { checkNodeVersion } from '../src/node-version.ts'

const lowest = String(JSON.parse(readFileSync('package.json', 'utf8')).engines.node).slice(2)

describe('checkNodeVersion', () => {
  it.each([`${lowest}.0`, '22.20.1', '24.0.0', '100.0.0-nightly'])('takes Node %s', (version) => {
    expect(() => checkNodeVersion(version)).not.toThrow()
  })

  it.each(['18.20.4', '20.20.2', '22.17.9'])('refuses Node %s and names the lowest', (version) => {
    expect(() => checkNodeVersion(version)).toThrow(
      `this is Node ${version}, expected ${lowest} or newer`,
    )
  })
})
