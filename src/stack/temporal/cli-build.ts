import { readdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { cacheDir } from '../cache.js'
import { goBuild } from '../go-build.js'
import { waitForLock } from '../lock.js'
import { projectRoot } from '../project-root.js'
import { checkTemporalCli } from './cli-check.js'
import type { CliContext, CliOutcome } from './cli-source.js'

/** The version in tools/temporal/go.mod. */
export const builtCliName = 'temporal-1.8.2'

const packageCount = 1_718 // of that version, with all it depends on

/** Builds the CLI from the Go module proxy into the cache, unless another start does or has done so. */
export async function buildTemporalCli(context: CliContext): Promise<CliOutcome> {
  const { env, progress, signal } = context
  const cache = cacheDir(env)
  const target = join(cache, builtCliName)
  const waiting = (pid: number) => progress.step(`Waiting for the Temporal CLI, which process ${pid} builds`)
  const release = await waitForLock(`${target}.lock`, (holder) => waiting(holder.pid), signal)
  try {
    if ((await checkTemporalCli(target, env)).kind === 'usable') return { kind: 'found', path: target }
    for (const name of readdirSync(cache).filter(isLeftOver)) rmSync(join(cache, name))
    const unfinished = `${target}.${process.pid}.tmp`
    progress.step(
      'Building the Temporal CLI with Go. It takes minutes (up to an hour on a small, busy machine), once.',
    )
    const problem = await goBuild(
      {
        what: 'the Temporal CLI',
        module: join(projectRoot(), 'tools/temporal'),
        package: 'github.com/temporalio/cli/cmd/temporal',
        output: unfinished,
        packageCount,
      },
      context,
    )
    signal?.throwIfAborted()
    if (problem !== undefined) return { kind: 'failed', why: problem }
    const check = await checkTemporalCli(unfinished, env)
    if (check.kind !== 'usable') return { kind: 'failed', why: check.why }
    renameSync(unfinished, target)
    return { kind: 'found', path: target }
  } finally {
    release()
  }
}

function isLeftOver(name: string): boolean {
  return name.startsWith(`${builtCliName}.`) && name.endsWith('.tmp')
}
