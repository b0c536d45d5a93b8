import { tickOf, type Progress } from './progress.js'

/** Progress for a terminal, where a tick replaces the one before, or for a log file, where it is a line at times. */
export function terminalProgress(stream: NodeJS.WriteStream): Progress {
  let isTickShown = false
  const line = (text: string) => {
    stream.write(`${isTickShown ? '\r\u001b[K' : ''}${text}\n`)
    isTickShown = false
  }
  const lines: Progress = { step: line, note: (text) => line(`  ${text}`) }
  if (!stream.isTTY) return { ...lines, tick: tickOf(lines) }
  return {
    ...lines,
    tick(text) {
      stream.write(`\r\u001b[K${`  ${text}`.slice(0, Math.max(20, stream.columns - 1))}`)
      isTickShown = true
    },
  }
}
