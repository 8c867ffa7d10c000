/**
 * `npm run examples [-- name…]`: installs and builds examples with the packed packages as readers
 * would, and starts each one together with `strict-s3`. Then uses it in Chromium: chooses a file,
 * submits the form, and compares the object in S3 with the file. `--draw 2` chooses two examples at
 * random, and those that need only Debian's packages. The same `--seed` always chooses the same ones.
 *
 * @module
 */

import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { type Browser, chromium } from 'playwright'
import { endAllSteps } from '../check/run-step.ts'
import { CHROMIUM_FLAGS, findChromium } from '../chromium.ts'
import { packInto } from '../pack.ts'
import { type Example, readExamples } from './description.ts'
import { drawn } from './drawn.ts'
import { useExample } from './drive.ts'
import { installExample } from './install.ts'
import { startBesideS3 } from './start.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { draw: { type: 'string' }, seed: { type: 'string' } },
})

function chosenExamples(): readonly Example[] {
  const all = readExamples()
  const names = all.map(({ name }) => name)
  const unknown = positionals.find((name) => !names.includes(name))
  if (unknown) throw new Error(`no example is called ${unknown}, there are ${names.join(', ')}`)
  const wanted = values.draw
    ? drawn(names, Number(values.draw), values.seed ?? commit())
    : positionals
  const always = (debian: string | undefined) => values.draw !== undefined && debian !== undefined
  return all
    .filter(({ name, debian }) => wanted.length === 0 || wanted.includes(name) || always(debian))
    .filter(isRunnable)
}

function isRunnable({ name, debian }: Example): boolean {
  const needed = debian?.split(' ') ?? []
  const missing = needed.filter((each) => !existsSync(`/usr/share/doc/${each}`))
  if (missing.length === 0) return true
  console.warn(`${missing.join(', ')} are not installed: ${name} is skipped`)
  return false
}

function commit(): string {
  return execFileSync('git', ['rev-parse', 'HEAD'], { encoding: 'utf8' }).trim()
}

async function runExample(
  example: Example,
  folder: string,
  archives: readonly string[],
): Promise<void> {
  const home = await installExample(example, folder, archives)
  const running = await startBesideS3(home, example)
  const browser = await launch()
  try {
    await useExample(browser, example, running)
  } catch (error) {
    throw new Error(`${example.name} failed. Its server wrote: ${running.output()}`, {
      cause: error,
    })
  } finally {
    await browser.close()
    await running.stop()
    rmSync(home, { recursive: true, force: true })
  }
}

function launch(): Promise<Browser> {
  return chromium.launch({ executablePath: findChromium(), args: CHROMIUM_FLAGS })
}

process.once('SIGINT', () => {
  endAllSteps()
  process.exit(130)
})
const folder = mkdtempSync(join(resolve(tmpdir()), 'waybill-examples-'))
const failed: string[] = []
try {
  const archives = Object.values(packInto(folder))
  for (const example of chosenExamples()) {
    const started = performance.now()
    try {
      await runExample(example, folder, archives)
    } catch (error) {
      console.error(error)
      failed.push(example.name)
    }
    const seconds = ((performance.now() - started) / 1000).toFixed(0)
    console.log(`${failed.includes(example.name) ? '✗' : '✓'} ${example.name} (${seconds} s)`)
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}
process.exit(failed.length === 0 ? 0 : 1)
