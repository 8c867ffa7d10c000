/**
 * Profiles as the AWS command line itself has them.
 *
 * Slow: starts it several times, and is skipped where it is not installed. `aws-access.test.ts`
 * has the same with a program in its place.
 *
 * @module
 */

import { spawnSync } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { temporaryDirectory } from '@waybill/test-support/waybill-process'
import { describe, expect, it } from 'vitest'
import { awsAccess } from '../../src/account/aws-access.ts'

/** Debian's is version 2; another `aws` on the path may be version 1. */
const program = ['/usr/bin/aws', 'aws'].find((each) =>
  /^aws-cli\/2/.test(String(spawnSync(each, ['--version']).stdout)),
)
const KEYS = { AWS_ACCESS_KEY_ID: 'AKIA1', AWS_SECRET_ACCESS_KEY: 'secret' }

describe('awsAccess', () => {
  it.skipIf(program === undefined)(
    'works with the real AWS command line, version 2 and later',
    async () => {
      const home = await temporaryDirectory()
      await mkdir(join(home, '.aws'))
      await writeFile(
        join(home, '.aws', 'config'),
        '[profile me]\nregion = eu-central-1\naws_access_key_id = AKIA2\naws_secret_access_key = s2\n',
      )
      const environment = { ...KEYS, HOME: home, PATH: dirname(program ?? '') }
      const access = await awsAccess({ profile: 'me' }, environment, undefined)
      expect(access.region).toBe('eu-central-1')
      expect(await access.credentials()).toEqual({ accessKeyId: 'AKIA2', secretAccessKey: 's2' })
      await expect(awsAccess({ profile: 'nobody' }, environment, undefined)).rejects.toThrow(
        /profile 'nobody' has no credentials: .*could not be found/,
      )
    },
  )
})
