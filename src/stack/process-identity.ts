import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { codeOf } from './errors.js'

/** A process, told apart from a later one that gets the same pid. */
export interface ProcessIdentity {
  pid: number
  /** Opaque; differs between any two processes that ever had the pid, also across reboots. */
  startedAt: string
}

export const processIdentitySchema = z.object({ pid: z.number().int().positive(), startedAt: z.string() })

/** The process that has this pid now; undefined if none has, or if it has ended and only waits to be reaped. */
export function identify(pid: number): ProcessIdentity | undefined {
  const startedAt = process.platform === 'linux' ? startOnLinux(pid) : startByPs(pid)
  return startedAt === undefined ? undefined : { pid, startedAt }
}

export function self(): ProcessIdentity {
  const identity = identify(process.pid)
  if (!identity) throw new Error(`this process (${process.pid}) can't be found in the list of processes`)
  return identity
}

export function isRunning(identity: ProcessIdentity): boolean {
  return identify(identity.pid)?.startedAt === identity.startedAt
}

/** With its arguments; empty where it can't be told. */
export function commandLineOf(pid: number): string {
  return process.platform === 'linux'
    ? (readProc(`${pid}/cmdline`)?.replaceAll('\0', ' ').trim() ?? '')
    : (ps(pid, 'command=') ?? '')
}

function startOnLinux(pid: number): string | undefined {
  const stat = readProc(`${pid}/stat`)
  if (stat === undefined) return undefined
  // proc(5): the second field is the name in brackets and may contain spaces; state is field 3, start time 22.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const [state, startTicks] = [fields[0], fields[19]]
  if (state === 'Z' || state === 'X' || startTicks === undefined) return undefined
  return `${readProc('sys/kernel/random/boot_id')?.trim() ?? ''}/${startTicks}`
}

function readProc(path: string): string | undefined {
  try {
    return readFileSync(`/proc/${path}`, 'utf8')
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ESRCH') return undefined
    throw error
  }
}

function startByPs(pid: number): string | undefined {
  if (ps(pid, 'state=')?.startsWith('Z')) return undefined
  return ps(pid, 'lstart=')
}

function ps(pid: number, column: string): string | undefined {
  try {
    // A time is the same text in every process: not in the zone and the language of whoever asks.
    const env = { ...process.env, TZ: 'UTC', LC_ALL: 'C' }
    const output = execFileSync('ps', ['-o', column, '-p', String(pid)], { encoding: 'utf8', env }).trim()
    return output === '' ? undefined : output
  } catch (error) {
    // ps ends with 1 when there is no such process, and isn't there at all under ENOENT.
    if (codeOf(error) === 'ENOENT') throw error
    return undefined
  }
}
