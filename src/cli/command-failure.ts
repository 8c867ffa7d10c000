/**
 * A failure that the person at the terminal can do something about: its message is shown without a stack. Anything
 * else that is thrown is a fault of ours and shows where.
 *
 * @module
 */

export class CommandFailure extends Error {
  override readonly name = 'CommandFailure'
  /** 2 for a command line that cannot be understood, 1 for everything else: as most Unix tools have it. */
  readonly exitCode: 1 | 2

  constructor(
    message: string,
    options: { readonly exitCode?: 1 | 2; readonly cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause })
    this.exitCode = options.exitCode ?? 1
  }
}

/** A command line that cannot be understood. */
export function usageFailure(message: string): CommandFailure {
  return new CommandFailure(message, { exitCode: 2 })
}

/** @returns What was thrown, in words. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown)
}
