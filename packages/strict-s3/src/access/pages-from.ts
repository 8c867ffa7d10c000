/**
 * Which pages may send requests to a server, besides those that a CORS rule of a bucket names.
 *
 * @module
 */

/**
 * Origins whose pages may send requests: patterns as in a CORS rule (`https://app.test`,
 * `http://*.test`, `*` for all, also `null`), or a function that decides for each origin.
 */
export type PagesFrom = readonly string[] | ((origin: string) => boolean)
