/**
 * Programs that people point at an S3, as Debian packages them, each with the configuration that its own manual gives.
 *
 * @module
 */

import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { StrictS3 } from 'strict-s3'

const execute = promisify(execFile)

/** Above any page of output that a client prints here. */
const MAX_OUTPUT = 16 * 1024 * 1024

export interface ClientProgram {
  readonly name: string
  /** The first that can be started is taken. */
  readonly programs: readonly string[]
  /** Arguments that end before the command. @param home - A directory for the client's own files. */
  readonly settings: (server: StrictS3, home: string) => Promise<Settings>
}

interface Settings {
  readonly args?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
}

/** Debian's is version 2; another `aws` on the path may be version 1. */
export const AWS_CLI: ClientProgram = {
  name: 'AWS CLI',
  programs: ['/usr/bin/aws', 'aws'],
  settings: async ({ endpoint, region, credentials }, home) => {
    // Version 1 presigns with signature version 2, which AWS has retired.
    const config = join(home, 'config')
    await writeFile(config, '[default]\ns3 =\n  signature_version = s3v4\n')
    return {
      args: ['--endpoint-url', endpoint],
      env: {
        AWS_CONFIG_FILE: config,
        AWS_ACCESS_KEY_ID: credentials.accessKeyId,
        AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
        AWS_DEFAULT_REGION: region,
        AWS_EC2_METADATA_DISABLED: 'true',
      },
    }
  },
}

/** @see https://rclone.org/s3/ */
const RCLONE: ClientProgram = {
  name: 'rclone',
  programs: ['rclone'],
  settings: async ({ endpoint, region, credentials }, home) => ({
    args: ['--config', join(home, 'none.conf')],
    env: {
      RCLONE_CONFIG_LOCAL_TYPE: 's3',
      RCLONE_CONFIG_LOCAL_PROVIDER: 'Other',
      RCLONE_CONFIG_LOCAL_ENDPOINT: endpoint,
      RCLONE_CONFIG_LOCAL_REGION: region,
      RCLONE_CONFIG_LOCAL_ACCESS_KEY_ID: credentials.accessKeyId,
      RCLONE_CONFIG_LOCAL_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    },
  }),
}

/** @see https://s3tools.org/kb/item14.htm */
const S3CMD: ClientProgram = {
  name: 's3cmd',
  programs: ['s3cmd'],
  settings: async ({ port, region, credentials }, home) => {
    const config = join(home, 's3cfg')
    const lines = [
      '[default]',
      `access_key = ${credentials.accessKeyId}`,
      `secret_key = ${credentials.secretAccessKey}`,
      `host_base = 127.0.0.1:${port}`,
      // Without `%(bucket)s` the bucket stands in the path.
      `host_bucket = 127.0.0.1:${port}`,
      `bucket_location = ${region}`,
      'use_https = False',
    ]
    await writeFile(config, `${lines.join('\n')}\n`)
    return { args: ['--config', config, '--no-progress'] }
  },
}

/** Debian's name for what its maker calls `mc`. @see https://github.com/minio/mc */
export const MINIO_CLIENT: ClientProgram = {
  name: 'minio-client',
  programs: ['minio-client', 'mcli'],
  settings: async ({ port, credentials }, home) => ({
    args: ['--config-dir', join(home, 'mc'), '--quiet'],
    env: {
      MC_HOST_local: `http://${credentials.accessKeyId}:${credentials.secretAccessKey}@127.0.0.1:${port}`,
    },
  }),
}

export const CLIENTS: readonly ClientProgram[] = [AWS_CLI, RCLONE, S3CMD, MINIO_CLIENT]

/** @returns The program to start, `undefined` where there is none. */
export async function findProgram({ programs }: ClientProgram): Promise<string | undefined> {
  for (const program of programs) {
    const found = await execute(program, ['--version']).then(
      () => true,
      () => false,
    )
    if (found) return program
  }
  return undefined
}

export interface RunningClient {
  /** A directory of its own. */
  readonly home: string
  /** @returns What it printed. @throws When it fails, with what it said. */
  run(...args: readonly string[]): Promise<string>
  remove(): Promise<void>
}

export async function openClient(
  client: ClientProgram,
  program: string,
  server: StrictS3,
): Promise<RunningClient> {
  const home = await mkdtemp(join(tmpdir(), 'waybill-client-'))
  const { args: first = [], env = {} } = await client.settings(server, home)
  // Nothing of the environment's own AWS settings: a client is what its manual says, and nothing more.
  const options = {
    env: { PATH: process.env.PATH, HOME: home, LANG: 'C.UTF-8', ...env },
    maxBuffer: MAX_OUTPUT,
  }
  return {
    home,
    run: async (...args) => (await execute(program, [...first, ...args], options)).stdout,
    remove: () => rm(home, { recursive: true }),
  }
}
