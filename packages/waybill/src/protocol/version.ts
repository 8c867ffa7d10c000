/** The version of all packages. Their manifests have it too, and a test compares them. */
export const VERSION = '0.1.0'
