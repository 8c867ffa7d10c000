/**
 * `npm run guard`: fails when one of our hot operations has become slower. What is compared are
 * ratios: CPU of the operation to CPU of the least that the platform must do for it, in one
 * process, in turns. Absolute times say more of the machine.
 *
 * `-- --write` replaces the baselines of this kind of CPU.
 *
 * @module
 */

import { execFile } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { spreadOf } from '../harness/spread.ts'
import { type Baselines, leastRatio, limitOf } from './judge.ts'
import { PAIRS } from './pairs.ts'

const FILE = new URL('baselines.json', import.meta.url)
const SCRIPT = fileURLToPath(new URL('measure-pair.ts', import.meta.url))
/** Of one process: some four seconds where the machine has nothing else to do. */
const LIMIT_MS = 240_000
/** For a baseline: its median does not depend on one process. */
const BASELINE_RUNS = 5

const cpu = cpus()[0]?.model.trim() ?? 'unknown CPU'
const run = promisify(execFile)

async function measure(name: string): Promise<number> {
  const words = [...process.execArgv, SCRIPT, name]
  const { stdout } = await run(process.execPath, words, { timeout: LIMIT_MS })
  return Number(stdout)
}

async function write(baselines: Baselines): Promise<void> {
  const own: Record<string, number> = {}
  for (const { name } of PAIRS) {
    const ratios: number[] = []
    for (let each = 0; each < BASELINE_RUNS; each += 1) ratios.push(await measure(name))
    own[name] = Number(spreadOf(ratios).median.toFixed(2))
    console.log(`${name}: ${own[name]} ×, of ${ratios.map((ratio) => ratio.toFixed(2)).join(' ')}`)
  }
  writeFileSync(FILE, `${JSON.stringify({ ...baselines, [cpu]: own }, undefined, 2)}\n`)
}

async function check(baselines: Baselines): Promise<boolean> {
  const grown: string[] = []
  for (const { name } of PAIRS) {
    const { baseline, limit, isOwn } = limitOf(baselines, cpu, name)
    const ratio = await leastRatio(() => measure(name), limit)
    const where = isOwn ? '' : ', the highest of other CPUs'
    const line = `${name}: ${ratio.toFixed(2)} ×, before ${baseline.toFixed(2)}${where}`
    console.log(`${ratio > limit ? '✗' : '✓'} ${line}`)
    if (ratio > limit) grown.push(line)
  }
  if (grown.length === 0) return true
  console.log(`\nSlower than before (npm run guard -- --write, if it must be):`)
  for (const line of grown) console.log(line)
  return false
}

const baselines: Baselines = JSON.parse(readFileSync(FILE, 'utf8'))
if (process.argv.includes('--write')) await write(baselines)
else process.exitCode = (await check(baselines)) ? 0 : 1
