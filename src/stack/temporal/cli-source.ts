import type { Progress } from '../progress.js'

export interface CliContext {
  env: NodeJS.ProcessEnv
  progress: Progress
  signal?: AbortSignal | undefined
}

/** `absent` is the ordinary end of a quick look, told only when it comes to a slow way; `failed` is told at once. */
export type CliOutcome =
  { kind: 'found'; path: string } | { kind: 'absent'; why: string } | { kind: 'failed'; why: string }

/** One way to get a Temporal CLI. */
export interface CliSource {
  name: string
  isSlow?: boolean
  find: (context: CliContext) => Promise<CliOutcome>
}
