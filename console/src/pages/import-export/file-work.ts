import type { ReadFile } from '../../../../src/client/yaml/read.js'
import type { ReminderToWrite } from '../../../../src/client/yaml/write.js'
import type { FileAnswer, FileRequest } from './file-worker.js'

/** Ten megabytes take a few seconds; what takes longer means harm. */
const timeLimitMs = 60_000

/** It was given up, or took the memory of its worker. */
export class FileTooHard extends Error {
  override name = 'FileTooHard'
}

/** @throws FileTooHard */
export async function readFileText(text: string): Promise<ReadFile> {
  const { read } = await ask({ kind: 'read', text })
  if (read === undefined) throw new FileTooHard()
  return read
}

/** @throws FileTooHard */
export async function writeFileText(
  reminders: readonly ReminderToWrite[],
  names: ReadonlyMap<string, string>,
): Promise<string> {
  const { written } = await ask({ kind: 'write', reminders, names })
  if (written === undefined) throw new FileTooHard()
  return written
}

async function ask(request: FileRequest): Promise<FileAnswer> {
  const worker = new Worker(new URL('file-worker.ts', import.meta.url), { type: 'module' })
  let timer: ReturnType<typeof setTimeout> | undefined
  try {
    return await new Promise<FileAnswer>((resolve, reject) => {
      worker.addEventListener('message', ({ data }: MessageEvent<FileAnswer>) => resolve(data))
      worker.addEventListener('error', () => reject(new FileTooHard()))
      timer = setTimeout(() => reject(new FileTooHard()), timeLimitMs)
      // Nothing of it is handed over: all of it is copied.
      worker.postMessage(request, [])
    })
  } finally {
    clearTimeout(timer)
    worker.terminate()
  }
}
