import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pause } from '../../src/pause.js'
import { startApi, type ApiProcess } from '../shared/api-processes.js'
import { ask } from '../shared/ask.js'
import type { Closers } from '../shared/closers.js'
import { msForEach, processorSecondsOf } from '../shared/processor-time.js'
import { startProgram } from '../shared/program.js'
import type { CampaignSystem } from '../shared/system.js'
import { askFor, type Asked } from './clients.js'
import { echoed, kinds, loads, requestsOf, type Kind, type Load } from './requests.js'
import { lookInside, type Inside } from './inside.js'
import type { ApiOptions } from './options.js'
import { createApiScene, type ApiScene } from './scene.js'

/** What was begun by then is done: the first steps of reminders, and what Temporal writes behind. */
const calmMs = 2_000
const warmSeconds = 3

export type Side = 'api' | 'echo'
export type Processor = {
  server: number
  postgres: number
  temporal: number
  worker: number
  clients: number
}
/** Of one load on one side, in one turn; processor time in ms a request. */
export type Phase = { load: Load; side: Side; asked: Asked; cpuMs: Processor }

export type Measured = {
  phases: Phase[]
  inside: Record<Kind, Inside>
  /** Of an answer of each kind, in bytes. */
  bytes: Record<Kind, number>
}

type Scene = ApiScene & { system: CampaignSystem; token: string; servers: Record<Side, Server> }
type Server = { url: string; pid: () => number }

export async function measureApi(
  system: CampaignSystem,
  {
    options,
    closers,
    say,
    signal,
  }: { options: ApiOptions; closers: Closers; say: (text: string) => void; signal: AbortSignal },
): Promise<Measured> {
  const { clients, turns, seconds } = options
  const { secret: token } = await system.client.tokens.create({ name: 'bench', role: 'owner' })
  const made = await createApiScene(system, { reminders: options.reminders, say, signal })
  const api = await startApi(system, { name: 'api', closers })
  const bodies = await sampleBodies(api, { ...made, token })
  const echo = await startEcho(system, { bodies, closers })
  const scene: Scene = {
    ...made,
    system,
    token,
    servers: { api: { url: api.url, pid: () => api.slot.pid }, echo },
  }

  say('Warming up')
  for (const side of ['echo', 'api'] as const)
    await phase(scene, { load: 'mix', side, name: `warm-${side}`, clients, seconds: warmSeconds, signal })
  const phases: Phase[] = []
  for (let turn = 1; turn <= turns; turn++)
    for (const load of loads) {
      say(`Turn ${turn} of ${turns}: ${load}`)
      for (const side of ['echo', 'api'] as const) {
        signal.throwIfAborted()
        phases.push(await phase(scene, { load, side, name: `${load}-${turn}`, clients, seconds, signal }))
      }
    }
  say('A look inside')
  const inside = await lookInside(system, { scene: made, token, options, closers, signal })
  const bytes = Object.fromEntries(
    kinds.map((kind) => [kind, Buffer.byteLength(JSON.stringify(bodies[kind]))]),
  ) as Record<Kind, number>
  return { phases, inside, bytes }
}

async function phase(
  { system, token, servers, ...scene }: Scene,
  {
    load,
    side,
    name,
    clients,
    seconds,
    signal,
  }: { load: Load; side: Side; name: string; clients: number; seconds: number; signal: AbortSignal },
): Promise<Phase> {
  const { url, pid } = servers[side]
  const all = Array.from({ length: clients }, (_, index) => {
    const next = requestsOf(scene, { load, name: `${name}-${index}`, first: index })
    return side === 'api' ? next : () => echoed(next())
  })
  const busy = (): Processor => {
    const own = process.cpuUsage()
    return {
      ...processorSecondsOf({
        server: pid(),
        postgres: system.postgres.pid,
        temporal: system.temporal.pid,
        worker: system.workers[0]?.pid,
      }),
      clients: (own.user + own.system) / 1e6,
    }
  }
  const before = busy()
  const asked = await askFor({ url, token, seconds, clients: all, signal })
  await pause(calmMs, signal)
  const count = kinds.reduce((sum, kind) => sum + asked.took[kind].length, 0)
  return { load, side, asked, cpuMs: msForEach(before, busy(), Math.max(1, count)) }
}

/** An answer of each kind, as the API gives it. */
async function sampleBodies(
  { url }: ApiProcess,
  { token, ...scene }: ApiScene & { token: string },
): Promise<Record<Kind, object>> {
  const bodies = {} as Record<Kind, object>
  for (const kind of kinds) {
    const { method, path, body } = requestsOf(scene, { load: kind, name: 'sample', first: 0 })()
    const answer = await ask(`${url}${path}`, { method, headers: { authorization: `Bearer ${token}` }, body })
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`)
    bodies[kind] = JSON.parse(answer.text) as object
  }
  return bodies
}

async function startEcho(
  { logsDir }: Pick<CampaignSystem, 'logsDir'>,
  { bodies, closers }: { bodies: Record<Kind, object>; closers: Closers },
): Promise<Server> {
  const file = join(logsDir, 'echo-bodies.json')
  writeFileSync(file, JSON.stringify(bodies))
  const program = startProgram({
    program: 'proofs/api/echo-main.js',
    args: [file],
    env: {},
    logFile: join(logsDir, 'echo.log'),
  })
  closers.add(async () => {
    program.signal('SIGKILL')
    await program.exited
  })
  const said = await program.line((line) => line.startsWith('listening on '))
  return { url: `http://127.0.0.1:${said.replace('listening on ', '')}`, pid: () => program.pid }
}
