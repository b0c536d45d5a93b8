/**
 * Goes on when the reader of these streams is gone (a terminal that was closed, the end of a pipe): unheard, that error ends
 * the process where it stands, with nothing stopped that it had started.
 */
export function outliveReaders(...streams: NodeJS.WritableStream[]): void {
  for (const stream of streams) stream.on('error', () => {})
}
