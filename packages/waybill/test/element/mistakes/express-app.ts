/**
 * The Express server of docs/guide/runtimes.md in a process of its own, with a `signer.js` that may hold a
 * mistake. What it prints is what its developer reads in the terminal.
 *
 * @module
 */

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { documented } from '@waybill/test-support/documented'
import { temporaryFolder } from '@waybill/test-support/temporary-folders'
import { onTestFinished } from 'vitest'

const ROOT = fileURLToPath(new URL('../../../../..', import.meta.url))

/** The folder of an application that has Waybill and Express installed. */
let installed: Promise<string> | undefined

/** Options of `createSigner`, each as JavaScript. */
export type SignerSource = Readonly<Record<string, string>>

export interface ExpressApp {
  /** Where it listens; `undefined` when it ended before it did. */
  readonly port: number | undefined
  /** The exit code of a server that did not start. */
  readonly exitCode: number | undefined
  /** Stops it. @returns What it has printed. */
  stop(): Promise<string>
}

/** Starts it, and waits until it listens or has ended. */
export async function startExpressApp(options: SignerSource): Promise<ExpressApp> {
  installed ??= install()
  const dir = await mkdtemp(join(await installed, 'app-'))
  await writeFile(join(dir, 'signer.js'), signerModule(options))
  await writeFile(join(dir, 'server.js'), `${documented('express.js', 0).trimEnd()}${TELL_PORT}\n`)
  const child = spawn(process.execPath, ['--conditions=@waybill/source', 'server.js'], {
    cwd: dir,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  })
  let printed = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      printed += text
    })
  }
  const closed = once(child, 'close')
  const stop = async () => {
    child.kill()
    await closed
    return printed
      .replaceAll(`${pathToFileURL(dir).href}/`, '')
      .replaceAll(pathToFileURL(join(ROOT, 'packages/')).href, 'node_modules/')
  }
  onTestFinished(async () => void (await stop()))
  const port = await Promise.race([portOf(child), closed.then(() => undefined)])
  return { port, exitCode: child.exitCode ?? undefined, stop }
}

const TELL_PORT = ".on('listening', function () { process.send(this.address().port) })"

async function portOf(child: ChildProcess): Promise<number> {
  const [port] = await once(child, 'message')
  return Number(port)
}

function signerModule(options: SignerSource): string {
  const lines = Object.entries(options).map(([name, source]) => `  ${name}: ${source},`)
  return [
    "import { createSigner } from 'waybill/signer'",
    '',
    'export const signer = createSigner({',
    ...lines,
    '})',
    '',
  ].join('\n')
}

async function install(): Promise<string> {
  const home = temporaryFolder('waybill-mistakes-')
  await mkdir(join(home, 'node_modules'))
  await symlink(join(ROOT, 'packages/waybill'), join(home, 'node_modules/waybill'), 'junction')
  const express = join(home, 'node_modules/express')
  await symlink(join(ROOT, 'node_modules/express'), express, 'junction')
  await writeFile(join(home, 'package.json'), '{ "type": "module", "private": true }')
  return home
}
