/**
 * `npm run bench -- <name>`: runs a benchmark and replaces its sections in `bench/RESULTS.md`.
 *
 *     npm run bench -- <name> [--quick]
 *     npm run bench -- upload [--on loopback | --on bad-line [--size 32|96|256]]
 *
 * `all` runs every one, within 75 minutes on two cores. `--quick` measures one round, to see that a
 * benchmark runs, and changes no document.
 *
 * A benchmark is a module that exports `run`; add it to the table here. Its peers are installed
 * from `bench/peers/` at first use. `harness/` has the shared code.
 *
 * @module
 */

import { parseArgs } from 'node:util'
import { installPeers } from './harness/packages.ts'
import { type Options, type Run, type Section, writeSection } from './harness/results.ts'

interface Benchmark {
  readonly compares: string
  /** Loads the module. Its `run` may take long. */
  readonly load: () => Promise<{ run: Run }>
}

const BENCHMARKS: Readonly<Record<string, Benchmark>> = {
  'cold-start': {
    compares: "a Lambda's first request, beside an empty handler, AWS SDK v3 and SDK v2",
    load: () => import('./cold-start/run.ts'),
  },
  'first-byte': {
    compares: 'round trips from upload() to the first byte of the file, cold and warm',
    load: () => import('./upload/first-byte.ts'),
  },
  http: {
    compares:
      "a server's CPU per create, beside signers by hand, Fastify and AWS SDK v3; and for up to 10,000 parts",
    load: () => import('./http/run.ts'),
  },
  'strict-s3': {
    compares: 'the local S3, beside a bare node:http pipe, s3rver, Ceph and Swift',
    load: () => import('../packages/strict-s3/bench/run.ts'),
  },
  'many-files': {
    compares: 'small files and their memory, beside bare fetch, Uppy, Better Upload, lib-storage',
    load: () => import('./upload/many-files.ts'),
  },
  signing: {
    compares: 'CPU per presigned POST and per part URL, beside AWS SDK v3, minio-js and aws4fetch',
    load: () => import('./signing/run.ts'),
  },
  upload: {
    compares:
      'large and many files from Chromium and Node, beside Uppy, Better Upload and lib-storage',
    load: () => import('./upload/run.ts'),
  },
}

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { quick: { type: 'boolean' }, on: { type: 'string' }, size: { type: 'string' } },
  })
  const [name] = positionals
  const { quick: isQuick = false, ...part } = values
  const names = Object.keys(BENCHMARKS).filter((each) => each === name || name === 'all')
  if (names.length === 0) return printUsage(name)
  if (name !== 'upload' && (part.on ?? part.size) !== undefined) {
    throw new TypeError(`--on and --size are options of upload, not of ${name}`)
  }
  installPeers()
  const times: string[] = []
  let allMet = true
  for (const each of names) {
    let started = performance.now()
    for await (const section of sectionsOf(each, { ...part, isQuick })) {
      console.log(writeSection(each, section, isQuick))
      allMet &&= section.goals.every(({ met }) => met)
      const minutes = (performance.now() - started) / 60_000
      times.push([each, section.option, `${minutes.toFixed(1)} min`].filter(Boolean).join(' '))
      started = performance.now()
    }
  }
  console.log(`It took: ${times.join(', ')}`)
  return allMet ? 0 : 1
}

async function* sectionsOf(name: string, options: Options): AsyncGenerator<Section> {
  const benchmark = await BENCHMARKS[name]?.load()
  const running = benchmark?.run(options) ?? []
  if (running instanceof Promise) yield running
  else yield* running
}

function printUsage(unknown: string | undefined): number {
  if (unknown !== undefined) console.error(`there is no benchmark '${unknown}'`)
  console.error('npm run bench -- <name> [--quick], where <name> is one of')
  const lines = Object.entries(BENCHMARKS).map(([name, { compares }]) => [name, compares])
  lines.push(['all', 'all of these, one after another'])
  for (const [name = '', what] of lines) console.error(`  ${name.padEnd(12)} ${what}`)
  return unknown === undefined ? 0 : 1
}

process.exitCode = await main()
