import { chmod, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { temporaryFolder } from '@waybill/test-support/temporary-folders'
import { NO_UNIX_SHELL, ON_WINDOWS } from '@waybill/test-support/windows'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { profileAccess } from '../../src/account/profile-access.ts'

/** A program that stands for the AWS command line: it knows the profile `me` alone. */
const PROGRAM = `#!/bin/sh
case "$*" in
  "configure export-credentials --format process --profile me")
    echo '{"Version":1,"AccessKeyId":"ASIA1","SecretAccessKey":"hidden","SessionToken":"t","Expiration":"2026-11-26T20:00:00+00:00"}' ;;
  "configure export-credentials --format process")
    echo '{"Version":1,"AccessKeyId":"AKIA1","SecretAccessKey":"hidden"}' ;;
  "configure export-credentials --format process --profile odd") echo 'hidden-words' ;;
  "configure export-credentials --format process --profile over")
    echo 'Traceback' >&2; echo 'Error when retrieving token from sso: Token has expired' >&2; exit 255 ;;
  "configure export-credentials --format process --profile old")
    printf 'aws: error: argument subcommand: Invalid choice, valid choices are:\\n\\nlist | get\\nset | add-model\\n' >&2; exit 2 ;;
  "configure get region --profile me") echo eu-west-1 ;;
  "configure get region") exit 1 ;;
  *) echo "The config profile (nobody) could not be found" >&2; exit 255 ;;
esac
`

let folder: string
let env: Readonly<Record<string, string>>

beforeAll(async () => {
  folder = temporaryFolder('waybill-profile-')
  await writeFile(join(folder, 'aws'), PROGRAM)
  await chmod(join(folder, 'aws'), 0o755)
  env = { PATH: folder }
})

describe('profileAccess', () => {
  beforeEach(({ skip }) => skip(ON_WINDOWS, NO_UNIX_SHELL))

  it("gets a profile's credentials and region from the AWS command line", async () => {
    expect(await profileAccess({ profile: 'me' }, env)).toEqual({
      credentials: {
        accessKeyId: 'ASIA1',
        secretAccessKey: 'hidden',
        sessionToken: 't',
        expiration: new Date('2026-11-26T20:00:00Z'),
      },
      region: 'eu-west-1',
    })
  })

  it("prefers an explicit region, then the environment's", async () => {
    const away = { ...env, AWS_REGION: 'us-east-1' }
    expect((await profileAccess({ profile: 'me' }, away)).region).toBe('us-east-1')
    expect((await profileAccess({ profile: 'me', region: 'ap-east-1' }, away)).region).toBe(
      'ap-east-1',
    )
  })

  it("uses the environment's keys, unless a profile is named", async () => {
    const keys = { AWS_ACCESS_KEY_ID: 'AKIA2', AWS_SECRET_ACCESS_KEY: 's', AWS_SESSION_TOKEN: 't' }
    const given = { ...keys, PATH: folder, AWS_DEFAULT_REGION: 'eu-west-3' }
    expect(await profileAccess({}, given)).toEqual({
      credentials: { accessKeyId: 'AKIA2', secretAccessKey: 's', sessionToken: 't' },
      region: 'eu-west-3',
    })
    const { credentials } = await profileAccess({ profile: 'me' }, given)
    expect(credentials.accessKeyId).toBe('ASIA1')
  })

  it('rejects keys in the environment with white space around them', async () => {
    const keys = { AWS_ACCESS_KEY_ID: 'AKIA2', AWS_SECRET_ACCESS_KEY: 'hush\n' }
    await expect(profileAccess({ region: 'eu-west-1' }, { ...env, ...keys })).rejects.toThrow(
      'AWS_SECRET_ACCESS_KEY ends with a line break, so AWS would refuse every call: remove it',
    )
  })

  it('uses the default profile if nothing else is set', async () => {
    const { credentials } = await profileAccess({ region: 'eu-west-1' }, env)
    expect(credentials).toEqual({ accessKeyId: 'AKIA1', secretAccessKey: 'hidden' })
  })

  it.each([
    [
      'over',
      "profile 'over' has no credentials: Error when .* expired. Run aws sso login --profile over",
    ],
    [
      'nobody',
      "profile 'nobody' has no credentials: The config profile \\(nobody\\) could not be found$",
    ],
    ['odd', 'returned no credentials$'],
    ['old', 'too old to export credentials: install version 2$'],
  ])('explains what to do about the profile %s, without any secret', async (profile, message) => {
    const refused = profileAccess({ profile }, env)
    await expect(refused).rejects.toThrow(new RegExp(message))
    await expect(refused).rejects.not.toThrow(/hidden/)
  })

  it('reports that no region is set', async () => {
    await expect(profileAccess({}, env)).rejects.toThrow(/no region is set: pass --region/)
  })

  it('explains how to install the AWS command line if it is missing', async () => {
    await expect(profileAccess({ profile: 'me' }, { PATH: '/nowhere' })).rejects.toThrow(
      /AWS command line, which is not installed/,
    )
  })
})
