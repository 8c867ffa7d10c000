/**
 * Computes CRC64NVME incrementally, in WebAssembly, or in plain JavaScript where WebAssembly is not
 * allowed, which is two to four times slower.
 *
 * This file writes the WebAssembly module itself. A CRC is computed word by word, with one table
 * for each byte of a word. Because each step needs the result of the previous one, a single chain
 * of steps leaves the CPU waiting. So four lanes each process every fourth word independently, and
 * their results are combined at the end, as in zlib's "braided" CRC.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity-upload.html
 * @see https://github.com/madler/zlib/blob/develop/crc32.c
 * @see https://webassembly.github.io/spec/core/binary/instructions.html
 * @module
 */

import { type Crc64, POLYNOMIAL } from './crc64.ts'

export interface CrcInPieces {
  update(bytes: Uint8Array): void
  readonly value: Crc64
}

/** Rejects if the JavaScript implementation, which is a separate chunk, cannot be loaded. */
export async function startCrc64(): Promise<CrcInPieces> {
  if (hasWebAssembly()) return new RunningCrc64()
  const { TableCrc64 } = await import('./table-crc64.ts')
  return new TableCrc64(POLYNOMIAL)
}

const EMPTY_MODULE = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]

let allowed: boolean | undefined

/**
 * Checks whether WebAssembly can be compiled. A Content Security Policy without `wasm-unsafe-eval`
 * forbids it, and Safari's Lockdown Mode disables it.
 *
 * Tries only once, because the policy may report each blocked attempt to the site's owner.
 */
export function hasWebAssembly(): boolean {
  allowed ??= canCompile()
  return allowed
}

function canCompile(): boolean {
  try {
    return new WebAssembly.Module(Uint8Array.from(EMPTY_MODULE)) instanceof WebAssembly.Module
  } catch {
    return false
  }
}

interface Machine {
  readonly memory: WebAssembly.Memory
  /**
   * Computes the CRC of the bytes at `INPUT`, which the call overwrites.
   *
   * @param crc - The complement of the CRC of all earlier bytes.
   * @param size - The number of bytes at `INPUT`.
   * @returns The complement of the CRC of all bytes so far.
   */
  readonly run: (crc: bigint, size: number) => bigint
}

/** All `RunningCrc64` objects share it. This is safe because calls to it are synchronous. */
let machine: Machine | undefined

export class RunningCrc64 implements CrcInPieces {
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
    const { memory, run } = this.#machine
    const input = new Uint8Array(memory.buffer, INPUT, INPUT_SIZE)
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

const WORD = 8
const LANES = [0, 1, 2, 3]
/** The number of bytes that all lanes together process in one round. */
const STRIDE = WORD * LANES.length

/** Table size in bytes: one word for each possible byte. */
const TABLE_SIZE = 256 * WORD
/** Address of the table for single bytes. */
const BYTE_TABLE = 0
/**
 * Returns the address of the table for one byte of a word, 0 to 7. The table holds the CRC of that
 * byte followed by the rest of a stride.
 */
const laneTable = (byte: number) => BYTE_TABLE + (byte + 1) * TABLE_SIZE
const INPUT = laneTable(WORD)
const INPUT_SIZE = 64 * 1024
/** Memory size in pages of 64 KiB: enough for the tables and the input. */
const PAGES = 2

function startMachine(): Machine {
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(writeModule()))
  if (!isMachine(exports)) throw new TypeError('the WebAssembly module of CRC64NVME lacks exports')
  const { memory, run } = exports
  const table = (address: number) => new BigInt64Array(memory.buffer, address, 256)
  const single = table(BYTE_TABLE)
  single.set(Array.from(single, (_, byte) => crcOfByte(BigInt(byte))))
  // The input is still all zeros, so `run` returns the CRC of a byte followed by zeros.
  for (let byte = 0; byte < WORD; byte += 1) {
    table(laneTable(byte)).set(Array.from(single, (crc) => run(crc, STRIDE - 1 - byte)))
  }
  return { memory, run }
}

function isMachine(exports: object): exports is Machine {
  return 'memory' in exports && 'run' in exports
}

function crcOfByte(byte: bigint): bigint {
  const polynomial = (BigInt(POLYNOMIAL.high) << 32n) | BigInt(POLYNOMIAL.low)
  let crc = byte
  for (let bit = 0; bit < 8; bit += 1) crc = (crc >> 1n) ^ (crc & 1n ? polynomial : 0n)
  return crc
}

type Code = readonly number[]

