/**
 * Failures that the user can correct. Their messages are shown without a stack trace. Every other
 * error is a bug in Waybill and is shown with its stack trace.
 *
 * @module
 */

/** A failure of a command that the user can correct. */
export class CommandFailure extends Error {
  override readonly name = 'CommandFailure'
  /** 2 for an invalid command line, 1 for everything else, as most Unix tools do. */
  readonly exitCode: 1 | 2

  /**
   * Compares names, because each package with a command has its own copy of this class, and they
   * call each other's code.
   */
  static override [Symbol.hasInstance](thrown: unknown): thrown is CommandFailure {
    return thrown instanceof Error && thrown.name === 'CommandFailure' && 'exitCode' in thrown
  }

  constructor(
    message: string,
    options: { readonly exitCode?: 1 | 2; readonly cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause })
    this.exitCode = options.exitCode ?? 1
  }
}

/** Creates the failure for an invalid command line (exit code 2). */
export function usageFailure(message: string): CommandFailure {
  return new CommandFailure(message, { exitCode: 2 })
}

/** Returns the message of an error, or of any other thrown value. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown)
}
