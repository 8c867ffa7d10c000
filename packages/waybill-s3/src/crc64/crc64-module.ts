/**
 * Generates the WebAssembly module that computes CRC64NVME over its memory. `running-crc64.ts`
 * fills that memory.
 *
 * A CRC is computed word by word, with one table for each byte of a word. Because each step needs
 * the result of the previous one, a single chain of steps leaves the CPU waiting. So four lanes
 * each process every fourth word independently, and their results are combined at the end, as in
 * zlib's "braided" CRC.
 *
 * @see https://github.com/madler/zlib/blob/develop/crc32.c
 * @see https://webassembly.github.io/spec/core/binary/instructions.html
 * @module
 */

const WORD = 8
const LANES = 4
/** The number of bytes that all lanes together process in one round. */
export const STRIDE = WORD * LANES

/** Table size in bytes: one word for each possible byte. */
const TABLE_SIZE = 256 * WORD
/** Address of the table for single bytes. */
export const BYTE_TABLE = 0
/**
 * Returns the address of the table for one byte of a word. The table holds the CRC of that byte
 * followed by the rest of a stride.
 *
 * @param index - The byte's position in the word, 0 to 7.
 */
export function laneTable(index: number): number {
  return BYTE_TABLE + (index + 1) * TABLE_SIZE
}
export const INPUT = laneTable(WORD)
export const INPUT_SIZE = 64 * 1024
/** Memory size in pages of 64 KiB: enough for the tables and the input. */
const PAGES = 2

export interface Crc64Exports {
  readonly memory: WebAssembly.Memory
  /**
   * Computes the CRC of the bytes at `INPUT`.
   *
   * @param crc - The complement of the CRC of all earlier bytes.
   * @param size - The number of bytes at `INPUT`, which the call overwrites.
   * @returns The complement of the CRC of all bytes so far.
   */
  readonly run: (crc: bigint, size: number) => bigint
}

type Code = readonly number[]

/**
 * Encodes a number as unsigned LEB128. WebAssembly reads some numbers as signed. The encoding is
 * then only correct if bit 6 of the last byte is 0, which is true of all numbers used here.
 */
const number = (value: number): Code =>
  value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...number(value >>> 7)]
const sized = (code: Code): Code => [...number(code.length), ...code]
const list = (items: readonly Code[]): Code => [...number(items.length), ...items.flat()]
const section = (id: number, items: readonly Code[]): Code => [id, ...sized(list(items))]
const word = (text: string): Code => sized([...text].map((letter) => letter.charCodeAt(0)))

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
const isLess = (a: Code, b: Code): Code => [...a, ...b, 0x49]
const add = (a: Code, b: Code): Code => [...a, ...b, 0x6a]
const subtract = (a: Code, b: Code): Code => [...a, ...b, 0x6b]
const and = (a: Code, b: Code): Code => [...a, ...b, 0x71]
const xor = (a: Code, b: Code): Code => [...a, ...b, 0x85]
const shiftLeft = (a: Code, bits: number): Code => [...a, ...int64(bits), 0x86]
const shiftRight = (a: Code, bits: number): Code => [...a, ...int64(bits), 0x88]
const lowHalf = (a: Code): Code => [...a, 0xa7]
const repeatWhile = (condition: Code, code: Code): Code =>
  [[0x02, NOTHING, 0x03, NOTHING], condition, [0x45, 0x0d, 1], code, [0x0c, 0, END, END]].flat()

/** Indexes of the local variables: the two parameters, the other lanes, and two addresses. */
const CRC = 0
const SIZE = 1
const lane = (index: number) => (index === 0 ? CRC : SIZE + index)
const AT = SIZE + LANES
const STOP = AT + 1

/** Computes the offset of a byte's entry in a table: eight times the byte. */
function inTable(value: Code, byte: number): Code {
  const shifted = byte === 0 ? shiftLeft(value, 3) : shiftRight(value, byte * 8 - 3)
  return and(lowHalf(shifted), int32(0xff * WORD))
}

/** Processes a lane's next word and moves the lane forward by one stride. */
function laneOn(index: number): Code {
  const value = get(lane(index))
  const looked = Array.from({ length: WORD }, (_, byte) =>
    wordAt(inTable(value, byte), laneTable(byte)),
  )
  const withWord = xor(value, wordAt(get(AT), index * WORD))
  return [...set(lane(index), withWord), ...set(lane(index), looked.reduce(xor))]
}

function byteOn(): Code {
  const looked = wordAt(inTable(xor(get(CRC), byteAt(get(AT))), 0), BYTE_TABLE)
  return set(CRC, xor(shiftRight(get(CRC), 8), looked))
}

function run(): Code {
  const lanes = Array.from({ length: LANES }, (_, index) => index)
  const rest = subtract(get(STOP), get(AT))
  const advance = (size: number) => set(AT, add(get(AT), int32(size)))
  // Each lane is combined with its next word, so the loop below leaves one stride unprocessed.
  const join = (index: number) =>
    setWordAt(get(AT), index * WORD, xor(wordAt(get(AT), index * WORD), get(lane(index))))
  return [
    set(AT, int32(INPUT)),
    set(STOP, add(get(AT), get(SIZE))),
    repeatWhile(isLess(int32(2 * STRIDE - 1), rest), [
      ...lanes.flatMap(laneOn),
      ...advance(STRIDE),
    ]),
    lanes.slice(1).flatMap(join),
    repeatWhile(isLess(get(AT), get(STOP)), [...byteOn(), ...advance(1)]),
    get(CRC),
  ].flat()
}

export function writeCrc64Module(): Uint8Array<ArrayBuffer> {
  const locals = list([
    [LANES - 1, I64],
    [2, I32],
  ])
  const exported = [
    [...word('memory'), 2, 0],
    [...word('run'), 0, 0],
  ]
  return Uint8Array.from([
    ...[...'\0asm'].map((letter) => letter.charCodeAt(0)),
    ...[1, 0, 0, 0],
    ...section(1, [[0x60, 2, I64, I32, 1, I64]]),
    ...section(3, [[0]]),
    ...section(5, [[0, PAGES]]),
    ...section(7, exported),
    ...section(10, [sized([...locals, ...run(), END])]),
  ])
}
