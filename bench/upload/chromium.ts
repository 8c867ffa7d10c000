/**
 * Runs measurements in Chromium on the client's side of a line, each in a new context of one
 * browser.
 *
 * @module
 */

import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Browser, chromium } from 'playwright'
import { CHROMIUM_FLAGS, findChromium } from '../../scripts/chromium.ts'
import type { Measurement } from './measurement.ts'
import type { Place } from './place.ts'
import { cpuMsOfTree } from './process-cpu.ts'
import { watchMemory } from './process-memory.ts'

/** A running browser. */
export interface BenchBrowser {
  readonly version: string
  /** @param watchesMemory - It costs CPU. @default false */
  measure(
    contestant: string,
    paths: readonly string[],
    watchesMemory?: boolean,
  ): Promise<Measurement>
  close(): Promise<void>
}

/** Starts the browser. `directory` is for the script that starts it on the right side. */
export async function openChromium(
  place: Place,
  appUrl: string,
  directory: string,
): Promise<BenchBrowser> {
  const pidFile = join(directory, 'chromium.pid')
  const browser = await chromium.launch({
    executablePath: writeStarter(place, directory, pidFile),
    args: [
      ...CHROMIUM_FLAGS,
      // The addresses of the line are not a secure context, so `crypto.subtle` would be missing.
      `--unsafely-treat-insecure-origin-as-secure=${appUrl}`,
      // The bucket's two host names, on the other side of the line.
      `--host-resolver-rules=MAP localhost ${place.host},MAP 127.0.0.1 ${place.host}`,
    ],
  })
  const pid = Number(readFileSync(pidFile, 'utf8'))
  return {
    version: browser.version(),
    measure: (contestant, paths, watchesMemory = false) =>
      measureIn(browser, pid, `${appUrl}/${contestant}`, paths, watchesMemory),
    close: () => browser.close(),
  }
}

/**
 * Writes the script that starts the browser. Playwright talks to it through pipes, which work
 * across `exec` and need no network.
 */
function writeStarter(place: Place, directory: string, pidFile: string): string {
  const starter = join(directory, 'start-chromium.sh')
  const command = place.onClientSide([findChromium()]).map((word) => `'${word}'`)
  writeFileSync(starter, `#!/bin/sh\necho $$ > '${pidFile}'\nexec ${command.join(' ')} "$@"\n`, {
    mode: 0o755,
  })
  return starter
}

async function measureIn(
  browser: Browser,
  pid: number,
  url: string,
  paths: readonly string[],
  watchesMemory: boolean,
): Promise<Measurement> {
  const context = await browser.newContext()
  try {
    const page = await context.newPage()
    page.setDefaultTimeout(0)
    page.on('console', (message) => {
      if (message.type() === 'error') console.error(`  ${url}: ${message.text()}`)
    })
    await page.goto(url)
    await page.waitForFunction('globalThis.measure !== undefined')
    await page.setInputFiles('input', [...paths])
    const before = cpuMsOfTree(pid)
    const watch = watchesMemory ? watchMemory(pid) : undefined
    const timed = await page.evaluate<Pick<Measurement, 'startedAt' | 'ms'>>('measure()')
    const memory = watch?.end()
    const clientCpuMs = cpuMsOfTree(pid) - before
    return { ...timed, clientCpuMs, ...(memory === undefined ? {} : { memory }) }
  } finally {
    await context.close()
  }
}
