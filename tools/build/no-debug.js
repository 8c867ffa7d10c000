/**
 * Replaces the package `debug` in the Lambda functions: a library of arrival logs through it when
 * `DEBUG` is set, which nobody sets there. It would bring three more packages, one of them only
 * where another package had it installed.
 *
 * @module
 */

// biome-ignore lint/style/noDefaultExport: it stands for a package that has one.
export default () => () => undefined
