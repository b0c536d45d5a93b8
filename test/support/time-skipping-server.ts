import { execFile, spawn } from 'node:child_process'
import { existsSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'
import { TestWorkflowEnvironment } from '@temporalio/testing'
import { cacheDir } from '../../src/stack/cache.js'
import { waitForLock } from '../../src/stack/lock.js'
import { freePort } from '../../src/stack/ports.js'
import { projectRoot } from '../../src/stack/project-root.js'
import { testDataConverter } from './codec.js'

/** As the workers of the tests have it; a worker without is understood as well. */
const client = { dataConverter: testDataConverter }

const downloadMs = 60_000
const mavenMs = 10 * 60_000
const listenMs = 120_000 // a JVM on a busy machine

export interface TimeSkippingServer {
  env: TestWorkflowEnvironment
  close: () => Promise<void>
}

/**
 * Starts Temporal's time-skipping test server. Skipping is global to a server, so one for each test file.
 * The SDK downloads it; where it can't, it comes from Maven and is kept in ~/.cache/carillon.
 */
export async function startTimeSkippingServer(): Promise<TimeSkippingServer> {
  const folder = jarFolder()
  if (!existsSync(folder)) {
    const attempt = await startByDownload()
    if (attempt.kind === 'started') return { env: attempt.env, close: () => attempt.env.teardown() }
    console.warn(`The SDK can't get the time-skipping server (${attempt.why}); taking it from Maven.`)
    await fetchJars(folder)
  }
  return startByJava(folder)
}

type Attempt = { kind: 'started'; env: TestWorkflowEnvironment } | { kind: 'failed'; why: string }

async function startByDownload(): Promise<Attempt> {
  let isLate = false
  const start = async (): Promise<Attempt> => {
    try {
      const env = await TestWorkflowEnvironment.createTimeSkipping({ client })
      if (isLate) await env.teardown()
      return { kind: 'started', env }
    } catch (error) {
      return { kind: 'failed', why: /client error .*/.exec(String(error))?.[0] ?? String(error) }
    }
  }
  const timeout = async (): Promise<Attempt> => {
    await delay(downloadMs, undefined, { ref: false })
    isLate = true
    return { kind: 'failed', why: `not there after ${downloadMs / 1_000} s` }
  }
  return Promise.race([start(), timeout()])
}

function pomFile(): string {
  return join(projectRoot(), 'tools/test-server/pom.xml')
}

function jarFolder(): string {
  const version = /<artifactId>temporal-test-server<\/artifactId>\s*<version>(.+?)</.exec(
    readFileSync(pomFile(), 'utf8'),
  )?.[1]
  if (version === undefined) throw new Error(`${pomFile()} names no version of temporal-test-server`)
  return join(cacheDir(process.env), `test-server-${version}`)
}

async function fetchJars(folder: string): Promise<void> {
  const waiting = (pid: number) => console.warn(`Waiting for process ${pid}, which fetches the test server`)
  const release = await waitForLock(`${folder}.lock`, (holder) => waiting(holder.pid))
  try {
    if (existsSync(folder)) return
    const unfinished = `${folder}.unfinished`
    rmSync(unfinished, { recursive: true, force: true })
    const args = [
      '-B',
      '-q',
      '-f',
      pomFile(),
      'dependency:copy-dependencies',
      `-DoutputDirectory=${unfinished}`,
    ]
    await promisify(execFile)('mvn', args, { timeout: mavenMs })
    renameSync(unfinished, folder)
  } catch (error) {
    throw new Error(
      'The time-skipping test server can be had neither from the SDK nor from Maven. Install Maven and a ' +
        `Java ≥ 11, or give the SDK a way to its download. Maven: ${String(error)}`,
      { cause: error },
    )
  } finally {
    release()
  }
}

async function startByJava(folder: string): Promise<TimeSkippingServer> {
  const port = await freePort()
  const java = ['-Xmx384m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-cp', `${folder}/*`]
  // `cat` ends when our end of the pipe is gone, so the server ends with us even when we are killed.
  const script = 'exec 3<&0; java "$@" & pid=$!; { cat <&3; kill $pid; } & wait $pid'
  const args = ['-c', script, 'sh', ...java, 'io.temporal.testserver.TestServer', String(port)]
  const server = spawn('/bin/sh', args, { stdio: ['pipe', 'ignore', 'pipe'] })
  let stderr = ''
  server.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr = (stderr + text).slice(-2_000)
  })
  let hasEnded = false
  const ended = new Promise<void>((resolve) => server.once('exit', () => resolve())).finally(() => {
    hasEnded = true
  })
  const stop = async () => {
    server.stdin.end()
    await ended
  }
  try {
    await waitUntilListening(port, () => (hasEnded ? stderr : undefined))
    const env = await attach(`127.0.0.1:${port}`)
    return {
      env,
      async close() {
        await env.teardown()
        await stop()
      },
    }
  } catch (error) {
    await stop()
    throw error
  }
}

/** The SDK attaches to a running time-skipping server only by this method, which its types keep private. */
function attach(address: string): Promise<TestWorkflowEnvironment> {
  const server = { type: 'existing' }
  const options = { server, address, namespace: 'default', supportsTimeSkipping: true, client }
  const environment = TestWorkflowEnvironment as unknown as {
    create: (attachTo: typeof options) => Promise<TestWorkflowEnvironment>
  }
  return environment.create(options)
}

/** @param lastWords what the server wrote, once it has ended */
async function waitUntilListening(port: number, lastWords: () => string | undefined): Promise<void> {
  const deadline = Date.now() + listenMs
  while (!(await accepts(port))) {
    const words = lastWords()
    if (words !== undefined) throw new Error(`The test server ended while it started: ${words}`)
    if (Date.now() > deadline) throw new Error(`The test server does not listen after ${listenMs / 1_000} s`)
    await delay(50)
  }
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port })
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}
