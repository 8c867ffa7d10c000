/**
 * Replaces the package `debug` in the Lambda functions. A library that the arrival function uses
 * logs through it if `DEBUG` is set, which nobody does there. `debug` would add three more packages
 * to the bundle, one of them only if another package happens to install it.
 *
 * @module
 */

// biome-ignore lint/style/noDefaultExport: the package that it replaces has one.
export default () => () => undefined
