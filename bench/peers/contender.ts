import type { Message } from './figures.js'

export type Left = {
  /** Not over. */
  open: number
  /** Given up by the engine, since it exists. */
  failed: number
}

/** A system in the run: its worker is up only between `start` and `stop`, or `kill`. */
export type Contender = {
  id: string
  title: string
  createMs: number
  isSlower: boolean
  phones: string[]
  /** Ready to send: every account is connected. */
  start(): Promise<void>
  stop(): Promise<void>
  /** SIGKILL. */
  kill(): Promise<void>
  /** Answers with the messages as they are due, which may be rounded. */
  create(messages: Message[]): Promise<Message[]>
  /** Acknowledged since it was started first; what it knew at a death and had not told is not in it. */
  acked(): Promise<number>
  left(): Promise<Left>
  /** Seconds of the processor so far: of the worker, the engine and Postgres. */
  processorTime(): number
}
