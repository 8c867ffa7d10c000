/**
 * nginx and Caddy as child processes, each with a configuration of docs/guide/runtimes.md.
 *
 * @module
 */

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { eventually } from '@waybill/test-support/eventually'
import { freePorts } from '@waybill/test-support/free-ports'
import { temporaryDirectory } from '@waybill/test-support/waybill-process'
import { onTestFinished } from 'vitest'
import { answers } from '../interop/servers/child-processes.ts'

const PAGE = readFileSync(new URL('../../docs/guide/runtimes.md', import.meta.url), 'utf8')

/** A configuration of the page, by language and its first line, with another port behind it. */
function documented(language: string, name: string, upstream: URL, without?: string): string {
  for (const [, given, code = ''] of PAGE.matchAll(/^```(\w+)\n(.*?)^```$/gms)) {
    if (given === language && code.startsWith(`# ${name}\n`)) {
      if (without !== undefined && !code.includes(without)) break
      const kept = code.split('\n').filter((line) => !without || !line.includes(without))
      return kept.join('\n').replaceAll(/127\.0\.0\.1:\d+/g, upstream.host)
    }
  }
  throw new Error(`docs/guide/runtimes.md has no ${language} for the ${name}, or no ${without}`)
}

/** A program that can stand in front of the signer or the bucket. */
export interface ReverseProxy {
  readonly program: string
  /**
   * Starts it; it is stopped when the test has finished.
   *
   * @param without - A line of the documented configuration that is left out.
   */
  start(
    name: 'signer' | 'bucket',
    upstream: URL,
    without?: string,
  ): Promise<{ readonly url: string }>
}

interface Invocation {
  readonly config: string
  readonly args: (file: string, home: string) => readonly string[]
}

async function run(
  program: string,
  port: number,
  { config, args }: Invocation,
): Promise<{ readonly url: string }> {
  const home = await temporaryDirectory()
  const file = join(home, 'config')
  await writeFile(file, config.replaceAll('HOME', home))
  const child = spawn(program, args(file, home), {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, HOME: home, XDG_DATA_HOME: home, XDG_CONFIG_HOME: home },
  })
  let said = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text
  })
  const ended = once(child, 'close')
  onTestFinished(async () => {
    child.kill('SIGKILL')
    await ended
  })
  const url = `http://127.0.0.1:${port}`
  const died = ended.then(() => {
    throw new Error(`${program} ended: ${said}`)
  })
  await Promise.race([eventually(() => answers(url)).toBe(true), died])
  return { url }
}

/** @param http - Makes the block `http` of the configuration. */
export async function startNginx(http: (port: number) => string) {
  const [port = 0] = await freePorts(1)
  const config = `daemon off;
master_process off;
pid HOME/nginx.pid;
error_log stderr warn;
events {}
http {
  access_log off;
  client_body_temp_path HOME/body;
  proxy_temp_path HOME/proxy;
  fastcgi_temp_path HOME/fastcgi;
  uwsgi_temp_path HOME/uwsgi;
  scgi_temp_path HOME/scgi;
  ${http(port)}
}
`
  return run('nginx', port, {
    config,
    args: (file, home) => ['-c', file, '-p', home, '-e', 'stderr'],
  })
}

export const nginx: ReverseProxy = {
  program: 'nginx',
  start: (name, upstream, without) =>
    startNginx(
      (port) => `server {
    listen 127.0.0.1:${port};
    ${documented('nginx', name, upstream, without)}
  }`,
    ),
}

export const caddy: ReverseProxy = {
  program: 'caddy',
  start: async (name, upstream, without) => {
    const [port = 0] = await freePorts(1)
    const config = `{
  admin off
  auto_https off
}
http://127.0.0.1:${port} {
  ${documented('caddyfile', name, upstream, without)}
}
`
    return run('caddy', port, {
      config,
      args: (file) => ['run', '--adapter', 'caddyfile', '--config', file],
    })
  },
}
