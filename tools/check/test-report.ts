import { existsSync, readFileSync } from 'node:fs'
import { relative } from 'node:path'

export interface TestCount {
  readonly passed: number
  readonly failed: number
  /** For each failed test, its file, its name and the first lines of the error. */
  readonly failures: readonly string[]
}

interface Report {
  readonly numPassedTests: number
  readonly numFailedTests: number
  readonly testResults: readonly {
    readonly name: string
    readonly status: string
    readonly message?: string
    readonly assertionResults: readonly {
      readonly fullName: string
      readonly status: string
      readonly failureMessages?: readonly string[]
    }[]
  }[]
}

const LINES = 8

/**
 * Counts a run's tests. A run without a report counts as one failure, and so does a run that failed
 * without a failed test, for example because a file could not be loaded.
 */
export function readTestReport(path: string, green: boolean): TestCount {
  if (!existsSync(path)) return { passed: 0, failed: 1, failures: [`${path}: no report`] }
  const report: Report = JSON.parse(readFileSync(path, 'utf8'))
  const failures = report.testResults.flatMap(failuresOf)
  if (!green && failures.length === 0) failures.push('an error outside of the tests: see above')
  return { passed: report.numPassedTests, failed: failures.length, failures }
}

export function sumOf(counts: readonly TestCount[]): TestCount {
  const sum = (which: 'passed' | 'failed') => counts.reduce((all, each) => all + each[which], 0)
  return {
    passed: sum('passed'),
    failed: sum('failed'),
    failures: counts.flatMap(({ failures }) => failures),
  }
}

/** A missing file counts as one failure of `name`. */
export function readCount(path: string, name: string): TestCount {
  if (existsSync(path)) return JSON.parse(readFileSync(path, 'utf8'))
  return { passed: 0, failed: 1, failures: [`${name} did not get to its end`] }
}

function failuresOf({ name, status, message, assertionResults }: Report['testResults'][number]) {
  const file = relative('.', name)
  const failed = assertionResults
    .filter((test) => test.status === 'failed')
    .map(({ fullName, failureMessages = [] }) => {
      return `${file} > ${fullName}\n${firstLines(failureMessages.join('\n'))}`
    })
  if (failed.length > 0 || status !== 'failed') return failed
  return [`${file}\n${firstLines(message ?? '')}`]
}

function firstLines(text: string): string {
  const lines = text.split('\n').filter((line) => line.trim() !== '')
  return lines
    .slice(0, LINES)
    .map((line) => `    ${line}`)
    .join('\n')
}
