import { execFile } from 'node:child_process'
import { createHash, randomUUID } from 'node:crypto'
import { existsSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { cacheDir } from '../../src/stack/cache.js'
import { messageOf, StackError } from '../../src/stack/errors.js'
import { projectRoot } from '../../src/stack/project-root.js'

const run = promisify(execFile)

/** The least that Schemathesis runs on. */
const leastMinor = 10
const names = ['python3', 'python']

/**
 * A Python that has Schemathesis, as `requirements.txt` pins it: made once for each of its versions, and used by every
 * checkout of this user.
 * @throws StackError where there is no Python, or the packages cannot be had
 */
export async function pythonWithSchemathesis({
  say,
  signal,
}: {
  say: (text: string) => void
  signal: AbortSignal
}): Promise<string> {
  const requirements = join(projectRoot(), 'proofs/fuzz/requirements.txt')
  const { command, version } = await findPython()
  const digest = createHash('sha256').update(readFileSync(requirements)).update(version).digest('hex')
  const folder = join(cacheDir(process.env), `schemathesis-${digest.slice(0, 16)}`)
  const python = join(folder, 'bin/python')
  if (existsSync(folder)) return python

  say('Installing Schemathesis (Python, about 100 MB, once)')
  const unfinished = `${folder}.${randomUUID()}`
  try {
    await run(command, ['-m', 'venv', unfinished], { signal })
    const install = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '-r', requirements]
    await run(join(unfinished, 'bin/python'), install, { signal })
    // Another one may have been faster.
    if (!existsSync(folder)) renameSync(unfinished, folder)
  } catch (error) {
    throw new StackError(
      `Schemathesis cannot be installed with ${command} (Python ${version}): ${messageOf(error)}\nIt needs the modules venv and pip (on Debian and Ubuntu: apt install python3-venv) and a way to pypi.org, or to a mirror that PIP_INDEX_URL names.`,
      { cause: error },
    )
  } finally {
    rmSync(unfinished, { recursive: true, force: true })
  }
  return python
}

async function findPython(): Promise<{ command: string; version: string }> {
  const given = process.env['PYTHON']
  const found: string[] = []
  for (const command of given === undefined || given === '' ? names : [given]) {
    const version = await versionOf(command)
    if (version === undefined) continue
    const [major = 0, minor = 0] = version.split('.').map(Number)
    if (major === 3 && minor >= leastMinor) return { command, version }
    found.push(`${command} is Python ${version}`)
  }
  throw new StackError(
    `Schemathesis is a Python program and needs Python 3.${leastMinor} or newer, ${found.length === 0 ? 'and there is none here' : `and ${found.join(', ')}`}. Install one, or name it: PYTHON=/path/to/python3.`,
  )
}

/** Such as 3.12.1; undefined where there is no such program. */
async function versionOf(command: string): Promise<string | undefined> {
  try {
    const { stdout } = await run(command, ['-c', 'import platform; print(platform.python_version())'])
    return stdout.trim()
  } catch (error) {
    if (error instanceof Error) return undefined
    throw error
  }
}