/**
 * Encodes a number as unsigned LEB128. WebAssembly reads some numbers as signed. The encoding is
 * then only correct if bit 6 of the last byte is 0, which is true of all numbers used here.
 */
const number = (value: number): Code =>
  value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...number(value >>> 7)]
const sized = (code: Code): Code => [...number(code.length), ...code]
const list = (...items: readonly Code[]): Code => [...number(items.length), ...items.flat()]
const section = (id: number, ...items: readonly Code[]): Code => [id, ...sized(list(...items))]
const letters = (text: string): Code => [...text].map((letter) => letter.charCodeAt(0))

const I32 = 0x7f
const I64 = 0x7e
const NOTHING = 0x40
const END = 0x0b

const int32 = (value: number): Code => [0x41, ...number(value)]
const int64 = (value: number): Code => [0x42, ...number(value)]
const get = (local: number): Code => [0x20, local]
const set = (local: number, value: Code): Code => [...value, 0x21, local]
const byteAt = (address: Code): Code => [...address, 0x31, 0, 0]
const wordAt = (address: Code, offset: number): Code => [...address, 0x29, 0, ...number(offset)]
const setWordAt = (address: Code, offset: number, value: Code): Code =>
  [address, value, [0x37, 0], number(offset)].flat()
const lowHalf = (a: Code): Code => [...a, 0xa7]

const binary = (opcode: number) => (a: Code, b: Code) => [...a, ...b, opcode]
const isLess = binary(0x49)
const add = binary(0x6a)
const subtract = binary(0x6b)
const and = binary(0x71)
const xor = binary(0x85)
const shiftLeft = binary(0x86)
const shiftRight = binary(0x88)

const repeatWhile = (condition: Code, code: Code): Code =>
  [[0x02, NOTHING, 0x03, NOTHING], condition, [0x45, 0x0d, 1], code, [0x0c, 0, END, END]].flat()

/** Indexes of the local variables: the two parameters, the other lanes, and two addresses. */
const CRC = 0
const SIZE = 1
const lane = (index: number) => (index === 0 ? CRC : SIZE + index)
const AT = SIZE + LANES.length
const STOP = AT + 1

/** Computes the offset of a byte's entry in a table: eight times the byte. */
function inTable(value: Code, byte: number): Code {
  const shift = byte === 0 ? shiftLeft(value, int64(3)) : shiftRight(value, int64(byte * 8 - 3))
  return and(lowHalf(shift), int32(0xff * WORD))
}

const advance = (size: number) => set(AT, add(get(AT), int32(size)))

/** Processes a lane's next word and moves the lane forward by one stride. */
function laneOn(index: number): Code {
  const value = get(lane(index))
  const looked = Array.from({ length: WORD }, (_, byte) =>
    wordAt(inTable(value, byte), laneTable(byte)),
  )
  const withWord = xor(value, wordAt(get(AT), index * WORD))
  return [...set(lane(index), withWord), ...set(lane(index), looked.reduce(xor))]
}

/** Combines a lane with its next word in the input. */
function joinLane(index: number): Code {
  const at = index * WORD
  return setWordAt(get(AT), at, xor(wordAt(get(AT), at), get(lane(index))))
}

function byteOn(): Code {
  const looked = wordAt(inTable(xor(get(CRC), byteAt(get(AT))), 0), BYTE_TABLE)
  return set(CRC, xor(shiftRight(get(CRC), int64(8)), looked))
}

const run = (): Code =>
  [
    set(AT, int32(INPUT)),
    set(STOP, add(get(AT), get(SIZE))),
    // Leaves one stride unprocessed, into which the lanes are then joined.
    repeatWhile(isLess(int32(2 * STRIDE - 1), subtract(get(STOP), get(AT))), [
      ...LANES.flatMap(laneOn),
      ...advance(STRIDE),
    ]),
    LANES.slice(1).flatMap(joinLane),
    repeatWhile(isLess(get(AT), get(STOP)), [...byteOn(), ...advance(1)]),
    get(CRC),
  ].flat()

function writeModule(): Uint8Array<ArrayBuffer> {
  const locals = list([LANES.length - 1, I64], [2, I32])
  return Uint8Array.from([
    ...EMPTY_MODULE,
    ...section(1, [0x60, 2, I64, I32, 1, I64]),
    ...section(3, [0]),
    ...section(5, [0, PAGES]),
    ...section(7, [...sized(letters('memory')), 2, 0], [...sized(letters('run')), 0, 0]),
    ...section(10, sized([...locals, ...run(), END])),
  ])
}
