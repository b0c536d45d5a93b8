import { spawn } from 'node:child_process'
import { closeSync, existsSync, openSync, readFileSync } from 'node:fs'
import { copyFile, stat, truncate } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import { logLimitBytes, rotateIfFull } from '../log-file.js'
import { messageOf, StackError } from './errors.js'
import { identify, type ProcessIdentity } from './process-identity.js'

const killGraceMs = 5_000
const logCheckMs = 600_000

export type ServiceName = 'Temporal Web UI' | 'Temporal' | 'Postgres'

/** Temporal first: it hands out work that needs Postgres. */
export const stopOrder: ServiceName[] = ['Temporal Web UI', 'Temporal', 'Postgres']

export type StopSignal = 'SIGINT' | 'SIGTERM'

export interface ServiceSettings {
  name: ServiceName
  command: string
  args: string[]
  env: NodeJS.ProcessEnv
  logFile: string
  stopSignal: StopSignal
  /** How long it may take to stop by `stopSignal`, before it is killed. */
  stopMs: number
  uid?: number
  gid?: number
}

/** A process of the stack. */
export interface Service {
  name: ServiceName
  identity: ProcessIdentity
  logFile: string
  stopSignal: StopSignal
  /** Resolves, with the reason in words, when it has ended. */
  exited: Promise<string>
  stop(): Promise<void>
}

/**
 * Starts a process whose output goes to its log file. It gets a session of its own: Ctrl-C in the terminal
 * reaches only us, and we stop the services in our order.
 */
export async function startService(settings: ServiceSettings): Promise<Service> {
  const { name, command, args, env, logFile, uid, gid } = settings
  rotateIfFull(logFile)
  const log = openSync(logFile, 'a', 0o600)
  const child = spawn(command, args, {
    cwd: '/', // the user it runs as may not be let into ours
    env,
    stdio: ['ignore', log, log],
    detached: true,
    ...(uid === undefined ? {} : { uid }),
    ...(gid === undefined ? {} : { gid }),
  })
  closeSync(log)
  let hasEnded = false
  const exited = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message))
    child.once('exit', (code, signal) =>
      resolve(signal ? `killed by ${signal}` : `ended with exit code ${code}`),
    )
  }).finally(() => {
    hasEnded = true
  })
  const identity = child.pid === undefined ? undefined : identify(child.pid)
  if (!identity) {
    const end = await exited
    // On a busy machine it can have ended before anybody looked at it, which is the same end as a moment later.
    throw new StackError(
      child.pid === undefined ? `${name} did not start: ${command}: ${end}.` : endedEarly(name, end, logFile),
    )
  }

  const logCheck = setInterval(() => void cutIfFull(logFile), logCheckMs).unref()
  void exited.then(() => clearInterval(logCheck))

  // The last resort of a process that ends without closing what it started.
  const stopWithUs = () => child.kill(settings.stopSignal)
  process.once('exit', stopWithUs)
  void exited.then(() => process.removeListener('exit', stopWithUs))

  return {
    name,
    identity,
    logFile,
    stopSignal: settings.stopSignal,
    exited,
    async stop() {
      if (hasEnded) return
      child.kill(settings.stopSignal)
      if (await endsWithin(exited, settings.stopMs)) return
      child.kill('SIGKILL')
      await endsWithin(exited, killGraceMs)
    },
  }
}

/**
 * Polls `isReady` until it is true.
 * @throws StackError with the end of the log when the service ends first, or takes longer than `timeoutMs`
 */
export async function waitUntilReady(
  service: Service,
  isReady: () => Promise<boolean>,
  { timeoutMs, logFile, signal }: { timeoutMs: number; logFile: string; signal?: AbortSignal | undefined },
): Promise<void> {
  const deadline = Date.now() + timeoutMs
  let ended: string | undefined
  void service.exited.then((reason) => (ended = reason))
  while (!(await isReady())) {
    signal?.throwIfAborted()
    if (ended !== undefined) throw new StackError(endedEarly(service.name, ended, logFile))
    if (Date.now() > deadline)
      throw new StackError(
        `${service.name} was not ready after ${Math.round(timeoutMs / 1_000)} s.${tailOf(logFile)}`,
      )
    await delay(50)
  }
}

async function endsWithin(exited: Promise<string>, ms: number): Promise<boolean> {
  const timer = new AbortController()
  const timeout = delay(ms, false, { signal: timer.signal }).catch(() => false) // aborted below
  const ended = await Promise.race([exited.then(() => true), timeout])
  timer.abort()
  return ended
}

function endedEarly(name: ServiceName, end: string, logFile: string): string {
  return `${name} ${end} while it started.${tailOf(logFile)}`
}

function tailOf(logFile: string): string {
  if (!existsSync(logFile)) return ''
  const lines = readFileSync(logFile, 'utf8').trimEnd().split('\n').slice(-8)
  return ` The end of ${logFile}:\n${lines.map((line) => `  ${line}`).join('\n')}`
}

/**
 * The log of a process that has it open for months: what is full is copied to the one before and emptied. The process
 * appends, so it goes on at the beginning. What it writes between the two steps is lost, as with logrotate's copytruncate.
 */
export async function cutIfFull(logFile: string, limitBytes: number = logLimitBytes): Promise<void> {
  try {
    if ((await stat(logFile)).size < limitBytes) return
    await copyFile(logFile, `${logFile}.1`)
    await truncate(logFile)
  } catch (error) {
    process.stderr.write(`carillon: ${logFile} could not be cut: ${messageOf(error)}\n`)
  }
}
