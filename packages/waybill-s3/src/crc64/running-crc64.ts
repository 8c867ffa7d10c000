/**
 * Computes CRC64NVME incrementally, in WebAssembly. All `RunningCrc64` objects share one
 * WebAssembly instance. This is safe because calls to it are synchronous.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity-upload.html
 * @module
 */

import { type Crc64, POLYNOMIAL } from './crc64.ts'
import {
  BYTE_TABLE,
  type Crc64Exports,
  INPUT,
  INPUT_SIZE,
  laneTable,
  STRIDE,
  writeCrc64Module,
} from './crc64-module.ts'

interface Machine {
  readonly input: Uint8Array
  readonly run: Crc64Exports['run']
}

let machine: Machine | undefined

export class RunningCrc64 {
  readonly #machine: Machine
  #inverted = -1n

  /**
   * @throws {WebAssembly.CompileError} If the page's Content Security Policy lacks
   *   `wasm-unsafe-eval`, which allows WebAssembly.
   */
  constructor() {
    machine ??= startMachine()
    this.#machine = machine
  }

  update(bytes: Uint8Array): void {
    const { input, run } = this.#machine
    for (let from = 0; from < bytes.length; from += INPUT_SIZE) {
      const piece = bytes.subarray(from, from + INPUT_SIZE)
      input.set(piece)
      this.#inverted = run(this.#inverted, piece.length)
    }
  }

  get value(): Crc64 {
    const crc = ~this.#inverted
    return { high: Number(BigInt.asUintN(32, crc >> 32n)), low: Number(BigInt.asUintN(32, crc)) }
  }
}

function startMachine(): Machine {
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(writeCrc64Module()))
  if (!hasAll(exports)) throw new TypeError('the WebAssembly module of CRC64NVME lacks its exports')
  const { memory, run } = exports
  const table = (address: number) => new BigInt64Array(memory.buffer, address, 256)
  table(BYTE_TABLE).set(Array.from({ length: 256 }, (_, byte) => crcOfByte(BigInt(byte))))
  // The input is still all zeros, so `run` returns the CRC of a byte followed by zeros.
  for (let index = 0; index < 8; index += 1) {
    table(laneTable(index)).set(
      Array.from(table(BYTE_TABLE), (crc) => run(crc, STRIDE - 1 - index)),
    )
  }
  return { input: new Uint8Array(memory.buffer, INPUT, INPUT_SIZE), run }
}

function hasAll(exports: object): exports is Crc64Exports {
  return 'memory' in exports && 'run' in exports
}

function crcOfByte(byte: bigint): bigint {
  const polynomial = (BigInt(POLYNOMIAL.high) << 32n) | BigInt(POLYNOMIAL.low)
  let crc = byte
  for (let bit = 0; bit < 8; bit += 1) crc = (crc >> 1n) ^ (crc & 1n ? polynomial : 0n)
  return crc
}
