/**
 * Starts OpenStack Swift with its S3 layer: one proxy, account, container and object server each,
 * and one copy of everything.
 *
 * @see https://docs.openstack.org/swift/latest/middleware.html#s3-compatibility
 * @module
 */

import { mkdir, writeFile } from 'node:fs/promises'
import { userInfo } from 'node:os'
import { freePorts } from '@waybill/test-support/free-ports'
import { answers, ChildProcesses } from './child-processes.ts'
import type { ForeignStore } from './foreign-store.ts'

/** Swift's Debian packages. Without `libisal2`, it responds to CRC64NVME with 501. */
export const SWIFT_PACKAGES = [
  'swift-proxy',
  'swift-account',
  'swift-container',
  'swift-object',
  'libisal2',
]

const STORAGE_SERVERS = ['account', 'container', 'object'] as const

const PYTHON_MODULES = { account: 'account', container: 'container', object: 'obj', proxy: 'proxy' }

export async function startSwift(): Promise<ForeignStore> {
  const processes = await ChildProcesses.create('swift')
  const { dir } = processes
  try {
    const [proxyPort = 0, ...storagePorts] = await freePorts(1 + STORAGE_SERVERS.length)
    await mkdir(`${dir}/devices/disk`, { recursive: true })
    for (const [index, name] of STORAGE_SERVERS.entries()) {
      await writeFile(`${dir}/${name}.conf`, storageServer(dir, name, storagePorts[index] ?? 0))
    }
    await writeFile(`${dir}/proxy.conf`, proxyServer(dir, proxyPort))
    await writeFile(`${dir}/swift.conf`, CLUSTER)
    await writeFile(`${dir}/rings.py`, RINGS)
    await processes.run('/usr/bin/python3', `${dir}/rings.py`, dir, ...storagePorts.map(String))
    await writeFile(`${dir}/launch.py`, LAUNCHER)
    for (const [name, module] of Object.entries(PYTHON_MODULES)) {
      const program = ['/usr/bin/python3', `${dir}/launch.py`, `${dir}/swift.conf`, module]
      processes.start(name, ...program, `${dir}/${name}.conf`)
    }
    const endpoint = `http://127.0.0.1:${proxyPort}`
    await processes.until(() => answers(`${endpoint}/healthcheck`))
    return {
      endpoint,
      region: 'us-east-1',
      credentials: { accessKeyId: 'waybill:owner', secretAccessKey: 'waybill-owner-secret' },
      otherCredentials: { accessKeyId: 'waybill:other', secretAccessKey: 'waybill-other-secret' },
      stop: () => processes.stop(),
    }
  } catch (error) {
    await processes.stop()
    throw error
  }
}

/**
 * S3 allows 2 KB of metadata. Swift's default limit is 256 bytes per value, which is too short for
 * a waybill.
 */
const CLUSTER = [
  section('swift-hash', { swift_hash_path_prefix: 'any', swift_hash_path_suffix: 'any' }),
  section('swift-constraints', { max_meta_value_length: '2048' }),
].join('\n')

function server(dir: string, port: number): Record<string, string> {
  return {
    bind_ip: '127.0.0.1',
    bind_port: String(port),
    // Use one process per server, so that stopping the process stops the server.
    workers: '0',
    user: userInfo().username,
    swift_dir: dir,
    log_level: 'WARNING',
  }
}

function storageServer(dir: string, name: string, port: number): string {
  return [
    section('DEFAULT', {
      ...server(dir, port),
      devices: `${dir}/devices`,
      mount_check: 'false',
      disable_fallocate: 'true',
    }),
    section('pipeline:main', { pipeline: `${name}-server` }),
    section(`app:${name}-server`, { use: `egg:swift#${name}` }),
  ].join('\n')
}

/** The proxy's filters and their settings, in the order that Swift's documentation uses. */
const FILTERS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  catch_errors: {},
  gatekeeper: {},
  healthcheck: {},
  proxy_logging: {},
  // There is no memcached, so every lookup goes to the container server.
  memcache: { memcache_servers: '127.0.0.1:1' },
  listing_formats: {},
  bulk: {},
  s3api: { s3_acl: 'true', location: 'us-east-1', dns_compliant_bucket_names: 'true' },
  tempauth: {
    user_waybill_owner: 'waybill-owner-secret .admin',
    user_waybill_other: 'waybill-other-secret',
  },
  copy: {},
  slo: {},
  versioned_writes: { allow_object_versioning: 'true' },
  symlink: {},
}

function proxyServer(dir: string, port: number): string {
  return [
    section('DEFAULT', server(dir, port)),
    section('pipeline:main', { pipeline: [...Object.keys(FILTERS), 'proxy-server'].join(' ') }),
    section('app:proxy-server', {
      use: 'egg:swift#proxy',
      account_autocreate: 'true',
      allow_account_management: 'true',
    }),
    ...Object.entries(FILTERS).map(([name, settings]) =>
      section(`filter:${name}`, { use: `egg:swift#${name}`, ...settings }),
    ),
  ].join('\n')
}

function section(name: string, settings: Readonly<Record<string, string>>): string {
  const lines = Object.entries(settings).map(([key, value]) => `${key} = ${value}`)
  return `[${name}]\n${lines.join('\n')}\n`
}

/** Starts a server as Debian does, but with our own `swift.conf`, whose path Swift hard-codes. */
const LAUNCHER = `
import sys
from importlib import import_module
from swift.common import utils

utils.SWIFT_CONF_FILE = sys.argv.pop(1)
sys.exit(import_module(f'swift.{sys.argv.pop(1)}.server').main())
`

/**
 * Writes the ring files, which map data to devices, in a single process. `swift-ring-builder` would
 * have to run nine times.
 */
const RINGS = `
import sys
from swift.common.ring import RingBuilder

folder, *ports = sys.argv[1:]
for name, port in zip(('account', 'container', 'object'), ports):
    builder = RingBuilder(part_power=4, replicas=1, min_part_hours=1)
    where = {'ip': '127.0.0.1', 'port': int(port)}
    replication = {'replication_ip': '127.0.0.1', 'replication_port': int(port)}
    builder.add_dev({'region': 1, 'zone': 1, 'device': 'disk', 'weight': 1.0, **where, **replication})
    builder.rebalance()
    builder.get_ring().save(f'{folder}/{name}.ring.gz')
`
