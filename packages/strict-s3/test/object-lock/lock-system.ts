/**
 * A bucket with Object Lock, and a clock that only the test moves.
 *
 * @module
 */

import { createHash } from 'node:crypto'
import { type StrictS3, type StrictS3Options, startStrictS3 } from 'strict-s3'
import type { Reply } from '../../../../test/conformance/request/raw-request.ts'
import type { SignOptions } from '../../../../test/conformance/request/signing.ts'
import { type Ask, System } from '../../../../test/conformance/system.ts'

export const DAY_MS = 86_400_000
export const START = Date.parse('2026-03-01T10:00:00Z')

export const md5 = (body: string) => createHash('md5').update(body).digest('base64')
export const iso = (ms: number) => new Date(ms).toISOString()

export class LockSystem extends System {
  readonly server: StrictS3
  readonly #clock: { ms: number }

  private constructor(server: StrictS3, bucket: string, clock: { ms: number }) {
    super(server, bucket)
    this.server = server
    this.#clock = clock
  }

  /** Starts a server whose bucket `vault` has Object Lock. */
  static async start(options: StrictS3Options = {}, startMs = START): Promise<LockSystem> {
    const clock = { ms: startMs }
    const server = await startStrictS3({ now: () => new Date(clock.ms), ...options })
    const system = new LockSystem(server, 'vault', clock)
    const headers = { 'x-amz-bucket-object-lock-enabled': 'true' }
    await system.expectReply(200, { method: 'PUT', headers })
    return system
  }

  get nowMs(): number {
    return this.#clock.ms
  }

  set nowMs(ms: number) {
    this.#clock.ms = ms
  }

  override signed(ask: Ask<SignOptions>) {
    return super.signed({ now: new Date(this.nowMs), ...ask })
  }

  async ask(ask: Ask<SignOptions>): Promise<Reply> {
    return this.reply(ask)
  }

  /** Sends a document with its `Content-MD5`. */
  document(query: Record<string, string>, body: string, more: Partial<Ask<SignOptions>> = {}) {
    return this.ask({ method: 'PUT', query, body, md5: true, ...more })
  }

  /** @returns The new version's id. */
  async putLocked(key: string, body: string, headers: Record<string, string>): Promise<string> {
    const ask = { method: 'PUT', key, body, md5: true, headers } as const
    const { headers: answered } = await this.expectReply(200, ask)
    return answered['x-amz-version-id'] ?? ''
  }

  retain(key: string, versionId: string, mode: string, untilMs: number, bypass = false) {
    const body = `<Retention><Mode>${mode}</Mode><RetainUntilDate>${iso(untilMs)}</RetainUntilDate></Retention>`
    return this.document({ retention: '', versionId }, body, { key, headers: bypassing(bypass) })
  }

  hold(key: string, versionId: string, status: string) {
    const body = `<LegalHold><Status>${status}</Status></LegalHold>`
    return this.document({ 'legal-hold': '', versionId }, body, { key })
  }

  deleteVersion(key: string, versionId: string, bypass = false): Promise<Reply> {
    return this.ask({ method: 'DELETE', key, query: { versionId }, headers: bypassing(bypass) })
  }

  /** @returns The body of the version, or `undefined` if it is gone. */
  async version(key: string, versionId: string): Promise<string | undefined> {
    const { status, body } = await this.ask({ key, query: { versionId } })
    return status === 200 ? body.toString() : undefined
  }
}

export function retention(mode: string, untilMs: number): Record<string, string> {
  return { 'x-amz-object-lock-mode': mode, 'x-amz-object-lock-retain-until-date': iso(untilMs) }
}

function bypassing(bypass: boolean): Record<string, string> {
  return bypass ? { 'x-amz-bypass-governance-retention': 'true' } : {}
}
