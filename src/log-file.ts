import { existsSync, renameSync, statSync } from 'node:fs'
import { destination } from 'pino'

/** A log and the one before it are kept, each about this large at most. */
export const logLimitBytes = 20_000_000

/** Makes room for a new log: the one that is there, where it is full, becomes the one before. */
export function rotateIfFull(file: string, limitBytes: number = logLimitBytes): void {
  if (existsSync(file) && statSync(file).size >= limitBytes) renameSync(file, `${file}.1`)
}

/** Where a process writes its own log for months. What is written is on the disk at once, also when it dies. */
export function rotatingLog(
  file: string,
  limitBytes: number = logLimitBytes,
): ReturnType<typeof destination> {
  rotateIfFull(file, limitBytes)
  const log = destination({ dest: file, mkdir: true, sync: true })
  let size = existsSync(file) ? statSync(file).size : 0
  log.on('write', (bytes: number) => {
    size += bytes
    if (size < limitBytes) return
    size = 0
    renameSync(file, `${file}.1`)
    log.reopen()
  })
  return log
}
