/**
 * `strict-s3` as the service `s3` of a compose file, and clients in another container, each with the script in
 * `compose/` and its own defaults. `packages/strict-s3/docs/clients.md` lists them.
 *
 * Slow: dozens of foreign programs are started, Go compiles two of them, and npm installs some. Where one is missing,
 * its test says so.
 * `packages/strict-s3/test/clients/aws-sdk.test.ts` and `test/conformance` ask the same of the server.
 *
 * @module
 */

import { existsSync } from 'node:fs'
import { chown, cp, readdir, readFile, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, extname, join, parse } from 'node:path'
import {
  connect,
  IdleContainer,
  inContainer,
  NO_NAMESPACES,
  readOnlyExcept,
} from '@waybill/test-support/containers'
import { temporaryFolder } from '@waybill/test-support/temporary-folders'
import { startProgram } from '@waybill/test-support/waybill-process'
import { beforeAll, describe, it } from 'vitest'
import { npm } from '../../../../tools/npm.ts'

const SCRIPTS = join(import.meta.dirname, 'compose')
const PACKAGES = join(SCRIPTS, 'npm')
const INSTALLED = join(process.cwd(), '.test/compose-clients')
const NOBODY = 12_345
const KEYS = { AWS_ACCESS_KEY_ID: 'app', AWS_SECRET_ACCESS_KEY: 'app-secret' }
const ENDPOINT = 'http://s3:9000'
const REGION = 'us-east-1'

/** The environment of the container with the clients. */
const APP = {
  ...KEYS,
  PATH: `${dirname(process.execPath)}:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin`,
  LANG: 'C.UTF-8',
  AWS_ENDPOINT_URL: ENDPOINT,
  S3_VIRTUAL_HOSTED: 'http://s3.local:9000',
  AWS_REGION: REGION,
  AWS_DEFAULT_REGION: REGION,
  // Debian's packages are found by their path, without modules.
  GO111MODULE: 'off',
  GOPATH: '/usr/share/gocode',
  GOCACHE: join(homedir(), '.cache/go-build'),
}

const INTERPRETERS: Readonly<Record<string, readonly string[]>> = {
  '.sh': ['/bin/sh'],
  '.py': ['/usr/bin/python3', '-P'],
  '.rb': ['/usr/bin/ruby'],
  '.pl': ['/usr/bin/perl'],
  '.go': ['/usr/bin/go', 'run'],
}

interface Client {
  readonly name: string
  readonly command: readonly string[]
  /** Debian's packages that are not installed, or why npm's are not. */
  readonly missing: string
}

async function debianClient(file: string): Promise<Client> {
  const path = join(SCRIPTS, file)
  const [, needs = ''] = /needs: (.+)/.exec(await readFile(path, 'utf8')) ?? []
  const missing = needs.split(' ').filter((name) => !existsSync(`/usr/share/doc/${name}`))
  return {
    name: parse(file).name,
    command: [...(INTERPRETERS[extname(file)] ?? []), path],
    missing: missing.length > 0 ? `${missing.join(', ')} not installed` : '',
  }
}

/** @returns Why the packages could not be installed beside a copy of the scripts. */
async function installPackages(): Promise<string> {
  await cp(PACKAGES, INSTALLED, { recursive: true })
  const done = join(INSTALLED, 'installed.json')
  const wanted = await readFile(join(INSTALLED, 'package.json'), 'utf8')
  if (existsSync(done) && (await readFile(done, 'utf8')) === wanted) return ''
  try {
    const args = ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']
    npm(args, { cwd: INSTALLED, timeout: 500_000 })
    await writeFile(done, wanted)
    return ''
  } catch (error) {
    return `npm's packages not installed: ${error instanceof Error ? error.message : error}`
  }
}

const notInstalled = NO_NAMESPACES || (await installPackages())

const clients: readonly Client[] = [
  ...(await Promise.all(
    (await readdir(SCRIPTS)).filter((file) => extname(file) in INTERPRETERS).map(debianClient),
  )),
  ...(await readdir(PACKAGES))
    .filter((file) => file.endsWith('.mjs'))
    .map((file) => ({
      name: `${parse(file).name} (npm)`,
      command: [process.execPath, join(INSTALLED, file)],
      missing: notInstalled,
    })),
]

describe('strict-s3 as a service of a compose file', () => {
  let app: IdleContainer

  beforeAll(async () => {
    if (NO_NAMESPACES) return undefined
    const undo: (() => Promise<void>)[] = []
    const dir = temporaryFolder('waybill-compose-')
    await chown(dir, NOBODY, NOBODY)
    const server = startProgram('strict-s3', [], {
      within: [...inContainer('s3'), ...readOnlyExcept(dir, NOBODY)],
      cwd: '/',
      env: {
        ...KEYS,
        BUCKETS: 'uploads',
        DATA_DIR: dir,
        DOMAIN: 's3.local',
        STRICT_S3_HOST: '0.0.0.0',
        STRICT_S3_WEBHOOK: 'arn:minio:sqs::primary:webhook=http://127.0.0.1:9',
      },
      cleanUp: (after) => void undo.push(after),
    })
    await server.said(/Ready/)
    app = await IdleContainer.start('app')
    undo.push(() => app.stop())
    await connect(server, 's3 s3.local uploads.s3.local', app)
    return async () => {
      for (const each of undo) await each()
    }
  })

  for (const { name, command, missing } of clients) {
    const reason = NO_NAMESPACES || missing
    it(`works with ${name}`, { timeout: 300_000 }, async ({ skip }) => {
      skip(reason !== '', reason)
      const home = temporaryFolder(`waybill-${name}-`)
      await app.run(command, { cwd: home, env: { ...APP, HOME: home } })
    })
  }
})
