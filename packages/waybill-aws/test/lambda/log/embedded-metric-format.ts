/**
 * What CloudWatch demands of a line from which it is to read metrics. It drops a wrong line without a word.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_Dimension.html
 * @module
 */

const RATES = ['Bytes', 'Kilobytes', 'Megabytes', 'Gigabytes', 'Terabytes', 'Bits', 'Kilobits']
const SIZES = [...RATES, 'Megabits', 'Gigabits', 'Terabits', 'Count']
const UNITS: readonly unknown[] = [
  ...['Seconds', 'Microseconds', 'Milliseconds', 'Percent', 'None'],
  ...SIZES,
  ...SIZES.map((size) => `${size}/Second`),
]
const MAX_LINE = 1024 * 1024

type Json = Readonly<Record<string, unknown>>

/** @returns What is wrong with the line; nothing when CloudWatch takes it. */
export function problemsOf(line: string): string[] {
  if (line.includes('\n')) return ['the line is several lines']
  if (Buffer.byteLength(line) > MAX_LINE) return ['the line is longer than an event of the log']
  let root: unknown
  try {
    root = JSON.parse(line)
  } catch {
    return ['the line is not JSON']
  }
  if (!isObject(root)) return ['the root is no object']
  const { _aws: metadata } = root
  if (!isObject(metadata)) return ['_aws is no object']
  const { Timestamp: time, CloudWatchMetrics: directives, ...more } = metadata
  return [
    ...Object.keys(more).map((name) => `_aws has ${name}`),
    ...(Number.isInteger(time) ? [] : ['Timestamp is no whole number']),
    ...(Array.isArray(directives)
      ? directives.flatMap((each) => directiveProblems(each, root))
      : ['CloudWatchMetrics is no array']),
  ]
}

function directiveProblems(directive: unknown, root: Json): string[] {
  if (!isObject(directive)) return ['a directive is no object']
  const { Namespace: namespace, Dimensions: sets, Metrics: metrics, ...more } = directive
  if (!Array.isArray(sets) || sets.length === 0) return ['Dimensions is no array of sets']
  if (!Array.isArray(metrics) || metrics.length > 100) return ['Metrics is no array of 100 at most']
  return [
    ...Object.keys(more).map((name) => `a directive has ${name}`),
    ...(isName(namespace) ? [] : ['Namespace is no name']),
    ...sets.flatMap((set) => setProblems(set, root)),
    ...metrics.flatMap((metric) => metricProblems(metric, root)),
  ]
}

function setProblems(set: unknown, root: Json): string[] {
  if (!Array.isArray(set) || set.length > 30) return ['a set is no array of 30 names at most']
  return set.flatMap((name) => {
    if (!isName(name)) return ['a dimension has no name']
    return isDimensionValue(root[name]) ? [] : [`${name} is no value of a dimension`]
  })
}

/** ASCII without control characters, not only spaces, and no colon in front. */
function isDimensionValue(value: unknown): boolean {
  return typeof value === 'string' && /^(?!:)(?=.*[!-~])[ -~]{1,1024}$/.test(value)
}

function metricProblems(metric: unknown, root: Json): string[] {
  if (!isObject(metric)) return ['a metric is no object']
  const { Name: name, Unit: unit = 'None', StorageResolution: resolution = 60, ...more } = metric
  if (!isName(name)) return ['a metric has no name']
  return [
    ...Object.keys(more).map((key) => `a metric has ${key}`),
    ...(UNITS.includes(unit) ? [] : [`${name} has the unit ${unit}`]),
    ...([1, 60].includes(Number(resolution)) ? [] : [`${name} has the resolution ${resolution}`]),
    ...(isMetricValue(root[name]) ? [] : [`${name} has no numbers`]),
  ]
}

function isMetricValue(value: unknown): boolean {
  const values = Array.isArray(value) ? value : [value]
  return values.length <= 100 && values.every((each) => Number.isFinite(each))
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && value.length >= 1 && value.length <= 255
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
