import { printable } from '@waybill/command-line/printable'
import type { CaseResult } from './run-cases.ts'

export interface Report {
  /** The server's origin. */
  readonly endpoint: string
  readonly region: string
  /** The version of `strict-s3` whose cases were run. */
  readonly version: string
  readonly time: Date
  /** Whether the run was interrupted. */
  readonly isPartial: boolean
  readonly results: readonly CaseResult[]
}

export interface CategoryCount {
  readonly category: string
  readonly cases: number
  /** How many cases the server answers as AWS does. */
  readonly asAws: number
}

export function countByCategory(results: readonly CaseResult[]): readonly CategoryCount[] {
  const groups = Map.groupBy(results, ({ category }) => category)
  return [...groups].map(([category, cases]) => ({
    category,
    cases: cases.length,
    asAws: cases.filter(({ differences }) => differences.length === 0).length,
  }))
}

export function jsonReport(report: Report): string {
  const { results, ...head } = report
  const asAws = results.filter(({ differences }) => differences.length === 0).length
  return JSON.stringify(
    { ...head, cases: results.length, asAws, categories: countByCategory(results), results },
    undefined,
    2,
  )
}

export function markdownReport(report: Report): string {
  const { endpoint, region, version, time, isPartial, results } = report
  const counts = countByCategory(results)
  const differing = results.filter(({ differences }) => differences.length > 0)
  const asAws = results.length - differing.length
  return [
    `# S3 conformance of ${endpoint}`,
    `${asAws} of ${results.length} cases as on AWS. Region ${region}, cases of strict-s3 ${version}, ${time.toISOString()}.`,
    ...(isPartial ? ['The run was interrupted, so this report is not complete.'] : []),
    [
      '| category | cases | as on AWS |',
      '| --- | ---: | ---: |',
      ...counts.map((each) => `| ${each.category} | ${each.cases} | ${each.asAws} |`),
    ].join('\n'),
    ...(differing.length === 0 ? [] : ['## Differences']),
    ...counts
      .filter(({ cases, asAws: good }) => good < cases)
      .map(({ category }) =>
        [
          `### ${category}\n`,
          ...differing.filter((each) => each.category === category).map(differenceLine),
        ].join('\n'),
      ),
  ].join('\n\n')
}

function differenceLine({ title, see, differences }: CaseResult): string {
  const [what = ''] = differences
  return `- S3 ${title} ([source](${see})): ${inCode(what)}`
}

/** A server's text could contain Markdown, HTML or control characters. */
function inCode(text: string): string {
  const line = text.replaceAll('\n', ' ').replaceAll('`', "'")
  return `\`${printable(line.length > 200 ? `${line.slice(0, 200)}…` : line)}\``
}
