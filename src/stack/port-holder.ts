import { execFileSync } from 'node:child_process'
import { readFileSync, readdirSync, readlinkSync } from 'node:fs'
import { codeOf, messageOf } from './errors.js'
import { commandLineOf } from './process-identity.js'

/** The process that listens on a local TCP port, in words ("process 4711: …"); undefined where it can't be found out. */
export function portHolder(port: number): string | undefined {
  try {
    const pid = process.platform === 'linux' ? holderOnLinux(port) : holderByLsof(port)
    return pid === undefined ? undefined : `process ${pid}: ${commandLineOf(pid).slice(0, 120)}`
  } catch (error) {
    // Only a kindness to the reader of another error, so its own failure is no more than a remark in it.
    return `a process that can't be looked up (${messageOf(error)})`
  }
}

const listenState = '0A'

/** proc(5): /proc/net/tcp has local address and inode of each socket; a process's fds link to "socket:[inode]". */
function holderOnLinux(port: number): number | undefined {
  const hexPort = port.toString(16).toUpperCase().padStart(4, '0')
  const inodes = ['/proc/net/tcp', '/proc/net/tcp6']
    .flatMap((file) => readFileSync(file, 'utf8').split('\n'))
    .map((line) => line.trim().split(/\s+/))
    .filter((fields) => fields[1]?.endsWith(`:${hexPort}`) && fields[3] === listenState)
    .map((fields) => `socket:[${fields[9]}]`)
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .find((pid) => socketsOf(pid).some((socket) => inodes.includes(socket)))
}

function socketsOf(pid: number): string[] {
  const fds = orNothing(() => readdirSync(`/proc/${pid}/fd`)) ?? []
  return fds.flatMap((fd) => orNothing(() => readlinkSync(`/proc/${pid}/fd/${fd}`)) ?? [])
}

/** Another user's process, and what has just ended or was just closed, are passed over. */
function orNothing<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch (error) {
    if (['EACCES', 'EPERM', 'ENOENT', 'ESRCH'].includes(codeOf(error) ?? '')) return undefined
    throw error
  }
}

function holderByLsof(port: number): number | undefined {
  const output = execFileSync('lsof', ['-nP', `-iTCP:${port}`, '-sTCP:LISTEN', '-Fp'], { encoding: 'utf8' })
  const pid = /^p(\d+)$/m.exec(output)?.[1]
  return pid === undefined ? undefined : Number(pid)
}
