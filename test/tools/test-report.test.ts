import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { temporaryFolder } from '@waybill/test-support/temporary-folders'
import { describe, expect, it } from 'vitest'
import { runStep } from '../../tools/check/run-step.ts'
import { readCount, readTestReport, sumOf } from '../../tools/check/test-report.ts'

/** Runs Vitest over files with these texts, and reads its report. */
async function runTests(...texts: readonly string[]) {
  const folder = temporaryFolder('waybill-report-')
  const files = texts.map((text, index) => writeFile(join(folder, `${index}.test.js`), text))
  await Promise.all(files)
  const report = join(folder, 'report.json')
  const vitest = join(import.meta.dirname, '../../node_modules/vitest/vitest.mjs')
  const args = ['run', '--globals', '--root', folder, '--reporter=json', `--outputFile=${report}`]
  const { green } = await runStep({
    name: 'tests',
    command: [process.execPath, vitest, ...args],
    limitMs: 60_000,
  })
  return { green, ...readTestReport(report, green) }
}

describe('readTestReport', () => {
  it('counts tests, and names failed ones', async () => {
    const text = `
      it('holds', () => expect(1).toBe(1))
      describe('a group', () => { it('breaks', () => expect(1).toBe(2)) })`
    const { green, passed, failed, failures } = await runTests(text)
    expect({ green, passed, failed }).toEqual({ green: false, passed: 1, failed: 1 })
    expect(failures[0]).toMatch(/0\.test\.js > a group breaks\n {4}AssertionError: expected 1/)
  })

  it('names a file that could not be loaded', async () => {
    const { passed, failed, failures } = await runTests(
      "it('holds', () => {})",
      "throw new Error('not today')",
    )
    expect({ passed, failed }).toEqual({ passed: 1, failed: 1 })
    expect(failures[0]).toMatch(/1\.test\.js\n.*not today/)
  })

  it('counts an error outside of the tests', async () => {
    const text = "it('holds', () => { Promise.reject(new Error('on its own')) })"
    const { passed, failed, failures } = await runTests(text)
    expect({ passed, failed }).toEqual({ passed: 1, failed: 1 })
    expect(failures).toHaveLength(1)
  })

  it('names nothing if all tests passed', async () => {
    const { green, ...count } = await runTests("it('holds', () => {})")
    expect({ green, ...count }).toEqual({ green: true, passed: 1, failed: 0, failures: [] })
  })

  it('reports a run that left no report', () => {
    expect(readTestReport('there/is/none.json', false)).toEqual({
      passed: 0,
      failed: 1,
      failures: ['there/is/none.json: no report'],
    })
  })
})

describe('sumOf', () => {
  it("adds up two runs, and names both runs' failures", () => {
    const runs = [
      { passed: 2, failed: 1, failures: ['a'] },
      { passed: 3, failed: 1, failures: ['b'] },
    ]
    expect(sumOf(runs)).toEqual({ passed: 5, failed: 2, failures: ['a', 'b'] })
  })
})

describe('readCount', () => {
  it("reads an earlier run's count", async () => {
    const folder = temporaryFolder('waybill-count-')
    const count = { passed: 2, failed: 1, failures: ['a'] }
    await writeFile(join(folder, 'count.json'), JSON.stringify(count))
    expect(readCount(join(folder, 'count.json'), 'npm test')).toEqual(count)
  })

  it('reports a run that did not finish', () => {
    expect(readCount('there/is/none.json', 'npm test')).toEqual({
      passed: 0,
      failed: 1,
      failures: ['npm test did not get to its end'],
    })
  })
})
