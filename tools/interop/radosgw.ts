/**
 * Starts Ceph's S3 server: one monitor, one object store daemon (in memory, unless it gets a
 * disk), one gateway.
 *
 * The gateway can run without the other two (`dbstore`), but then it returns wrong bytes for
 * multipart uploads.
 *
 * @see https://docs.ceph.com/en/reef/radosgw/config-ref/
 * @module
 */

import { randomUUID } from 'node:crypto'
import { globSync, statfsSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { freePorts } from '@waybill/test-support/free-ports'
import type { Credentials } from 'waybill-s3'
import { answers, ChildProcesses } from './child-processes.ts'
import type { ForeignStore, ForeignStoreOptions } from './foreign-store.ts'

export const RADOSGW_PACKAGES = ['radosgw', 'ceph-mon', 'ceph-osd']

const OWNER = { accessKeyId: 'WAYBILLOWNER', secretAccessKey: 'waybill-owner-secret' }
const OTHER = { accessKeyId: 'WAYBILLOTHER', secretAccessKey: 'waybill-other-secret' }

export async function startRadosgw({
  disk,
  prefix,
}: ForeignStoreOptions = {}): Promise<ForeignStore> {
  const env = (dir: string) => ({ CEPH_CONF: `${dir}/conf` })
  const processes = await ChildProcesses.create('radosgw', env, prefix)
  const startGateway = async (name: string, port: number) => {
    const frontend = `beast endpoint=127.0.0.1:${port}`
    processes.start(name, 'radosgw', '-f', '-n', 'client.rgw', '--rgw-frontends', frontend)
    const endpoint = `http://127.0.0.1:${port}`
    await processes.until(() => answers(endpoint))
    return endpoint
  }
  try {
    const [gatewayPort = 0, secondPort = 0, monitorPort = 0] = await freePorts(3)
    const fsid = randomUUID()
    const store = disk === undefined ? IN_MEMORY : onDisk(disk)
    await writeFile(`${processes.dir}/conf`, configuration(processes.dir, fsid, monitorPort, store))
    await startMonitor(processes, fsid, monitorPort)
    await startObjectStore(processes, store['osd data'] ?? `${processes.dir}/store`)
    await createUser(processes, 'owner', OWNER)
    await createUser(processes, 'other', OTHER)
    return {
      endpoint: await startGateway('gateway', gatewayPort),
      region: 'us-east-1',
      credentials: OWNER,
      otherCredentials: OTHER,
      processes,
      startSecond: () => startGateway('second', secondPort),
      stop: () => processes.stop(),
    }
  } catch (error) {
    await processes.stop()
    throw error
  }
}

type Settings = Readonly<Record<string, string>>

const IN_MEMORY: Settings = {
  'osd objectstore': 'memstore',
  'memstore device bytes': String(4 * 1024 ** 3),
}

/**
 * BlueStore, with a file as its device that takes nine tenths of the disk, up to 4 GiB. A disk this
 * small would fill up between two reports of its use, so these are frequent, and it counts as full
 * earlier.
 */
function onDisk(disk: string): Settings {
  const { bavail, bsize } = statfsSync(disk)
  return {
    'osd objectstore': 'bluestore',
    'osd data': `${disk}/store`,
    'bluestore block size': String(Math.min(Math.floor(bavail * 0.9) * bsize, 4 * 1024 ** 3)),
    'osd mon report interval': '1',
    'osd heartbeat interval': '1',
    'mon osd nearfull ratio': '0.75',
    'mon osd backfillfull ratio': '0.78',
    'mon osd full ratio': '0.8',
  }
}

/** No authentication inside the cluster, one copy of everything, and a single monitor. */
function configuration(dir: string, fsid: string, monitorPort: number, store: Settings): string {
  const settings = {
    fsid,
    'mon host': `[v1:127.0.0.1:${monitorPort}]`,
    'mon initial members': 'a',
    'public network': '127.0.0.0/8',
    'cluster network': '127.0.0.0/8',
    'public addr': '127.0.0.1',
    'cluster addr': '127.0.0.1',
    'ms bind msgr2': 'false',
    'ms bind ipv6': 'false',
    'auth cluster required': 'none',
    'auth service required': 'none',
    'auth client required': 'none',
    'run dir': dir,
    'admin socket': `${dir}/$name.asok`,
    'log file': `${dir}/$name.log`,
    'mon data': `${dir}/monitor`,
    'paxos propose interval': '0.05',
    'paxos min wait': '0.01',
    'mon data avail warn': '1',
    'mon data avail crit': '1',
    'mon allow pool size one': 'true',
    'osd data': `${dir}/store`,
    ...store,
    'osd pool default size': '1',
    'osd pool default min size': '1',
    'osd pool default pg num': '1',
    'osd pool default pgp num': '1',
    'osd pool default pg autoscale mode': 'off',
    'osd crush chooseleaf type': '0',
    'osd crush update on start': 'false',
    'osd class update on start': 'false',
    // Debian installs the object classes in an architecture-specific directory, where Ceph does not
    // look for them.
    'osd class dir': globSync('/usr/lib/*/rados-classes')[0] ?? '/usr/lib/rados-classes',
    'osd class load list': '*',
    'osd class default list': '*',
    'rgw data': `${dir}/gateway`,
    'rgw enable usage log': 'false',
    // By default, deleted data is kept for two hours, and a full store stops responding.
    'rgw gc obj min wait': '1',
    'rgw gc processor period': '1',
  }
  const lines = Object.entries(settings).map(([name, value]) => `${name} = ${value}`)
  return `[global]\n${lines.join('\n')}\n`
}

async function startMonitor(
  processes: ChildProcesses,
  fsid: string,
  monitorPort: number,
): Promise<void> {
  const { dir } = processes
  const [map, keyring] = [`${dir}/monmap`, `${dir}/keyring`]
  await mkdir(`${dir}/monitor`)
  await processes.run('ceph-authtool', '--create-keyring', keyring, '--gen-key', '-n', 'mon.')
  await processes.run(
    'monmaptool',
    ...['--create', '--fsid', fsid, '--set-min-mon-release', 'reef'],
    ...['--addv', 'a', `[v1:127.0.0.1:${monitorPort}]`, map],
  )
  await processes.run('ceph-mon', '--mkfs', '-i', 'a', '--monmap', map, '--keyring', keyring)
  processes.start('monitor', 'ceph-mon', '-f', '-i', 'a')
}

async function startObjectStore(processes: ChildProcesses, data: string): Promise<void> {
  await mkdir(data)
  await processes.run('ceph-osd', '-i', '0', '--mkfs', '--no-mon-config')
  // The store generates its ID when it is created, and the monitor must know the ID.
  const id = (await readFile(`${data}/fsid`, 'utf8')).trim()
  const ceph = (...args: string[]) => processes.runUntilItWorks('ceph', ...args)
  await ceph('osd', 'new', id, '0')
  await ceph('osd', 'crush', 'add', 'osd.0', '1.0', 'root=default', 'host=here')
  processes.start('store', 'ceph-osd', '-f', '-i', '0')
  await processes.until(async () => {
    const { num_up_osds: up } = JSON.parse(await ceph('osd', 'stat', '-f', 'json'))
    return up === 1
  })
}

async function createUser(
  processes: ChildProcesses,
  uid: string,
  { accessKeyId, secretAccessKey }: Credentials,
): Promise<void> {
  const keys = ['--access-key', accessKeyId, '--secret', secretAccessKey]
  await processes.run(
    'radosgw-admin',
    'user',
    'create',
    '--uid',
    uid,
    '--display-name',
    uid,
    ...keys,
  )
}
