/** Where the stack says what it does, for people. */
export interface Progress {
  /** Something began or is done. */
  step(text: string): void
  /** A detail of the current step, such as why one way failed and the next is tried. */
  note(text: string): void
  /** How far the current step is; may be shown in place of the one before. Without it, it becomes a seldom note. */
  tick?(text: string): void
}

export const noProgress: Progress = { step: () => {}, note: () => {} }

const seldomMs = 30_000

export function tickOf(progress: Progress): (text: string) => void {
  if (progress.tick) return (text) => progress.tick?.(text)
  let lastAt = Date.now()
  return (text) => {
    if (Date.now() - lastAt < seldomMs) return
    lastAt = Date.now()
    progress.note(text)
  }
}
