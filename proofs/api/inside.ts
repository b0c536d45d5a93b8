import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { freePort } from '../../src/stack/ports.js'
import { startApi } from '../shared/api-processes.js'
import type { Closers } from '../shared/closers.js'
import {
  countStatements,
  statementsSince,
  totalOf,
  type StatementCounts,
} from '../shared/count-statements.js'
import { shareByPart, type CpuProfile } from '../shared/cpu-profile.js'
import type { CampaignSystem } from '../shared/system.js'
import { inspect } from '../soak/inspector.js'
import { askFor } from './clients.js'
import type { ApiOptions } from './options.js'
import { kinds, requestsOf, type Kind } from './requests.js'
import type { ApiScene } from './scene.js'

export type Inside = {
  /** For each request. */
  statements: number
  /** How often each of them is made for a request. */
  each: StatementCounts
  /** Of the processor time of the process, by what takes it; together 1. */
  processor: Record<string, number>
  wrong: string[]
}

/** At most, of each kind: more tells no more. */
const mostSeconds = 5
const mostWarmSeconds = 2

/** What a request of each kind makes the process do: in a process of its own, since looking takes time, too. */
export async function lookInside(
  system: CampaignSystem,
  {
    scene,
    token,
    options: { clients, seconds: asked, profileDir },
    closers,
    signal,
  }: {
    scene: ApiScene
    token: string
    options: Pick<ApiOptions, 'clients' | 'seconds' | 'profileDir'>
    closers: Closers
    signal: AbortSignal
  },
): Promise<Record<Kind, Inside>> {
  const inspectorPort = await freePort()
  const { url } = await startApi(system, {
    name: 'api-inside',
    preload: 'proofs/shared/counted-statements.js',
    inspectorPort,
    closers,
  })
  const inspector = await inspect(inspectorPort)
  closers.add(async () => await Promise.resolve(inspector.close()))

  const [seconds, warmSeconds] = [Math.min(asked, mostSeconds), Math.min(asked, mostWarmSeconds)]
  const found = {} as Record<Kind, Inside>
  for (const kind of kinds) {
    const load = async (name: string, forSeconds: number) =>
      await askFor({
        url,
        token,
        seconds: forSeconds,
        clients: Array.from({ length: clients }, (_, index) =>
          requestsOf(scene, { load: kind, name: `${name}-${kind}-${index}`, first: index }),
        ),
        signal,
      })
    await load('warm-inside', warmSeconds)
    const before = await countStatements(inspectorPort)
    await inspector.startProfile()
    const { took, wrong } = await load('inside', seconds)
    const profile = await inspector.stopProfile<CpuProfile>()
    const counts = statementsSince(before, await countStatements(inspectorPort))
    const requests = Math.max(1, took[kind].length)
    if (profileDir !== undefined) {
      mkdirSync(profileDir, { recursive: true })
      writeFileSync(join(profileDir, `${kind}.cpuprofile`), JSON.stringify(profile))
    }
    found[kind] = {
      statements: totalOf(counts) / requests,
      each: Object.fromEntries(
        Object.entries(counts).map(([statement, times]) => [statement, times / requests]),
      ),
      processor: shareByPart(profile),
      wrong,
    }
  }
  return found
}
