/**
 * How Node runs the workers of Vitest. The tests have all cores already: the threads with which V8 collects garbage beside
 * the main one only take turns with it. Large files make much garbage: without those threads the suites that send them
 * take a fifth less CPU.
 */
export const TEST_FLAGS = ['--single-threaded-gc', '--max-semi-space-size=64']
