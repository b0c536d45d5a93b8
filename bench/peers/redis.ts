import { spawn, spawnSync } from 'node:child_process'
import { mkdirSync, openSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import type { Closers } from '../../proofs/shared/closers.js'
import { pause } from '../../src/pause.js'
import { StackError } from '../../src/stack/errors.js'
import { freePort } from '../../src/stack/ports.js'

export type Redis = { port: number; pid: number; version: string }

const programs = ['valkey-server', 'redis-server']
const readyMs = 10_000

/** @throws StackError with what to install */
export function findRedis(): { program: string; version: string } {
  for (const program of programs) {
    const { status, stdout } = spawnSync(program, ['--version'], { encoding: 'utf8' })
    const version = /v=([\d.]+)/.exec(stdout ?? '')?.[1]
    if (status === 0 && version !== undefined)
      return { program, version: `${program.replace('-server', '')} ${version}` }
  }
  throw new StackError(
    'BullMQ needs valkey-server or redis-server, and neither is installed: `apt-get install -y valkey-server` (or redis-server), or leave BullMQ out with --only.',
  )
}

/** As BullMQ's docs have it for production: an append-only file that is flushed each second, and nothing evicted. */
export async function startRedis({
  folder,
  logFile,
  closers,
}: {
  folder: string
  logFile: string
  closers: Closers
}): Promise<Redis> {
  const { program, version } = findRedis()
  const port = await freePort()
  const data = join(folder, `redis-${port}`)
  mkdirSync(data, { recursive: true })
  const log = openSync(logFile, 'a')
  const child = spawn(
    program,
    `--port ${port} --bind 127.0.0.1 --appendonly yes --appendfsync everysec --maxmemory-policy noeviction`
      .split(' ')
      .concat('--save', '', '--dir', data),
    { stdio: ['ignore', log, log], detached: true },
  )
  const stop = () => child.kill('SIGTERM')
  process.once('exit', stop)
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  closers.add(async () => {
    stop()
    await exited
  })
  const deadline = Date.now() + readyMs
  while (!(await answers(port))) {
    if (child.exitCode !== null || Date.now() > deadline)
      throw new StackError(`${program} did not start: see ${logFile}`)
    await pause(50)
  }
  return { port, pid: child.pid ?? 0, version }
}

async function answers(port: number): Promise<boolean> {
  return await new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}
