/**
 * Random text of at least 32 characters, or a list of such texts. The first secret seals new
 * waybills. Waybills that were sealed with any of them are accepted, so you can rotate secrets.
 * `undefined` entries are ignored, because environment variables may be missing, but at least one
 * secret must be set.
 */
export type SealSecret = string | undefined | readonly (string | undefined)[]

/** A secret, or a function that returns the current one. The function runs on every call. */
export type SecretProvider = SealSecret | (() => SealSecret | Promise<SealSecret>)

/** Validated secrets. The first one seals waybills, and all of them can open waybills. */
export type Secrets = readonly [string, ...string[]]

const MIN_SECRET_LENGTH = 32

/** The secret's function failed or returned an invalid secret. */
export class SecretUnavailable extends Error {
  override readonly name = 'SecretUnavailable'

  constructor(cause: unknown) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    super(`there is no secret to seal with: ${reason}`, { cause })
  }
}

/**
 * @throws {RangeError} If there is no secret, or if one is too short. The message never contains a
 *   secret.
 */
export function readSecrets(given: SealSecret): Secrets {
  const [first, ...others] = [given].flat().filter((secret) => secret !== undefined)
  const wanted = `expected at least ${MIN_SECRET_LENGTH} random characters, such as npx waybill-cli secret prints`
  if (first === undefined) {
    throw new RangeError(
      `secret is missing, ${wanted}; if it comes from an environment variable, the variable is not set where the server starts, or its name is misspelled`,
    )
  }
  for (const { length } of [first, ...others]) {
    if (!(length >= MIN_SECRET_LENGTH)) {
      throw new RangeError(`secret is ${length} characters, ${wanted}`)
    }
  }
  return [first, ...others]
}

/**
 * Caches what `make` derives from the secret until the secret changes.
 *
 * @returns A function that throws `SecretUnavailable` if the secret is not available. The next call
 *   then tries again.
 * @throws {RangeError} Immediately, if a secret that is not a function is missing or too short.
 */
export function bySecret<Made>(
  secret: SecretProvider,
  make: (secrets: Secrets) => Made,
): () => Promise<Made> {
  if (typeof secret !== 'function') {
    const made = make(readSecrets(secret))
    return async () => made
  }
  let kept: { readonly secrets: Secrets; readonly made: Made } | undefined
  return async () => {
    const secrets = await askFor(secret)
    if (!kept || !areEqual(kept.secrets, secrets)) kept = { secrets, made: make(secrets) }
    return kept.made
  }
}

async function askFor(secret: () => SealSecret | Promise<SealSecret>): Promise<Secrets> {
  try {
    return readSecrets(await secret())
  } catch (cause) {
    throw new SecretUnavailable(cause)
  }
}

function areEqual(a: Secrets, b: Secrets): boolean {
  return a.length === b.length && a.every((secret, index) => secret === b[index])
}
