export type Interruption = {
  signal: AbortSignal
  /** Resolves with the exit code when interrupted; rejects when a part of the system failed. */
  promise: Promise<number>
  /** From now on Ctrl-C is the expected end, with this exit code. */
  expect: (exitCode: number) => void
  failOn: (failed: Promise<never>) => void
}

/** Ctrl-C, and failures of parts, as one thing that ends whatever is going on. */
export function interruption(): Interruption {
  const controller = new AbortController()
  let exitCode = 130
  let fail: (error: unknown) => void = () => {}
  const promise = new Promise<number>((resolve, reject) => {
    fail = reject
    controller.signal.addEventListener('abort', () => resolve(exitCode))
  })
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    // Again while it closes: nothing more, or its parts would be left running.
    process.on(name, () => {
      if (!controller.signal.aborted) process.stderr.write('\nClosing…\n')
      controller.abort()
    })
  return {
    signal: controller.signal,
    promise,
    expect: (code) => {
      exitCode = code
    },
    failOn: (failed) => {
      failed.catch((error: unknown) => {
        fail(error)
        controller.abort()
      })
    },
  }
}
