import { join } from 'node:path'
import { cacheDir } from '../cache.js'
import { StackError } from '../errors.js'
import { buildTemporalCli, builtCliName } from './cli-build.js'
import { checkTemporalCli } from './cli-check.js'
import { downloadedCliName, downloadTemporalCli } from './cli-download.js'
import type { CliContext, CliOutcome, CliSource } from './cli-source.js'

export const cliSources: CliSource[] = [
  { name: 'CARILLON_TEMPORAL_CLI', find: fromVariable },
  { name: 'PATH', find: fromPath },
  { name: 'cache', find: fromCache },
  { name: 'download by the SDK', isSlow: true, find: downloadTemporalCli },
  { name: 'build from source', isSlow: true, find: buildTemporalCli },
]

/** @throws StackError with the reason of each way, and what to do */
export async function findTemporalCli(context: CliContext, sources = cliSources): Promise<string> {
  const reasons: { text: string; isTold: boolean }[] = []
  const tell = () => {
    for (const reason of reasons.filter((reason) => !reason.isTold)) {
      context.progress.note(reason.text)
      reason.isTold = true
    }
  }
  for (const source of sources) {
    context.signal?.throwIfAborted()
    if (source.isSlow) tell()
    const outcome = await source.find(context)
    if (outcome.kind === 'found') return outcome.path
    reasons.push({ text: `Temporal CLI, ${source.name}: ${outcome.why}`, isTold: false })
    if (outcome.kind === 'failed') tell()
  }
  throw new StackError(
    `No Temporal CLI could be found or made:\n${reasons.map((reason) => `  ${reason.text}\n`).join('')}` +
      `Install it (https://docs.temporal.io/cli) or set CARILLON_TEMPORAL_CLI to its path; or install Go, and ` +
      `Carillon builds it; or set TEMPORAL_ADDRESS to a Temporal server of yours.`,
  )
}

async function fromVariable({ env }: CliContext): Promise<CliOutcome> {
  const path = env.CARILLON_TEMPORAL_CLI
  if (path === undefined || path === '') return { kind: 'absent', why: 'not set' }
  const check = await checkTemporalCli(path, env)
  return check.kind === 'usable' ? { kind: 'found', path } : { kind: 'failed', why: check.why }
}

async function fromPath({ env }: CliContext): Promise<CliOutcome> {
  return firstUsable(['temporal'], `no 'temporal' there`, env)
}

async function fromCache({ env }: CliContext): Promise<CliOutcome> {
  const cache = cacheDir(env)
  const paths = [builtCliName, downloadedCliName()].map((name) => join(cache, name))
  return firstUsable(paths, `none in ${cache}`, env)
}

async function firstUsable(paths: string[], whyAbsent: string, env: NodeJS.ProcessEnv): Promise<CliOutcome> {
  let broken: CliOutcome | undefined
  for (const path of paths) {
    const check = await checkTemporalCli(path, env)
    if (check.kind === 'usable') return { kind: 'found', path }
    if (check.kind === 'unusable') broken = { kind: 'failed', why: check.why }
  }
  return broken ?? { kind: 'absent', why: whyAbsent }
}
