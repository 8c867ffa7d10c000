import { type PartPlan, partOf } from 'waybill-s3'
import { CRC64_OF_NOTHING, combineCrc64, formatCrc64, parseCrc64 } from 'waybill-s3/internal/crc64'
import type { UploadedPart, UploadReference } from '../../protocol/messages.ts'
import { isRecord } from '../send/read-answer.ts'
import type { CallOptions, SharedCalls } from '../signer-calls/shared-calls.ts'
import { invalid, isInteger } from '../signer-calls/signer-calls.ts'

export class StoredParts {
  readonly plan: PartPlan
  #stored = 0
  readonly #crcs: string[]

  /**
   * @param crcs - Base64 CRC64NVME of each part, in order, from an earlier session. `''` for
   *   missing parts.
   */
  constructor(plan: PartPlan, crcs: readonly string[] = []) {
    this.plan = plan
    this.#crcs = Array.from({ length: plan.partCount }, () => '')
    crcs.slice(0, plan.partCount).forEach((crc, index) => {
      if (crc !== '') this.store(index + 1, crc)
    })
  }

  get storedSize(): number {
    return this.#stored
  }

  get isComplete(): boolean {
    return this.#stored === this.plan.size
  }

  get crcs(): readonly string[] {
    return [...this.#crcs]
  }

  crcOf(partNumber: number): string | undefined {
    return this.#crcs[partNumber - 1] || undefined
  }

  store(partNumber: number, crc: string): void {
    if (this.crcOf(partNumber) === undefined) this.#stored += partOf(this.plan, partNumber).size
    this.#crcs[partNumber - 1] = crc
  }

  drop(partNumber: number): void {
    if (this.crcOf(partNumber) === undefined) return
    this.#stored -= partOf(this.plan, partNumber).size
    this.#crcs[partNumber - 1] = ''
  }

  partNumbers(which: 'stored' | 'missing'): number[] {
    return this.#crcs.flatMap((crc, index) =>
      (crc === '') === (which === 'missing') ? [index + 1] : [],
    )
  }

  /**
   * Keeps only the parts that S3's list confirms. A part that appears only in S3's list is sent
   * again, because its content cannot be verified without a recorded CRC.
   */
  reconcile(listed: readonly UploadedPart[]): void {
    const byNumber = new Map(listed.map((part) => [part.partNumber, part]))
    for (const partNumber of this.partNumbers('stored')) {
      const part = byNumber.get(partNumber)
      const sameSize = part?.size === partOf(this.plan, partNumber).size
      const sameCrc = !part?.crc64nvme || part.crc64nvme === this.crcOf(partNumber)
      if (!sameSize || !sameCrc) this.drop(partNumber)
    }
  }

  /**
   * Call this only when all parts are stored.
   *
   * @returns The whole object's CRC64NVME in Base64.
   */
  wholeCrc(): string {
    let whole = CRC64_OF_NOTHING
    this.#crcs.forEach((crc, index) => {
      whole = combineCrc64(whole, parseCrc64(crc), partOf(this.plan, index + 1).size)
    })
    return formatCrc64(whole)
  }
}

export async function listParts(
  calls: SharedCalls,
  request: UploadReference,
  options: CallOptions,
): Promise<readonly UploadedPart[]> {
  const response = await calls.ask('/list', request, options)
  const parts: unknown = isRecord(response) ? response.parts : undefined
  if (Array.isArray(parts) && parts.every(isUploadedPart)) return parts
  throw invalid('parts')
}

function isUploadedPart(part: unknown): part is UploadedPart {
  return (
    isRecord(part) &&
    isInteger(part.partNumber) &&
    isInteger(part.size) &&
    typeof part.etag === 'string'
  )
}
