/**
 * One line of the conformance tables, and how it is judged.
 *
 * @module
 */

import type { RawRequest, Reply } from './request/raw-request.ts'
import type { System } from './system.ts'

/** With the code of an error: `404 NoSuchKey`. */
export type Status = number | `${number} ${string}`

export interface Case {
  /** Finishes the sentence "S3 …". */
  readonly title: string
  /** AWS's page, or the published observation, that it follows. */
  readonly see: string
  /** Prepares what is needed and returns the request in question. */
  readonly request: (system: System) => Promise<RawRequest>
  /** @default 200 */
  readonly status?: Status
  /** `undefined` means absent. */
  readonly headers?: Readonly<Record<string, string | RegExp | undefined>>
  readonly body?: string | RegExp
  /** What must hold afterwards. @returns What is wrong. */
  readonly effect?: (system: System, reply: Reply) => Promise<string | undefined>
}

/** Cases that follow the page `see`, unless they name another. */
export function following(
  see: string,
  cases: readonly (Omit<Case, 'see'> & Partial<Pick<Case, 'see'>>)[],
): readonly Case[] {
  return cases.map((each) => ({ see, ...each }))
}

/**
 * @param seen - Called with the request in question and its answer.
 * @returns What is wrong, one line each; nothing when the server conforms.
 */
export async function judge(
  each: Case,
  system: System,
  seen: (raw: RawRequest, reply: Reply) => void = () => {},
): Promise<string[]> {
  const raw = await each.request(system)
  const reply = await system.send(raw)
  seen(raw, reply)
  const wrong: string[] = []
  const compare = (what: string, actual: string | undefined, wanted: typeof each.body) => {
    if (!matches(actual, wanted)) wrong.push(`${what} is ${actual}, expected ${wanted}`)
  }
  const [status, code] = String(each.status ?? 200).split(' ')
  compare('status', String(reply.status), status)
  if (code !== undefined) compare('code', reply.code, code)
  for (const [name, wanted] of Object.entries(each.headers ?? {})) {
    compare(`header ${name}`, reply.headers[name], wanted)
  }
  if (each.body !== undefined) compare('body', reply.body.toString('utf8'), each.body)
  const effect = await each.effect?.(system, reply)
  if (effect !== undefined) wrong.push(effect)
  if (wrong.length > 0 && reply.body.length > 0) {
    wrong.push(`answer: ${reply.body.toString('utf8').slice(0, 600)}`)
  }
  return wrong
}

function matches(actual: string | undefined, wanted: string | RegExp | undefined): boolean {
  if (wanted instanceof RegExp) return actual !== undefined && wanted.test(actual)
  return actual === wanted
}

/** For `effect`: these are the bucket's keys. */
export const keysAre =
  (...wanted: readonly string[]) =>
  async (system: System): Promise<string | undefined> => {
    const keys = (await system.keys()).join()
    return keys === wanted.join() ? undefined : `keys are ${keys}, expected ${wanted}`
  }

/** For `effect`: nothing is stored. */
export const storedNothing = keysAre()

/** For `effect`: the system's key holds exactly this. */
export function stored(text: string) {
  return async (system: System): Promise<string | undefined> => {
    const actual = await system.read()
    return actual === text ? undefined : `stored ${actual}, expected ${text}`
  }
}

/** For `effect`: HEAD returns these headers. */
export const headed =
  (wanted: Readonly<Record<string, string | RegExp | undefined>>) => async (system: System) => {
    const { headers } = await system.reply({ method: 'HEAD', key: system.key })
    const wrong = Object.entries(wanted).filter(([name, value]) => !matches(headers[name], value))
    return wrong.length === 0
      ? undefined
      : wrong.map(([name, value]) => `${name} is ${headers[name]}, expected ${value}`).join('; ')
  }
