/**
 * What a server that runs in a process of its own tells the benchmark that started it.
 *
 * @module
 */

/**
 * Sends where the server is. Then answers each message with the microseconds of CPU since the one
 * before. The process ends with its parent.
 */
export function reportCpu(place: number | string): void {
  let before = process.cpuUsage()
  process.on('message', () => {
    const { user, system } = process.cpuUsage(before)
    process.send?.(user + system)
    before = process.cpuUsage()
  })
  process.on('disconnect', () => process.exit())
  process.send?.(place)
}
