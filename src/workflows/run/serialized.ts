import { CancellationScope } from '@temporalio/workflow'

/**
 * Makes calls of `write` wait for each other. A write that brings a row to what is true when its turn comes leaves it
 * right, in whatever order the handlers that asked for it end. A cancellation takes none of them back: the row must be
 * true especially then. One that fails, fails for its caller alone, and the next has its turn.
 */
export function serialized(write: () => Promise<void>): () => Promise<void> {
  let last = Promise.resolve()
  return async () => {
    const mine = last.then(() => CancellationScope.nonCancellable(write))
    // One that failed fails its own caller: those after it have something else to write.
    last = mine.catch(() => undefined)
    await mine
  }
}
