/**
 * Starts Ceph's S3 server: one monitor, one object store daemon (in memory), one gateway.
 *
 * The gateway can run without the other two (`dbstore`), but then it returns wrong bytes for
 * multipart uploads.
 *
 * @see https://docs.ceph.com/en/reef/radosgw/config-ref/
 * @module
 */

import { randomUUID } from 'node:crypto'
import { globSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { freePorts } from '@waybill/test-support/free-ports'
import type { Credentials } from 'waybill-s3'
import { answers, ChildProcesses } from './child-processes.ts'
import type { ForeignStore } from './foreign-store.ts'

export const RADOSGW_PACKAGES = ['radosgw', 'ceph-mon', 'ceph-osd']

const OWNER = { accessKeyId: 'WAYBILLOWNER', secretAccessKey: 'waybill-owner-secret' }
const OTHER = { accessKeyId: 'WAYBILLOTHER', secretAccessKey: 'waybill-other-secret' }

export async function startRadosgw(): Promise<ForeignStore> {
  const processes = await ChildProcesses.create('radosgw', (dir) => ({ CEPH_CONF: `${dir}/conf` }))
  try {
    const [gatewayPort = 0, monitorPort = 0] = await freePorts(2)
    const fsid = randomUUID()
    await writeFile(
      `${processes.dir}/conf`,
      configuration(processes.dir, fsid, gatewayPort, monitorPort),
    )
    await startMonitor(processes, fsid, monitorPort)
    await startObjectStore(processes)
    await createUser(processes, 'owner', OWNER)
    await createUser(processes, 'other', OTHER)
    processes.start('gateway', 'radosgw', '-f', '-n', 'client.rgw')
    const endpoint = `http://127.0.0.1:${gatewayPort}`
    await processes.until(() => answers(endpoint))
    return {
      endpoint,
      region: 'us-east-1',
      credentials: OWNER,
      otherCredentials: OTHER,
      stop: () => processes.stop(),
    }
  } catch (error) {
    await processes.stop()
    throw error
  }
}

/** No authentication inside the cluster, one copy of everything, and a single monitor. */
function configuration(
  dir: string,
  fsid: string,
  gatewayPort: number,
  monitorPort: number,
): string {
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
    'osd objectstore': 'memstore',
    'memstore device bytes': String(4 * 1024 ** 3),
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
    'rgw frontends': `beast endpoint=127.0.0.1:${gatewayPort}`,
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

async function startObjectStore(processes: ChildProcesses): Promise<void> {
  const { dir } = processes
  await mkdir(`${dir}/store`)
  await processes.run('ceph-osd', '-i', '0', '--mkfs', '--no-mon-config')
  // The memory store generates its ID when it is created, and the monitor must know the ID.
  const id = (await readFile(`${dir}/store/fsid`, 'utf8')).trim()
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
