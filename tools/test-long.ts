/**
 * `npm run test:long`: runs the complete long suites, and then every example. This takes hours.
 *
 * @module
 */

import { endAllSteps, runStep, type Step } from './check/run-step.ts'

const HOUR_MS = 3_600_000

const STEPS: readonly Step[] = [
  {
    name: 'long suites',
    // `unit` is left out because it is part of `node`.
    command: ['vitest', 'run', '--project=!unit', ...process.argv.slice(2)],
    limitMs: 12 * HOUR_MS,
  },
  {
    name: 'examples',
    command: ['node', '--conditions=@waybill/source', 'tools/examples/main.ts'],
    limitMs: HOUR_MS,
  },
]

process.env.WAYBILL_LONG = '1'
process.once('SIGINT', () => {
  endAllSteps()
  process.exit(130)
})
let failed = false
for (const step of STEPS) {
  const { green, seconds } = await runStep(step, { live: true })
  console.log(`${green ? '✓' : '✗'} ${step.name} (${seconds.toFixed(0)} s)`)
  failed ||= !green
}
process.exit(failed ? 1 : 0)
