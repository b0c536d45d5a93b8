/**
 * Works on all items, so many at a time. The first failure ends it: what is under way ends, and nothing more begins. It is
 * there beside p-queue since that is given its items, while these are asked for: none before a lane is free for it.
 */
export async function inLanes<T>(
  items: AsyncIterator<T> | Iterator<T>,
  { lanes, work }: { lanes: number; work: (item: T) => Promise<void> },
): Promise<void> {
  let hasFailed = false
  const lane = async () => {
    try {
      for (;;) {
        const next = hasFailed ? undefined : await items.next()
        if (next === undefined || next.done) return
        await work(next.value)
      }
    } catch (error) {
      hasFailed = true
      throw error
    }
  }
  const ended = await Promise.allSettled(Array.from({ length: lanes }, lane))
  const failed = ended.find((one) => one.status === 'rejected')
  if (failed) throw failed.reason
}
