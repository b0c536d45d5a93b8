import { join } from 'node:path'
import { freePort } from '../../src/stack/ports.js'
import type { Closers } from './closers.js'
import { startProgram } from './program.js'
import type { CampaignSystem } from './system.js'
import { WorkerSlot } from './worker-slot.js'

export type ApiProcess = { url: string; slot: WorkerSlot }

/** A process with the HTTP API and nothing else, on a port of its own that stays when it is started again. */
export async function startApi(
  { environment, journal, logsDir }: Pick<CampaignSystem, 'environment' | 'journal' | 'logsDir'>,
  {
    name,
    preload,
    inspectorPort,
    closers,
  }: {
    name: string
    /** Below dist/: a module that it imports before anything else. */
    preload?: string
    /** Where Node's inspector listens. */
    inspectorPort?: number
    closers: Closers
  },
): Promise<ApiProcess> {
  const port = await freePort()
  const nodeArguments = [
    ...(inspectorPort === undefined
      ? []
      : [`--inspect=127.0.0.1:${inspectorPort}`, '--inspect-publish-uid=http']),
    ...(preload === undefined ? [] : ['--import', new URL(`../../${preload}`, import.meta.url).href]),
  ]
  const launch = () =>
    startProgram({
      program: 'proofs/shared/api-main.js',
      nodeArguments,
      env: { ...environment, CARILLON_API_PORT: String(port), CARILLON_API_HOST: '127.0.0.1' },
      logFile: join(logsDir, `${name}.log`),
    })
  const slot = new WorkerSlot(name, launch, journal, '"api listening"')
  closers.add(async () => await slot.close())
  await slot.started()
  return { url: `http://127.0.0.1:${port}`, slot }
}
