/**
 * Replaces the `debug` package in the Lambda functions. A library that the arrival function uses
 * logs through it if `DEBUG` is set, which is never the case there.
 *
 * @module
 */

// biome-ignore lint/style/noDefaultExport: the package that it replaces has one.
export default () => () => undefined
