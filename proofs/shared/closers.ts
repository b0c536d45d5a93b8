/** What was opened, to be closed in reverse: who uses a part is closed before it. */
export class Closers {
  private readonly closers: (() => Promise<void>)[] = []
  private isClosing = false

  /** What is opened while everything closes is closed at once. */
  add(close: () => Promise<void>): void {
    if (this.isClosing) void close()
    else this.closers.push(close)
  }

  async closeAll(): Promise<void> {
    this.isClosing = true
    for (const close of this.closers.toReversed()) await close()
  }
}
